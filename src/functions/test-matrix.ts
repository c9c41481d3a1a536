import { readContext } from "../context/context.ts";
import { assertMatrix } from "../report/matrix.ts";
import { suiteLayers } from "../stages/test-layer.ts";
import { testMatrix } from "../stages/test-matrix.ts";
import { readyContext } from "./data.ts";
import type { Site } from "./site.ts";
import type { TestRequest } from "./test.ts";

export interface MatrixRequest extends TestRequest {
  /** Python versions; those of the project's configuration when empty. */
  readonly pythons: readonly string[];
}

/** Tests a project on several Python versions, and gives a table. */
export async function testProjectMatrix(
  site: Site,
  { source, suite, pythons, data, model }: MatrixRequest,
): Promise<string> {
  const layers = suiteLayers(suite);
  const context = await readContext(source, site);
  const versions = pythons.length > 0 ? pythons : (context.config.matrix ?? []);
  const ready = data === undefined ? undefined : (await readyContext(site, context, data)).data;
  return assertMatrix(await testMatrix(context, versions, { layers, data: ready, model }));
}

import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { runStages } from "../pipeline.ts";
import type { TestLayer } from "../project/files.ts";
import { assertStages } from "../report/text.ts";
import { testCoverage } from "../stages/test-coverage.ts";
import { testData } from "../stages/test-data.ts";
import { testE2e } from "../stages/test-e2e.ts";
import { testIntegration } from "../stages/test-integration.ts";
import { Suite, suiteLayers } from "../stages/test-layer.ts";
import { testModel } from "../stages/test-model.ts";
import { testUnit } from "../stages/test-unit.ts";
import { readyContext } from "./data.ts";
import type { Site } from "./site.ts";

/** The project to test, the layers, and what their tests may read. */
export interface TestRequest {
  readonly source: Directory;
  readonly suite: Suite;
  readonly data?: Directory | undefined;
  readonly model?: Directory | undefined;
}

const STAGES = {
  unit: testUnit,
  integration: testIntegration,
  data: testData,
  model: testModel,
  e2e: testE2e,
} as const satisfies Record<TestLayer, unknown>;

/** Runs layers of a project's tests side by side. */
export async function testProject(site: Site, { source, suite, data, model }: TestRequest): Promise<string> {
  const layers = suiteLayers(suite);
  const context = await readContext(source, site);
  const ready = data === undefined ? undefined : (await readyContext(site, context, data)).data;
  const tested = await runStages(
    [...layers.map((layer) => STAGES[layer]), ...(suite === Suite.ALL ? [testCoverage] : [])],
    { context, data: ready, model },
  );
  return assertStages(tested.stages);
}

import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { judge } from "../stages/judge.ts";
import { checkBaseline } from "./judgement.ts";
import type { Site } from "./site.ts";

/** A candidate, and the model or image in production. */
export interface ShadowRequest {
  readonly source: Directory;
  readonly model: Directory;
  readonly baseline?: Directory | undefined;
  readonly production?: Container | undefined;
}

/** Runs the shadow gate alone, which needs neither data nor predictions. */
export async function shadowModel(site: Site, { source, model, baseline, production }: ShadowRequest): Promise<string> {
  if (baseline === undefined && production === undefined) {
    throw new UserError("There is nothing to replay against: give --baseline=MODEL or --production=IMAGE.");
  }
  const context = await readContext(source, site);
  await checkBaseline(context, baseline);
  const asked = await runStages([judge], {
    ...{ context, data: dag.directory(), model, baseline, production },
    only: ["shadow"],
  });
  const [gate] = asked.evidence.gates ?? [];
  if (gate?.status === "skipped") throw new UserError(`Nothing was replayed: ${gate.message}.`);
  assertStages(asked.stages);
  return gate?.message ?? "";
}

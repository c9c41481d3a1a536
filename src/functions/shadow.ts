import { type Directory, dag } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { judge } from "../stages/judge.ts";
import { type AcceptedRequest, acceptedOf } from "./accepted.ts";
import { checkBaseline } from "./judgement.ts";
import type { Site } from "./site.ts";

/** A candidate, and the model or image in production. */
export interface ShadowRequest extends AcceptedRequest {
  readonly source: Directory;
  readonly model: Directory;
}

/** Runs the shadow gate alone, which needs neither data nor predictions. */
export async function shadowModel(site: Site, { source, model, ...request }: ShadowRequest): Promise<string> {
  if (Object.values(request).every((one) => one === undefined)) {
    throw new UserError("There is nothing to replay against: give --baseline=MODEL or --production=IMAGE.");
  }
  const context = await readContext(source, site);
  const { baseline, production } = await acceptedOf(site, context, request);
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

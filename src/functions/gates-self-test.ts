import type { Directory } from "@dagger.io/dagger";
import { runStages } from "../pipeline.ts";
import { assertSelfTest } from "../report/self-test.ts";
import { assertStages } from "../report/text.ts";
import { evaluateBaseline, evaluateCandidate } from "../stages/evaluate.ts";
import { subjectOf } from "../stages/judge.ts";
import { tryGates } from "../stages/self-test.ts";
import { dataContext } from "./data.ts";
import type { ProjectData } from "./data-folder.ts";
import { checkBaseline } from "./judgement.ts";
import type { Site } from "./site.ts";

export interface SelfTestRequest extends ProjectData {
  readonly model: Directory;
  readonly baseline?: Directory | undefined;
}

/** Tests that the gates refuse what they must. */
export async function testGates(site: Site, { model, baseline, ...project }: SelfTestRequest): Promise<string> {
  const context = await dataContext(site, project);
  await checkBaseline(context, baseline);
  const inputs = { context, data: context.data, model, baseline };
  const evaluated = await runStages([evaluateCandidate, evaluateBaseline], inputs);
  assertStages(evaluated.stages);
  const [ours, theirs] = await Promise.all([
    subjectOf(context, { model, evaluated: evaluated.value(evaluateCandidate) }, "--model"),
    baseline === undefined
      ? undefined
      : subjectOf(context, { model: baseline, evaluated: evaluated.value(evaluateBaseline) }, "--baseline"),
  ]);
  return assertSelfTest(await tryGates(context, ours, theirs));
}

import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import type { DataContext } from "../context/context.ts";
import { parseJson } from "../json.ts";
import { recordedSensitivity, SelfTest, type SelfTestFacts } from "../objects/self-test.ts";
import { runStages } from "../pipeline.ts";
import { reportFolder } from "../report/folder.ts";
import { makeReport } from "../report/report.ts";
import { failureOf, refusedText } from "../report/self-test.ts";
import { evaluateBaseline, evaluateCandidate } from "../stages/evaluate.ts";
import { allEvidence } from "../stages/evidence.ts";
import { type GradedGates, hiddenHarms } from "../stages/hidden-harms.ts";
import { subjectOf } from "../stages/judge.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { gatesTest, idleGates, SELF_TEST, tryGates } from "../stages/self-test.ts";
import { gradeGates } from "../stages/sensitivity.ts";
import { failedStage, type Outcome, stage } from "../stages/stage.ts";
import { reportText } from "./assert.ts";
import { dataContext } from "./data.ts";
import type { ProjectData } from "./data-folder.ts";
import { checkBaseline } from "./judgement.ts";
import type { Site } from "./site.ts";

export interface SelfTestRequest extends ProjectData {
  readonly model: Directory;
  readonly baseline?: Directory | undefined;
  /** The report of an earlier self-test. */
  readonly since?: Directory | undefined;
}

/** Tests that the gates refuse what they must, and how small a harm they catch, and records the result. */
export async function testGates(site: Site, request: SelfTestRequest): Promise<SelfTest> {
  const { model, baseline, since, ...project } = request;
  const context = await dataContext(site, project);
  const [earlier] = await Promise.all([
    since === undefined ? undefined : gradedBefore(since),
    checkBaseline(context, baseline),
  ]);
  const inputs = { context, data: context.data, model, baseline };
  const evaluated = await runStages([evaluateCandidate, evaluateBaseline], inputs);
  const tested =
    evaluated.verdict === "failed"
      ? undefined
      : await stage(SELF_TEST, () => selfTested(context, { model, baseline }, evaluated, earlier));
  const stages = [...evaluated.stages, ...(tested === undefined ? [] : [tested.report])];
  const evidence = allEvidence([evaluated.evidence, ...(tested === undefined ? [] : [tested.evidence])]);
  const verdict = failedStage(stages) === undefined ? "passed" : "failed";
  const report = await makeReport(context, { verdict, stages, evidence, inputs: context });
  const facts: SelfTestFacts = { stages, found: report.selfTest };
  return new SelfTest(JSON.stringify(facts), await reportFolder(context, report, evidence));
}

/** Tries all gates with models that are spoiled, and then with ever less harm. */
async function selfTested(
  context: DataContext,
  { model, baseline }: Pick<SelfTestRequest, "model" | "baseline">,
  evaluated: StagesResult,
  earlier: GradedGates | undefined,
): Promise<Outcome<void>> {
  const [ours, theirs] = await Promise.all([
    subjectOf(context, { model, evaluated: evaluated.value(evaluateCandidate) }, "--model"),
    baseline === undefined
      ? undefined
      : subjectOf(context, { model: baseline, evaluated: evaluated.value(evaluateBaseline) }, "--baseline"),
  ]);
  const gates = gatesTest(context, ours, theirs);
  const trials = await tryGates(gates);
  const failure = failureOf(trials);
  if (failure !== undefined) {
    return { status: "failed", message: failure, evidence: { selfTest: { trials, sensitivity: [] } } };
  }
  const sensitivity = await gradeGates(gates);
  const hidden = earlier === undefined ? [] : hiddenHarms({ sensitivity, gates: context.config.gates }, earlier);
  const warnings = [...idleGates(trials), ...hidden];
  return {
    ...{ status: "passed", message: refusedText(trials), value: undefined, warnings },
    evidence: { selfTest: { trials, sensitivity } },
  };
}

const gradedReportSchema = z.object({
  selfTest: z.object({ sensitivity: z.array(recordedSensitivity) }),
  config: z.object({ gates: z.record(z.string(), z.unknown()) }),
});

/** @throws UserError when the folder is none of the report of a self-test */
async function gradedBefore(since: Directory): Promise<GradedGates> {
  const what = "report.json of a self-test in the folder of --since";
  const { selfTest, config } = parseJson(await reportText(since, "--since"), gradedReportSchema, what);
  return { sensitivity: selfTest.sensitivity, gates: config.gates };
}

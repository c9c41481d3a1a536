import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { Affected } from "../objects/affected.ts";
import { Bisection } from "../objects/bisection.ts";
import { Drift, recordedDrift } from "../objects/drift.ts";
import { Evaluation, recordedEvaluation } from "../objects/evaluation.ts";
import { recordedStages } from "../objects/recorded.ts";
import { Reproduction } from "../objects/reproduction.ts";
import { Retraining } from "../objects/retraining.ts";
import { Run } from "../objects/run.ts";
import { recordedFound, SelfTest } from "../objects/self-test.ts";

const FILE = "report.json";

/** What is asserted, whatever record it is of. */
interface Asserted {
  assert(): string;
}

/** What tells whose report a `report.json` is. */
const kind = z.object({
  retraining: z.unknown().optional(),
  drift: z.object({ action: z.string() }).optional(),
  selfTest: z.unknown().optional(),
  heldBack: z.string().optional(),
});

/** Records that have a file of their own in place of `report.json`. */
const OTHERS: Readonly<Record<string, (json: string) => Asserted>> = {
  "affected.json": (json) => new Affected(json),
  "bisect.json": (json) => new Bisection(json),
  "reproduction.json": (json) => new Reproduction(json),
};

/** Ends as the record did whose report this is: a job that has exported one need not run everything again to fail. */
export async function assertReport(report: Directory): Promise<string> {
  return (await recordOf(report)).assert();
}

/** The record that a report was exported of. */
async function recordOf(report: Directory): Promise<Asserted> {
  for (const [file, record] of Object.entries(OTHERS)) {
    if (await report.exists(file)) return record(await report.file(file).contents());
  }
  const json = await reportText(report);
  const { retraining, drift, selfTest, heldBack } = parseJson(json, kind, FILE);
  const run = new Run(json, report);
  if (retraining !== undefined) return new Retraining(json, run);
  if (drift !== undefined) return new Drift(drift.action, kept(json, driftReport), report);
  if (selfTest !== undefined) return new SelfTest(kept(json, selfTestReport), report);
  if (heldBack !== undefined) return new Evaluation(false, kept(json, recordedEvaluation), report);
  // Deploys are in the report of a run in the same form, and so is what an evaluation's gates refused.
  return run;
}

/** What a record keeps of its report. */
const kept = (json: string, schema: z.ZodType): string => JSON.stringify(parseJson(json, schema, FILE));

const driftReport = z
  .object({ stages: recordedStages, drift: recordedDrift.shape.readings })
  .transform(({ stages, drift }) => ({ stages, readings: drift }));

const selfTestReport = z
  .object({ stages: recordedStages, selfTest: recordedFound })
  .transform(({ stages, selfTest }) => ({ stages, found: selfTest }));

/**
 * The text of a report's JSON.
 *
 * @param flag the flag that the folder came by
 * @throws UserError when the folder is none of a report
 */
export async function reportText(report: Directory, flag = "--report"): Promise<string> {
  if (!(await report.exists(FILE))) {
    throw new UserError(
      `There is no ${FILE} in the folder of ${flag}: give the folder that \`run … report export --path=report/\` wrote.`,
      "report",
    );
  }
  return report.file(FILE).contents();
}

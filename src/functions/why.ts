import type { Directory } from "@dagger.io/dagger";
import { parseJson } from "../json.ts";
import { INPUTS_FILE, keyInputsSchema, NO_INPUTS } from "../keys/parts.ts";
import { type KeyedRun, keyedReportSchema, whyText } from "../keys/why.ts";
import { reportText } from "./assert.ts";

/** What is asked about. */
export interface WhyRequest {
  /** The report folder of the run. */
  readonly report: Directory;
  readonly stage: string;
  /** The report folder of an earlier run. */
  readonly since?: Directory | undefined;
}

/** Says why a stage of a run ran, or why it did not. */
export async function whyStage({ report, stage, since }: WhyRequest): Promise<string> {
  const [run, earlier] = await Promise.all([
    keyedRun(report, "--report"),
    since === undefined ? undefined : keyedRun(since, "--since"),
  ]);
  return whyText(stage, run, earlier);
}

async function keyedRun(folder: Directory, flag: "--report" | "--since"): Promise<KeyedRun> {
  const found = parseJson(await reportText(folder, flag), keyedReportSchema, `report.json in the folder of ${flag}`);
  // A run whose project could not be read has no list of its files.
  const inputs = (await folder.exists(INPUTS_FILE))
    ? parseJson(await folder.file(INPUTS_FILE).contents(), keyInputsSchema, `${INPUTS_FILE} in the folder of ${flag}`)
    : NO_INPUTS;
  return { ...found, inputs };
}

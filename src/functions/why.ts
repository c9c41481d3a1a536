import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { JournalEntry } from "../journal/entry.ts";
import { findRun } from "../journal/find.ts";
import { parseJson } from "../json.ts";
import { INPUTS_FILE, keyInputsSchema, NO_INPUTS } from "../keys/parts.ts";
import { type KeyedRun, keyedReportSchema, TRAIN, whyText } from "../keys/why.ts";
import { reportText } from "./assert.ts";
import { readJournal } from "./journal.ts";
import type { Site } from "./site.ts";

/** What is asked about. */
export interface WhyRequest {
  readonly source: Directory;
  /** The report folder of the run; the journal of the model store says what is known of it when absent. */
  readonly report?: Directory | undefined;
  /** The run in the journal. */
  readonly run: string;
  readonly stage: string;
  /** The report folder of an earlier run. */
  readonly since?: Directory | undefined;
}

/** Says why a stage of a run ran, or why it did not. */
export async function whyStage(site: Site, { report, ...request }: WhyRequest): Promise<string> {
  return report === undefined ? whyOfJournal(site, request) : whyOfReport(report, request);
}

/** A run in the journal against the one before it. */
async function whyOfJournal(site: Site, { source, run, stage, since }: Omit<WhyRequest, "report">): Promise<string> {
  if (since !== undefined)
    throw new UserError("--since is a report folder to compare another one with: give --report.", "why");
  if (stage !== TRAIN) {
    throw new UserError(
      `The journal keeps what ${TRAIN} depends on, and of no other stage: for ${stage} give --report.`,
      "why",
    );
  }
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  const { entries } = await readJournal(site, context, {}, { isNeeded: true });
  const found = findRun(entries, run, "--run");
  const before = entries.slice(entries.indexOf(found) + 1).find(({ hashes }) => hashes.trainingParts !== undefined);
  return whyText(stage, keyedEntry(found), before === undefined ? undefined : keyedEntry(before));
}

/** The journal has no lists of files, and of keys only that of the training with its parts. */
const keyedEntry = (entry: JournalEntry): KeyedRun => ({
  ...entry,
  stages: entry.stages.map(({ key: _key, ...one }) => ({ ...one, message: one.message ?? "" })),
  inputs: NO_INPUTS,
});

async function whyOfReport(report: Directory, { stage, since }: Omit<WhyRequest, "report">): Promise<string> {
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

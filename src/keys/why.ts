import { z } from "zod";
import { UserError } from "../errors.ts";
import { nearest } from "../text.ts";
import { commonParts, differencesOf } from "./difference.ts";
import { type InputFiles, type KeyParts, keyPartsSchema } from "./parts.ts";
import { differenceClauses } from "./words.ts";

/** What `report.json` says of a run's stages and of the key of its training. Only what is read is declared. */
export const keyedReportSchema = z.object({
  startedAt: z.string(),
  runId: z.string().optional(),
  project: z.object({ name: z.string().optional() }).optional(),
  hashes: z.object({ trainingParts: keyPartsSchema.optional() }),
  training: z.object({ reused: z.boolean() }).optional(),
  stages: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["passed", "failed", "warned", "skipped"]),
      message: z.string(),
      cached: z.boolean(),
    }),
  ),
});

/** A run as it was recorded, with the files that its keys were made of. */
export type KeyedRun = z.output<typeof keyedReportSchema> & { readonly files: InputFiles };

type KeyedStage = KeyedRun["stages"][number];

/** The stage whose key a report has. */
const KEYED = "train";

/**
 * Why a stage ran, or why it did not.
 *
 * @param since an earlier run that it is compared with
 * @throws UserError for a stage that the run does not have, and for runs that cannot be compared
 */
export function whyText(name: string, run: KeyedRun, since?: KeyedRun): string {
  const stage = stageOf(name, run);
  if (stage.status === "skipped") return `${name} did not run: ${stage.message}`;
  if (name !== KEYED) return whyOther(stage);
  const { trainingParts: parts } = run.hashes;
  if (parts === undefined) return withoutParts(stage);
  return since === undefined ? ofItself(stage, run, parts) : compared(stage, run, parts, since);
}

function stageOf(name: string, { stages }: KeyedRun): KeyedStage {
  const found = stages.find((stage) => stage.name === name);
  if (found !== undefined) return found;
  const names = stages.map((stage) => stage.name);
  const meant = nearest(name, names);
  throw new UserError(
    `--stage=${name}: the run of --report has no such stage.${meant === undefined ? "" : ` Did you mean ${meant}?`} It has ${names.join(", ")}.`,
    "why",
  );
}

/** Of the other stages a report says whether they ran, and not on what. */
const whyOther = ({ name, cached }: KeyedStage): string =>
  cached
    ? `${name} did not run again: the cache had its result, since the same commands had run on the same files before.`
    : `${name} ran: the cache had no result of it. Which of its inputs changed is not recorded; a report has the parts of ${KEYED}'s key.`;

const withoutParts = ({ status, message }: KeyedStage): string =>
  status === "passed"
    ? `The report says nothing of what ${KEYED} depends on: it is of a version that did not record it, or of a model that was trained by one.`
    : `${KEYED} failed before it was known what it depends on: ${message}`;

/** How the result came about: it was trained, or taken from somewhere. */
type Origin = "ran" | "cached" | "reused";

const originOf = ({ cached }: KeyedStage, { training }: KeyedRun): Origin =>
  training?.reused === true ? "reused" : cached ? "cached" : "ran";

/** Without an earlier run: what came of it, and what it depends on. */
function ofItself(stage: KeyedStage, run: KeyedRun, parts: KeyParts): string {
  const words: Readonly<Record<Origin, string>> = {
    ran: `${KEYED} ran: neither the cache nor a model of --reuse had a result of these inputs. --since=DIR, the report folder of an earlier run, says what changed.`,
    cached: `${KEYED} did not run again: the cache had the result of these inputs.`,
    reused: `${KEYED} did not run: the model of --reuse was trained on these inputs.`,
  };
  return [words[originOf(stage, run)], ...Object.entries(parts).map(([part, text]) => `  ${part}: ${text}`)].join("\n");
}

function compared(stage: KeyedStage, run: KeyedRun, parts: KeyParts, since: KeyedRun): string {
  const { trainingParts: earlier } = since.hashes;
  if (earlier === undefined) {
    throw new UserError(
      `The report of --since says nothing of what ${KEYED} depends on: that run did not get as far, or is of a version that did not record it.`,
      "why",
    );
  }
  if (Date.parse(since.startedAt) > Date.parse(run.startedAt)) {
    throw new UserError(
      `The run of --since (${since.startedAt}) began after that of --report (${run.startedAt}): give the earlier one as --since.`,
      "why",
    );
  }
  const differences = differencesOf({ parts: earlier, files: since.files }, { parts, files: run.files });
  const common = commonParts(earlier, parts);
  return [
    ...otherProject(run, since),
    reasonText(originOf(stage, run), differenceClauses(differences), runName(since)),
    ...(differences.length === 0 || common.length === 0 ? [] : [`Unchanged: ${common.join(", ")}.`]),
  ].join("\n");
}

function otherProject(run: KeyedRun, since: KeyedRun): string[] {
  const [now, then] = [run.project?.name, since.project?.name];
  return now === undefined || then === undefined || now === then
    ? []
    : [`The reports are of two projects: ${then} before, ${now} now.`];
}

function reasonText(origin: Origin, clauses: readonly string[], since: string): string {
  if (clauses.length === 0) return UNCHANGED[origin](since);
  const changes =
    clauses.length === 1
      ? `${clauses[0]} since ${since}`
      : `of what changed since ${since}:\n${clauses.map((clause) => `  ${clause}`).join("\n")}`;
  switch (origin) {
    case "ran":
      return `${KEYED} ran because ${changes}${clauses.length === 1 ? "." : ""}`;
    case "cached":
      return `${KEYED} did not run again, since the cache had the result of the very same inputs: they had been trained on before. It is another training than that of ${since} because ${changes}${clauses.length === 1 ? "." : ""}`;
    case "reused":
      return `${KEYED} did not run, since the model of --reuse was trained on the very same inputs. It is another training than that of ${since} because ${changes}${clauses.length === 1 ? "." : ""}`;
  }
}

const UNCHANGED: Readonly<Record<Origin, (since: string) => string>> = {
  ran: (since) =>
    `${KEYED} ran although nothing that it depends on changed since ${since}: the cache had no result of it. Another machine has a cache of its own, old entries are removed, another version of ml-pipeline runs everything again, and a training that failed is never kept. --reuse=DIR with the model of that run takes the place of a training.`,
  cached: (since) =>
    `${KEYED} did not run again: nothing that it depends on changed since ${since}, and the cache had its result.`,
  reused: (since) =>
    `${KEYED} did not run: nothing that it depends on changed since ${since}, and the model of --reuse was trained on the same.`,
};

/** `run 17 (2026-11-30T15:33:41.000Z)`. */
const runName = ({ runId, startedAt }: KeyedRun): string =>
  runId === undefined ? `the run of ${startedAt}` : `run ${runId} (${startedAt})`;

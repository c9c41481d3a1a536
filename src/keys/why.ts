import { z } from "zod";
import { UserError } from "../errors.ts";
import { nearest } from "../text.ts";
import { commonParts, differencesOf } from "./difference.ts";
import { type KeyInputs, type KeyParts, keyPartsSchema, stageKeySchema } from "./parts.ts";
import { differenceClauses } from "./words.ts";

/** What `report.json` says of a run's stages and of their keys. Only what is read is declared. */
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
      key: stageKeySchema.optional(),
    }),
  ),
});

/** A run as it was recorded, with what its keys were made of. */
export type KeyedRun = z.output<typeof keyedReportSchema> & { readonly inputs: KeyInputs };

type KeyedStage = KeyedRun["stages"][number];

/** The stage whose key is that of the model as well, in which the data are as they were trained on. */
export const TRAIN = "train";

/**
 * Why a stage ran, or why it did not.
 *
 * @param since an earlier run that it is compared with
 * @throws UserError for a stage that the run does not have, and for runs that cannot be compared
 */
export function whyText(name: string, run: KeyedRun, since?: KeyedRun): string {
  const stage = stageOf(name, run);
  if (stage.status === "skipped") return `${name} did not run: ${stage.message}`;
  const parts = partsOf(stage, run);
  if (parts === undefined) return withoutParts(stage);
  return since === undefined ? ofItself(stage, run, parts) : compared(stage, run, parts, since);
}

const partsOf = ({ name, key }: KeyedStage, { hashes }: KeyedRun): KeyParts | undefined =>
  (name === TRAIN ? hashes.trainingParts : undefined) ?? key?.parts;

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

const withoutParts = ({ name, status, message, cached }: KeyedStage): string => {
  if (name === TRAIN && status !== "passed")
    return `${TRAIN} failed before it was known what it depends on: ${message}`;
  const ran = cached
    ? `${name} did not run again: the cache had its result, since the same commands had run on the same files before. `
    : "";
  return `${ran}The report says nothing of what ${name} depends on: it is of a version that did not record it, or of a stage that has no inputs of its own.`;
};

/** How the result came about: it was trained, or taken from somewhere. */
type Origin = "ran" | "cached" | "reused";

const originOf = ({ name, cached }: KeyedStage, { training }: KeyedRun): Origin =>
  name === TRAIN && training?.reused === true ? "reused" : cached ? "cached" : "ran";

/** Without an earlier run: what came of it, and what it depends on. */
function ofItself(stage: KeyedStage, run: KeyedRun, parts: KeyParts): string {
  const { name } = stage;
  const had = name === TRAIN ? "neither the cache nor a model of --reuse had a result" : "the cache had no result";
  const words: Readonly<Record<Origin, string>> = {
    ran: `${name} ran: ${had} of these inputs. --since=DIR, the report folder of an earlier run, says what changed.`,
    cached: `${name} did not run again: the cache had the result of these inputs.`,
    reused: `${name} did not run: the model of --reuse was trained on these inputs.`,
  };
  return [words[originOf(stage, run)], ...Object.entries(parts).map(([part, text]) => `  ${part}: ${text}`)].join("\n");
}

function compared(stage: KeyedStage, run: KeyedRun, parts: KeyParts, since: KeyedRun): string {
  const { name } = stage;
  if (Date.parse(since.startedAt) > Date.parse(run.startedAt)) {
    throw new UserError(
      `The run of --since (${since.startedAt}) began after that of --report (${run.startedAt}): give the earlier one as --since.`,
      "why",
    );
  }
  const before = since.stages.find((one) => one.name === name);
  const earlier = before === undefined ? undefined : partsOf(before, since);
  if (earlier === undefined) {
    throw new UserError(
      `The report of --since says nothing of what ${name} depends on: that run did not get as far, or is of a version that did not record it.`,
      "why",
    );
  }
  const stages = new Set([...run.stages, ...since.stages].map((one) => one.name));
  const differences = differencesOf({ parts: earlier, inputs: since.inputs }, { parts, inputs: run.inputs }, stages);
  const common = commonParts(earlier, parts);
  return [
    ...otherProject(run, since),
    reasonText(name, originOf(stage, run), differenceClauses(differences), runName(since)),
    ...(differences.length === 0 || common.length === 0 ? [] : [`Unchanged: ${common.join(", ")}.`]),
  ].join("\n");
}

function otherProject(run: KeyedRun, since: KeyedRun): string[] {
  const [now, then] = [run.project?.name, since.project?.name];
  return now === undefined || then === undefined || now === then
    ? []
    : [`The reports are of two projects: ${then} before, ${now} now.`];
}

function reasonText(name: string, origin: Origin, clauses: readonly string[], since: string): string {
  if (clauses.length === 0) return unchanged(name, origin, since);
  const changes =
    clauses.length === 1
      ? `${clauses[0]} since ${since}.`
      : `of what changed since ${since}:\n${clauses.map((clause) => `  ${clause}`).join("\n")}`;
  switch (origin) {
    case "ran":
      return `${name} ran because ${changes}`;
    case "cached":
      return `${name} did not run again, since the cache had the result of the very same inputs, on which it had run before. They are others than those of ${since} because ${changes}`;
    case "reused":
      return `${name} did not run, since the model of --reuse was trained on the very same inputs. They are others than those of ${since} because ${changes}`;
  }
}

function unchanged(name: string, origin: Origin, since: string): string {
  const nothing = `nothing that it depends on changed since ${since}`;
  switch (origin) {
    case "ran":
      return `${name} ran although ${nothing}: the cache had no result of it. Another machine has a cache of its own, old entries are removed, another version of ml-pipeline runs everything again, and what failed is never kept.${name === TRAIN ? " --reuse=DIR with the model of that run takes the place of a training." : ""}`;
    case "cached":
      return `${name} did not run again: ${nothing}, and the cache had its result.`;
    case "reused":
      return `${name} did not run: ${nothing}, and the model of --reuse was trained on the same.`;
  }
}

/** `run 17 (2026-11-30T15:33:41.000Z)`. */
const runName = ({ runId, startedAt }: KeyedRun): string =>
  runId === undefined ? `the run of ${startedAt}` : `run ${runId} (${startedAt})`;

import { z } from "zod";
import { UserError } from "../errors.ts";
import { type KeyInputs, type KeyParts, keyPartsSchema, stageKeySchema } from "../keys/parts.ts";
import { nearest } from "../text.ts";

/* What a report says of the run that is replayed. Only what is read is declared. */

const command = z.object({ name: z.string(), command: z.string(), exitCode: z.number() });

/** A command as it ended, in the report or again. */
export type EndedCommand = z.output<typeof command>;

const stage = z.object({
  name: z.string(),
  status: z.enum(["passed", "failed", "warned", "skipped"]),
  message: z.string(),
  commands: z.array(command).default([]),
  key: stageKeySchema.optional(),
});

export type RecordedStage = z.output<typeof stage>;

/** `report.json`, as far as it is replayed by it. */
export const replayedReportSchema = z.object({
  startedAt: z.string(),
  runId: z.string().optional(),
  project: z.object({ commit: z.string().optional() }).optional(),
  failure: z.object({ stage: z.string() }).optional(),
  hashes: z.object({
    data: z.string().optional(),
    model: z.string().optional(),
    trainingParts: keyPartsSchema.optional(),
  }),
  stages: z.array(stage),
  retraining: z.unknown().optional(),
});

/** A run as it was recorded, with what its keys were made of. */
export type RecordedRun = z.output<typeof replayedReportSchema> & { readonly inputs: KeyInputs };

/**
 * The stage that is replayed: the one that decided, or the one that is named.
 *
 * @returns undefined for a run in which nothing failed
 * @throws UserError for a name of no stage that failed
 */
export function failedStageOf({ stages, failure }: RecordedRun, name?: string): RecordedStage | undefined {
  const failed = stages.filter(({ status }) => status === "failed" || status === "warned");
  if (name === undefined) return failed.find((one) => one.name === failure?.stage);
  const found = failed.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = failed.map((one) => one.name);
  const meant = nearest(name, names);
  const there = names.length === 0 ? "nothing failed in it" : `there failed ${names.join(", ")}`;
  throw new UserError(
    `--stage=${name}: no such stage failed in the run of --report; ${there}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    "replay",
  );
}

/** How the run was called, as far as its stages depend on it. */
export interface Asked {
  /** Undefined where nothing was trained, or training is told none. */
  readonly epochs?: number | undefined;
  readonly isQuick: boolean;
  readonly approved: readonly string[];
  readonly keepGoing: boolean;
  /** The name of the image in production that was given. */
  readonly production?: string | undefined;
  /** The hash of the accepted model. */
  readonly baseline?: string | undefined;
}

/** Reads it from the keys of the stages, so that reports of earlier versions say it too. */
export function askedOf({ stages, hashes }: RecordedRun): Asked {
  const partsOf = (name: string): KeyParts => stages.find((one) => one.name === name)?.key?.parts ?? {};
  const training = { ...hashes.trainingParts, ...partsOf("train") };
  const gates = partsOf("gates");
  const all: KeyParts = Object.assign({}, ...stages.map(({ key }) => key?.parts ?? {}));
  return {
    ...(training.epochs === undefined ? {} : { epochs: Number(training.epochs) }),
    isQuick: training.profile === "quick",
    approved: gates.approved?.split(",") ?? [],
    keepGoing: gates.keepGoing !== undefined,
    production: gates.production,
    baseline: all.baseline,
  };
}

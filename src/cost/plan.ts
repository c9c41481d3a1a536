import type { JournalEntry } from "../journal/entry.ts";
import { costOf } from "./cost.ts";
import type { GatePower } from "./power.ts";
import type { CostSettings } from "./settings.ts";
import { certainly, ENOUGH, eachOf, type Spread, spreadOf } from "./spread.ts";

/* What a run will take and cost, by what earlier runs took. */

/** A stage that a run will have. */
export interface StageToPlan {
  readonly name: string;
  /** The stages that it waits for. */
  readonly after: readonly string[];
  /** Whether the configuration leaves it out. */
  readonly isOff?: boolean;
  readonly usesGpu?: boolean;
  /** Epochs of a training. */
  readonly epochs?: number;
  /** The hash of all that it depends on; absent where that is not known before. */
  readonly key?: string;
}

/** A run that is to be planned. */
export interface RunToPlan {
  /** In the order of the pipeline. */
  readonly stages: readonly StageToPlan[];
  readonly hashes: { readonly source?: string | undefined; readonly data?: string | undefined };
  readonly pushes: boolean;
  readonly pulls: boolean;
}

export interface PlannedStage {
  readonly name: string;
  /** `cached` where an earlier run passed it with the same inputs: it comes from the cache where that still has it. */
  readonly state: "runs" | "cached" | "skipped" | "unknown";
  /** Absent where nobody has timed it. */
  readonly seconds?: Spread;
  /** How many earlier runs tell it. */
  readonly runs: number;
  /** What is assumed of it; absent where nothing is. */
  readonly guessed?: string;
  /** Without what stages that run side by side save. */
  readonly cost?: Spread;
}

export interface RunPlan {
  readonly schemaVersion: 1;
  readonly currency: string;
  readonly stages: readonly PlannedStage[];
  /** Of the whole run, without stages that nobody has timed. Absent where none has been. */
  readonly seconds?: Spread;
  readonly cost?: Spread;
  /** How many earlier runs it is planned by. */
  readonly runs: number;
  /** What is assumed of the whole; a stage has its own. */
  readonly guesses: readonly string[];
  /** Whether the regression gate will be able to tell; absent where no earlier run says how far models are apart. */
  readonly power?: GatePower;
}

/** So many of the last durations count. */
const LAST = 10;

/** @param entries whole runs of this project, in any order */
export function planRun(run: RunToPlan, entries: readonly JournalEntry[], prices: CostSettings): RunPlan {
  const newest = entries.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  const timed = run.stages.map((stage) => plannedStage(stage, newest, run.hashes));
  const common = { schemaVersion: 1, currency: prices.currency, runs: newest.length } as const;
  if (!timed.some(({ seconds }) => seconds !== undefined && seconds.high > 0)) {
    return { ...common, stages: timed, guesses: [] };
  }
  const secondsAt = (end: keyof Spread): number => pathLength(run.stages, timesAt(timed, end));
  const between = betweenStages(run.stages, newest);
  const seconds = eachOf((end) => secondsAt(end) + between[end]);
  const bytes = bytesOf(run, newest);
  const at = (end: keyof Spread) =>
    costOf(
      {
        ...{ seconds: seconds[end], moved: bytes.moved, kept: bytes.kept },
        stages: run.stages.map(({ name, usesGpu = false }) => ({
          ...{ name, usesGpu },
          seconds: timesAt(timed, end).get(name) ?? 0,
        })),
      },
      prices,
    );
  const costs = { low: at("low"), middle: at("middle"), high: at("high") };
  const charged = costs.middle.parts.flatMap(({ what, guessed }) =>
    guessed === undefined ? [] : [`${what}: ${guessed}`],
  );
  return {
    ...common,
    stages: timed.map((stage) =>
      stage.seconds === undefined
        ? stage
        : {
            ...stage,
            cost: ordered(eachOf((end) => costs[end].stages.find(({ name }) => name === stage.name)?.cost ?? 0)),
          },
    ),
    seconds,
    cost: eachOf((end) => costs[end].total),
    guesses: [...charged, ...bytes.unknown],
  };
}

/** A stage costs less where more others share the machine with it, so that its ends may come the other way round. */
const ordered = ({ low, middle, high }: Spread): Spread => ({
  ...{ low: Math.min(low, middle, high), middle, high: Math.max(low, middle, high) },
});

function plannedStage(stage: StageToPlan, newest: readonly JournalEntry[], hashes: RunToPlan["hashes"]): PlannedStage {
  const { name, isOff = false } = stage;
  if (isOff) return { name, state: "skipped", seconds: certainly(0), runs: 0 };
  const last = newest.find((entry) => entry.verdict === "passed" && stageIn(entry, name) !== undefined);
  if (last !== undefined && stageIn(last, name)?.status === "skipped") {
    const guessed = "skipped as in the last run that passed";
    return { name, state: "skipped", seconds: certainly(0), runs: 1, guessed };
  }
  const { seconds, scaled } = durations(stage, newest);
  const isSame = passedSame(stage, newest, hashes);
  if (seconds.length === 0) {
    const guessed = "never timed at work";
    return isSame
      ? { name, state: "cached", seconds: spreadOf(secondsOf(name, newest)), runs: 0, guessed }
      : { name, state: "unknown", runs: 0 };
  }
  const guesses = [
    ...(scaled === undefined ? [] : [scaled]),
    ...(seconds.length < ENOUGH
      ? [`by ${seconds.length === 1 ? "one run" : `${seconds.length} runs`} alone, from a tenth of that to double`]
      : []),
  ];
  const spread = spreadOf(seconds);
  return {
    ...{ name, runs: seconds.length },
    ...(isSame
      ? { state: "cached", seconds: { ...spread, low: 0, ...(isWarm(newest) ? { middle: 0 } : {}) } }
      : { state: "runs", seconds: spread }),
    ...(guesses.length === 0 ? {} : { guessed: guesses.join(", ") }),
  };
}

/**
 * Whether an earlier run passed a stage with the same inputs: by its key, or else where source and data are all the same, with as many
 * epochs.
 */
function passedSame(
  { name, epochs, key }: StageToPlan,
  newest: readonly JournalEntry[],
  { source, data }: RunToPlan["hashes"],
): boolean {
  return newest.some((entry) => {
    const before = stageIn(entry, name);
    if (!hasWorked(before)) return false;
    if (key !== undefined && before?.key !== undefined) return before.key.hash === key;
    return (
      source !== undefined &&
      data !== undefined &&
      entry.hashes.source === source &&
      entry.hashes.data === data &&
      (epochs === undefined || entry.training?.epochs === epochs)
    );
  });
}

/** Whether the cache had most of what the last runs repeated: a runner that is new each time has nothing. */
function isWarm(newest: readonly JournalEntry[]): boolean {
  const repeated = newest.slice(0, LAST).flatMap((entry, index) =>
    entry.stages.filter(
      (stage) =>
        hasWorked(stage) &&
        stage.key !== undefined &&
        newest.slice(index + 1).some((earlier) => {
          const before = stageIn(earlier, stage.name);
          return hasWorked(before) && before?.key?.hash === stage.key?.hash;
        }),
    ),
  );
  return repeated.filter(({ cached }) => cached).length > repeated.length / 2;
}

/** What a stage took, whether it worked, or its answer came from the cache or from `--reuse`. */
const secondsOf = (name: string, newest: readonly JournalEntry[]): number[] =>
  newest.flatMap((entry) => {
    const stage = stageIn(entry, name);
    return stage !== undefined && hasWorked(stage) ? [stage.seconds] : [];
  });

/** What a stage took where it did its work: with as many epochs as now, or else in proportion to them. */
function durations(
  { name, epochs }: StageToPlan,
  newest: readonly JournalEntry[],
): { readonly seconds: readonly number[]; readonly scaled?: string } {
  const worked = newest.flatMap((entry) => {
    const stage = stageIn(entry, name);
    const isOwn = epochs === undefined || entry.training?.reused !== true;
    return stage !== undefined && hasWorked(stage) && !stage.cached && isOwn
      ? [{ seconds: stage.seconds, epochs: entry.training?.epochs }]
      : [];
  });
  const all = worked.slice(0, LAST);
  // Training is told no epochs where earlier runs have none.
  if (epochs === undefined || all.every((one) => one.epochs === undefined)) {
    return { seconds: all.map(({ seconds }) => seconds) };
  }
  const same = worked.filter((one) => one.epochs === epochs).slice(0, LAST);
  if (same.length > 0) return { seconds: same.map(({ seconds }) => seconds) };
  return {
    seconds: all.map((one) => (one.seconds * epochs) / (one.epochs ?? epochs)),
    scaled: "in proportion to the epochs of earlier runs",
  };
}

/** Whether a stage went to its end; one that failed may have ended early, unless its failure only warns. */
const hasWorked = (stage: JournalEntry["stages"][number] | undefined): boolean =>
  stage?.status === "passed" || stage?.status === "warned";

const stageIn = ({ stages }: JournalEntry, name: string): JournalEntry["stages"][number] | undefined =>
  stages.find((stage) => stage.name === name);

const timesAt = (stages: readonly PlannedStage[], end: keyof Spread): ReadonlyMap<string, number> =>
  new Map(stages.map(({ name, seconds }) => [name, seconds?.[end] ?? 0]));

/** How long stages take that each wait for those before them, and run side by side otherwise. */
function pathLength(stages: readonly StageToPlan[], times: ReadonlyMap<string, number>): number {
  const ends = new Map<string, number>();
  for (const { name, after } of stages) {
    const start = Math.max(0, ...after.map((before) => ends.get(before) ?? 0));
    ends.set(name, start + (times.get(name) ?? 0));
  }
  return Math.max(0, ...ends.values());
}

/** What runs take beside their stages, such as to read the project and to write the report. */
function betweenStages(stages: readonly StageToPlan[], entries: readonly JournalEntry[]): Spread {
  const rests = entries.slice(0, LAST).map((entry) => {
    const times = new Map(entry.stages.map(({ name, seconds }) => [name, seconds]));
    return Math.max(0, entry.seconds - pathLength(stages, times));
  });
  return rests.length === 0 ? certainly(0) : spreadOf(rests);
}

/** What is moved and kept, by the last run that knew it. */
function bytesOf(
  { pushes, pulls }: RunToPlan,
  newest: readonly JournalEntry[],
): { readonly moved: number; readonly kept: number; readonly unknown: readonly string[] } {
  const image = pushes ? newest.find((entry) => entry.image?.bytes !== undefined)?.image?.bytes : 0;
  const files = pulls ? newest.find((entry) => entry.dataFiles !== undefined)?.dataFiles : [];
  return {
    moved: (image ?? 0) + (files ?? []).reduce((sum, { bytes }) => sum + bytes, 0),
    kept: image ?? 0,
    unknown: [
      ...(image === undefined
        ? ["no earlier run tells how large the image is: transfer and storage are left out"]
        : []),
      ...(files === undefined ? ["no earlier run tells how large the data are: their transfer is left out"] : []),
    ],
  };
}

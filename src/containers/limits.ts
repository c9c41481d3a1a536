import type { Container } from "@dagger.io/dagger";
import { z } from "zod";
import { count } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";

/** What is beyond a limit fails, so the smaller limit is the stricter one. */
const amount = stricter("lower", z.number().positive());

/**
 * How far a stage may go. What is beyond is stopped, and the result names the setting.
 *
 * The defaults are far above what stages need, so that they end only what would not end by itself: six hours are the
 * longest job of a hosted CI system, five days that of one's own runner.
 */
export const limitsSettings = z.strictObject({
  /** How long the commands of one stage may take, in seconds; training and queries have limits of their own. */
  "stage-seconds": amount.default(6 * 3600),
  /** How long training may take, in seconds. */
  "train-seconds": amount.default(5 * 24 * 3600),
  /** How long one installation of packages may take, in seconds: the project's dependencies, or tools of the pipeline. */
  "install-seconds": amount.default(2 * 3600),
  /** How long one query over the tables may take, in seconds: the data rules, the drift, or the metrics. */
  "query-seconds": amount.default(600),
  /** How much one command may print, in megabytes. */
  "output-megabytes": amount.default(500),
  /** How much memory the processes of a stage may hold together, in gigabytes; nearly all of the machine's when absent. */
  "memory-gigabytes": amount.optional(),
  /** How many processes a stage may have at a time. */
  processes: stricter("lower", count.min(1)).default(1000),
  /** How long a server may take for one answer, in seconds, from the request to the last byte. */
  "answer-seconds": amount.default(30),
  /** How large one answer of a server may be, in megabytes. */
  "answer-megabytes": amount.default(100),
});

export type Limits = z.output<typeof limitsSettings>;

/** Where no project has set any. */
export const DEFAULT_LIMITS: Limits = limitsSettings.parse({});

/** The settings that limit a time. */
export type TimeSetting = Extract<keyof Limits, `${"stage" | "train" | "query"}-seconds`>;

/** A limit as `run_commands.py` reads it, with the setting that says so. */
export interface TimeLimit {
  readonly seconds: number;
  readonly setting: string;
}

export const timeLimit = (limits: Limits, setting: TimeSetting): TimeLimit => ({
  seconds: limits[setting],
  setting: `limits.${setting}`,
});

/** The memory of the pipeline's own program, which runs beside the commands of a stage. */
const OWN_BYTES = 32e6;
/** The kernel counts threads as well, of which libraries for numbers start one for each processor. */
const TASKS_OF_PROCESS = 10;
const tasksOf = ({ processes }: Limits): number => processes * TASKS_OF_PROCESS;

/**
 * Lets the engine have the kernel hold a container to its limits. The included engine knows these variables; `limits.py` holds
 * the commands to the same limits everywhere.
 */
export const withKernelLimits = (container: Container, limits: Limits): Container => {
  const memory = limits["memory-gigabytes"];
  const tasks = container.withVolatileVariable("ML_PIPELINE_TASKS", String(tasksOf(limits)));
  return memory === undefined
    ? tasks
    : tasks.withVolatileVariable("ML_PIPELINE_MEMORY_BYTES", String(Math.round(memory * 1e9 + OWN_BYTES)));
};

/** The limits of a stage as `run_commands.py` reads them. */
export const stageLimits = (limits: Limits, time: TimeSetting) => ({
  time: timeLimit(limits, time),
  outputBytes: limits["output-megabytes"] * 1e6,
  memoryBytes: limits["memory-gigabytes"] === undefined ? null : limits["memory-gigabytes"] * 1e9,
  processes: limits.processes,
  tasks: tasksOf(limits),
});

import { getTracer } from "@dagger.io/dagger/telemetry";
import type { CommandResult, CommandsResult } from "../containers/commands.ts";
import { shellWords } from "../containers/commands.ts";
import { explainExitCode, failureOf } from "../containers/exit-code.ts";
import { asExecFailure, messageOf } from "../errors.ts";
import { lastLines } from "../text.ts";

export type StageStatus = "passed" | "failed" | "skipped";

/** What happened in one stage; part of `report.json`. */
export interface StageReport {
  /** `lint`, `test unit`, `train` … */
  readonly name: string;
  readonly status: StageStatus;
  /** One sentence: what was found, or why it failed or was skipped. */
  readonly message: string;
  /** The last lines of the command that failed; empty otherwise. */
  readonly output: string;
  /** Wall-clock time of this run; near zero when cached. */
  readonly seconds: number;
  /** Nothing ran: the same commands on the same files had run before. */
  readonly cached: boolean;
  readonly commands: readonly CommandResult[];
}

/** A stage's report and, unless it failed or was skipped, what the next stages need of it. */
export interface Stage<T> {
  readonly report: StageReport;
  readonly value?: T;
}

/** What the work of a stage comes to. */
export interface Outcome<T> {
  readonly status: StageStatus;
  readonly message: string;
  readonly output?: string;
  readonly value?: T;
  readonly runs?: readonly CommandsResult[];
}

/** How many lines of a failing command's output a message carries. */
const SHOWN_LINES = 40;

/**
 * Runs one stage under its name, on whichever screen there is. Never throws: a stage that could not be carried out has
 * failed, and the report says why.
 */
export async function stage<T>(name: string, work: () => Promise<Outcome<T>>): Promise<Stage<T>> {
  const started = Date.now();
  const outcome = await spanned(name, work);
  const runs = outcome.runs ?? [];
  const report: StageReport = {
    name,
    status: outcome.status,
    message: outcome.message,
    output: outcome.output ?? "",
    seconds: (Date.now() - started) / 1000,
    cached: runs.length > 0 && runs.every((run) => run.cached),
    commands: runs.flatMap((run) => run.commands),
  };
  return outcome.value === undefined ? { report } : { report, value: outcome.value };
}

/** The stage is a span of the trace, so that Dagger's screen and ours show it; a failed one ends in error. */
async function spanned<T>(name: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  let outcome: Outcome<T> | undefined;
  try {
    return await getTracer().startActiveSpan(name, async (span) => {
      outcome = await work();
      span.setAttribute("ml_pipeline.status", outcome.status);
      span.setAttribute("ml_pipeline.message", outcome.message);
      span.setAttribute(
        "ml_pipeline.cached",
        (outcome.runs ?? []).every((run) => run.cached) && outcome.runs !== undefined,
      );
      if (outcome.status === "failed") throw new Error(outcome.message);
      return outcome;
    });
  } catch (error) {
    return outcome ?? thrown(error);
  }
}

function thrown<T>(error: unknown): Outcome<T> {
  const failure = asExecFailure(error);
  if (failure === undefined) return { status: "failed", message: messageOf(error) };
  return {
    status: "failed",
    message: `${shellWords(failure.cmd)}: ${explainExitCode(failure.exitCode)}`,
    output: lastLines([failure.stdout, failure.stderr].filter(Boolean).join("\n"), SHOWN_LINES),
  };
}

export const skipped = <T>(message: string): Outcome<T> => ({ status: "skipped", message });

/** A stage that does not run, and why. */
export const skippedStage = <T>(name: string, message: string): Stage<T> => ({
  report: { name, status: "skipped", message, output: "", seconds: 0, cached: false, commands: [] },
});

/**
 * The outcome of a stage whose commands all must succeed.
 *
 * @param passed what a person reads when they did
 */
export function outcomeOf<T>(run: CommandsResult, passed: string, value?: T): Outcome<T> {
  if (run.ok) return { status: "passed", message: passed, runs: [run], ...(value === undefined ? {} : { value }) };
  const failing = run.commands.filter((command) => command.exitCode !== 0);
  return {
    status: "failed",
    message: failing.map(failureOf).join("; "),
    output: failing.map((command) => outputOf(command, failing.length > 1)).join("\n"),
    runs: [run],
  };
}

const outputOf = (command: CommandResult, titled: boolean): string =>
  (titled ? `$ ${command.command}\n` : "") + lastLines(command.tail, SHOWN_LINES);

/** The first stage that failed. */
export const failedStage = (reports: readonly StageReport[]): StageReport | undefined =>
  reports.find((report) => report.status === "failed");

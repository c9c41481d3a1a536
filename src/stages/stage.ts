import { getTracer } from "@dagger.io/dagger/telemetry";
import { type Cause, causeOf } from "../containers/causes.ts";
import type { CommandResult, CommandsResult, RanCommand } from "../containers/commands.ts";
import { explainExitCode, failedBecause, failureOf } from "../containers/exit-code.ts";
import { preparationError } from "../containers/preparation.ts";
import { EngineFault, isEngineFault, messageOf } from "../errors.ts";
import type { StageKey } from "../keys/parts.ts";
import type { Evidence } from "./evidence.ts";

/** `warned` is a failure that does not decide, because of `stages.warn` or `tracking.required`. */
export type StageStatus = "passed" | "failed" | "warned" | "skipped";

/** What happened in one stage; part of `report.json`. */
export interface StageReport {
  /** `lint`, `test unit`, `train` … */
  readonly name: string;
  /** The box of the report's picture that it stands in; absent in reports of earlier versions. */
  readonly step?: string;
  readonly status: StageStatus;
  /** One sentence: what was found, or why it failed or was skipped. */
  readonly message: string;
  /** What a person should look at although it decides nothing; absent where there is nothing. */
  readonly warnings?: readonly string[];
  /** The last lines of each failing command; empty when none failed. */
  readonly output: string;
  /** Wall-clock time of this run; near zero when cached. */
  readonly seconds: number;
  /** Nothing ran: the same commands on the same files had run before. */
  readonly cached: boolean;
  readonly commands: readonly CommandResult[];
  /** What its result depends on, as hashes and short texts. Absent where it did not run, and in reports of earlier versions. */
  readonly key?: StageKey;
}

/** The name of a stage, and its place in the picture of the pipeline. */
export type StageTitle = Required<Pick<StageReport, "name" | "step">>;

/** A stage's report, with what the next stages need of it if it passed. */
export type Stage<T> = Passed<T> | Stopped;

export interface Passed<T> {
  readonly report: StageReport & { readonly status: "passed" };
  readonly value: T;
  readonly evidence: Evidence;
  /** What ran in it, with the containers. */
  readonly runs: readonly CommandsResult[];
}

export interface Stopped {
  readonly report: StageReport & { readonly status: "failed" | "warned" | "skipped" };
  readonly evidence: Evidence;
  readonly runs: readonly CommandsResult[];
  /** What kept it from running; absent where it ran. */
  readonly reason?: string;
}

/** The result of a stage's work. */
export type Outcome<T> = (Succeeded<T> | Unsuccessful) & {
  readonly message: string;
  readonly runs?: readonly CommandsResult[];
  /** What the report shows of it, whether it passed or not. */
  readonly evidence?: Evidence;
  /** What a person should look at although it decides nothing. */
  readonly warnings?: readonly string[];
};

/** The result of work that gave nothing. */
export type Failure = Exclude<Outcome<never>, { readonly status: "passed" }>;

interface Succeeded<T> {
  readonly status: "passed";
  readonly value: T;
}

interface Unsuccessful {
  readonly status: "failed" | "skipped";
  readonly output?: string;
  /** What kept it from running, the same for all stages that it keeps from running; absent where it ran. */
  readonly reason?: string;
}

/**
 * Runs one stage under its name, as a span of the trace. A stage that could not run has failed, and the report says why.
 *
 * @throws EngineFault when the engine failed: that is no finding about the project, and must not be kept as one
 */
export async function stage<T>({ name, step }: StageTitle, work: () => Promise<Outcome<T>>): Promise<Stage<T>> {
  const started = Date.now();
  const outcome = await spanned(name, work);
  const runs = outcome.runs ?? [];
  const report = {
    name,
    step,
    message: outcome.message,
    output: outcome.status === "passed" ? "" : (outcome.output ?? ""),
    seconds: (Date.now() - started) / 1000,
    cached: runs.length > 0 && runs.every((run) => run.cached),
    commands: runs.flatMap((run) => run.commands.map(({ isOwn: _, ...told }) => told)),
    ...((outcome.warnings ?? []).length === 0 ? {} : { warnings: outcome.warnings ?? [] }),
  };
  const evidence = outcome.evidence ?? {};
  return outcome.status === "passed"
    ? { report: { ...report, status: outcome.status }, value: outcome.value, evidence, runs }
    : { report: { ...report, status: outcome.status }, evidence, runs, ...reasonOf(outcome) };
}

const reasonOf = ({ reason }: Unsuccessful): Pick<Stopped, "reason"> => (reason === undefined ? {} : { reason });

/** Makes the stage a span of the trace, which both engines show; the span of a failed stage ends in an error. */
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
    if (outcome === undefined && isEngineFault(error)) {
      throw error instanceof EngineFault ? error : new EngineFault(name, error);
    }
    return outcome ?? outcomeOfError(error);
  }
}

/** What a stage needs could not be made, or read: whoever needs it as well fails for the same reason. */
export function outcomeOfError(error: unknown): Failure {
  const failure = preparationError(error);
  return failure === undefined
    ? { status: "failed", message: messageOf(error), reason: messageOf(error) }
    : { status: "failed", message: failure.headline, output: failure.output, reason: failure.reason };
}

export const skipped = (message: string): Outcome<never> => ({ status: "skipped", message });

/** A stage that does not run, and why. */
export const skippedStage = ({ name, step }: StageTitle, message: string): Stopped => ({
  report: { name, step, status: "skipped", message, output: "", seconds: 0, cached: false, commands: [] },
  evidence: {},
  runs: [],
});

/**
 * A failed stage that does not decide.
 *
 * @param setting what keeps it from deciding
 */
export const onlyWarning = <T>(stage: Stage<T>, setting: string): Stopped => ({
  ...stage,
  report: {
    ...stage.report,
    status: "warned",
    message: `failed, and only warns (${setting}): ${stage.report.message}`,
  },
});

/**
 * Stages that one thing kept from running tell it once: the others refer to the one that tells it, which is one that decides where one does.
 *
 * @param stages in the order in which they are told
 */
export function toldOnce<T>(stages: readonly Stage<T>[]): Stage<T>[] {
  const reason = (one: Stage<T>): string | undefined => ("reason" in one ? one.reason : undefined);
  const decisive = [
    ...stages.filter(({ report }) => report.status === "failed"),
    ...stages.filter(({ report }) => report.status === "warned"),
  ];
  return stages.map((one) => {
    const teller = reason(one) === undefined ? undefined : decisive.find((other) => reason(other) === reason(one));
    // One of which something did run says what came of that.
    const ran = one.report.commands.length > 0;
    if (teller === undefined || teller === one || ran || "value" in one) return one;
    const message = `could not run, for the reason that ${teller.report.name} has`;
    return {
      ...one,
      report: {
        ...one.report,
        message: one.report.status === "warned" ? `only warns (stages.warn): ${message}` : message,
        output: "",
      },
    };
  });
}

/**
 * The outcome of a stage whose commands all must succeed.
 *
 * @param passed the message when they did
 */
export const outcomeOf = <T>(run: CommandsResult, passed: string, value: T): Outcome<T> =>
  run.ok ? { status: "passed", message: passed, value, runs: [run] } : failedRun(run);

/**
 * The outcome of a stage one of whose commands failed: each failing command, how it ended, and what it printed.
 *
 * @param decides whether the failure of a command is one of the stage; that of every command is when absent
 */
export function failedRun(
  run: CommandsResult,
  decides: (command: CommandResult) => boolean = () => true,
): Outcome<never> {
  const failing = run.commands.filter((command) => command.exitCode !== 0 && decides(command));
  return {
    status: "failed",
    message: failing.map(failureText).join("; "),
    output: failing.map((command) => outputOf(command, failing.length > 1)).join("\n"),
    runs: [run],
  };
}

/** How a command failed: in its own words where these are known. */
function failureText(failed: RanCommand): string {
  const cause = failed.stopped === undefined && failed.exitCode < 126 ? causeOf(failed.tail) : undefined;
  return cause === undefined ? failureOf(failed) : failedBecause(failed, causeText(cause, failed.exitCode));
}

const causeText = ({ text, advice }: Cause, exitCode: number): string =>
  `${text} (${explainExitCode(exitCode)})${advice === undefined ? "" : `; ${advice}`}`;

const outputOf = (command: CommandResult, titled: boolean): string =>
  (titled ? `$ ${command.command}\n` : "") + command.tail.trimEnd();

/** The first stage that failed. */
export const failedStage = (reports: readonly StageReport[]): StageReport | undefined =>
  reports.find((report) => report.status === "failed");

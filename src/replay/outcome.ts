import type { EndedCommand } from "./recorded.ts";

/** Whether what failed did so again: `nothing` where the run of the report did not fail. */
export type ReplayOutcome = "same" | "otherwise" | "passed" | "nothing";

/** How a stage ended. */
export interface EndedStage {
  readonly status: "passed" | "failed" | "warned" | "skipped";
  readonly message: string;
  readonly commands: readonly EndedCommand[];
}

/**
 * Whether a stage failed as before: the same commands with the same exit codes, or, where no command failed, in the same words. Times and
 * addresses in the words of a command may differ.
 */
export function outcomeOf(before: Pick<EndedStage, "message" | "commands">, now: EndedStage): ReplayOutcome {
  if (now.status === "passed") return "passed";
  if (now.status === "skipped") return "otherwise";
  const [then, again] = [failuresIn(before.commands), failuresIn(now.commands)];
  if (then.length + again.length > 0) return then.join() === again.join() ? "same" : "otherwise";
  return words(before.message) === words(now.message) ? "same" : "otherwise";
}

const failuresIn = (commands: readonly EndedCommand[]): string[] =>
  commands.filter(({ exitCode }) => exitCode !== 0).map(({ name, exitCode }) => `${name} ${exitCode}`);

/** Without how it was told that a failure only warns, and without numbers, which measurements of time change. */
const words = (message: string): string =>
  message.replace(/^failed, and only warns \([\w.-]+\): /, "").replaceAll(/\d+(?:\.\d+)?/g, "#");

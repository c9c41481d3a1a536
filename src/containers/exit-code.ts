import { constants } from "node:os";

/**
 * Explains an exit code.
 *
 * By the shell's convention, 126 and 127 mean that a command could not be run, and 128 + N that signal N ended it.
 */
export function explainExitCode(code: number): string {
  if (code === 126) return "exit code 126: the command cannot be executed";
  if (code === 127) return "exit code 127: command not found";
  const signal = signalName(code - 128);
  if (signal === undefined) return `exit code ${code}`;
  const cause = CAUSES[signal];
  return `exit code ${code}: killed by ${signal}${cause === undefined ? "" : `, ${cause}`}`;
}

interface Failed {
  readonly command: string;
  readonly exitCode: number;
  readonly stopped?: string;
  /** Whether it is a program of the pipeline. */
  readonly isOwn?: true;
}

/** A failed command with the reason for which it was stopped, or with its explained exit code. */
export const failureOf = (failed: Failed): string =>
  failedBecause(failed, failed.stopped ?? explainExitCode(failed.exitCode));

/** A failed command and the reason, which comes first where nobody would know the command. */
export const failedBecause = ({ command, isOwn }: Pick<Failed, "command" | "isOwn">, reason: string): string =>
  isOwn === true ? `${reason}, trying to ${command}` : `${command}: ${reason}`;

/** The most likely causes; the kernel does not report the real one. */
const CAUSES: Readonly<Record<string, string>> = {
  SIGKILL: "most likely out of memory",
  SIGSEGV: "a crash in native code",
  SIGTERM: "asked to stop from outside",
  SIGINT: "interrupted",
};

const signalName = (number: number): string | undefined =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0];

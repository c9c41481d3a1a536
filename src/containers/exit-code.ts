import { constants } from "node:os";

/**
 * What an exit code says, for a person.
 *
 * Codes above 128 are 128 + the signal that ended the process; 126 and 127 are the shell's.
 */
export function explainExitCode(code: number): string {
  if (code === 126) return "exit code 126: the command cannot be executed";
  if (code === 127) return "exit code 127: command not found";
  const signal = signalName(code - 128);
  if (signal === undefined) return `exit code ${code}`;
  const cause = CAUSES[signal];
  return `exit code ${code}: killed by ${signal}${cause === undefined ? "" : `, ${cause}`}`;
}

/** How a command that failed ended. */
export const failureOf = ({ command, exitCode }: { readonly command: string; readonly exitCode: number }): string =>
  `${command}: ${explainExitCode(exitCode)}`;

/** Most likely causes; the kernel does not tell. */
const CAUSES: Readonly<Record<string, string>> = {
  SIGKILL: "most likely out of memory",
  SIGSEGV: "a crash in native code",
  SIGTERM: "asked to stop from outside",
  SIGINT: "interrupted",
};

const signalName = (number: number): string | undefined =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0];

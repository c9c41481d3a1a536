import { join } from "node:path";
import { withEnginesPage } from "../base/errors.ts";
import { encodeMode, findMode, type Mode, unshareArguments } from "./mode.ts";
import { explainLimits, explainRefusal, type Finding, hostFacts } from "./probe.ts";
import { program } from "./programs.ts";

export type { Mode } from "./mode.ts";

export interface EngineCommand {
  readonly command: readonly string[];
  readonly mode: Mode;
}

export interface Probe {
  /** The mode in which the engine will run; absent when the host allows none. */
  readonly mode?: Mode;
  /** What is forbidden or limited and how to mend it; absent when nothing is. */
  readonly finding?: Finding;
}

/** Finds out what this host allows. Each mode that is tried takes a few milliseconds. */
export function probe(): Probe {
  const mode = findMode();
  if (!mode) return { finding: explainRefusal(hostFacts()) };
  const finding = mode.ids === "single" ? explainLimits(mode, hostFacts()) : undefined;
  return { mode, ...(finding && { finding }) };
}

/**
 * Gives the command that runs `argv` in namespaces of its own: of mounts, of processes and, where this user is not
 * root, of users. All of it ends with the process that starts it.
 * | @throws Error saying what the host forbids and how to allow it
 */
export function engineCommand(argv: readonly string[]): EngineCommand {
  const mode = findMode();
  if (!mode) {
    const { problem, remedy } = explainRefusal(hostFacts());
    throw new Error(withEnginesPage(`${problem}\n  ${remedy}`));
  }
  const command = [
    ...[program("setpriv"), "--pdeathsig", "KILL", "--"],
    ...[program("unshare"), ...unshareArguments(mode), "--"],
    ...[program("sh"), join(import.meta.dirname, "init.sh"), encodeMode(mode), ...argv],
  ];
  return { command, mode };
}

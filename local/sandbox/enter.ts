import { join } from "node:path";
import { encodeMode, findMode, type Mode, unshareArguments } from "./mode.ts";
import { explainLimits, explainRefusal, type Finding, hostFacts } from "./probe.ts";
import { program } from "./programs.ts";

export { findMode, type Mode } from "./mode.ts";

export interface EngineCommand {
  readonly command: readonly string[];
  readonly mode: Mode;
  /** What the mode lacks and the line that mends it, for a person to read once. */
  readonly finding?: Finding;
}

/** What `probe` found out. */
export interface Probe {
  /** The mode in which the engine will run; absent when the host forbids all. */
  readonly mode?: Mode;
  /** What is forbidden or limited, and the line that mends it; absent when all is well. */
  readonly finding?: Finding;
}

/** Finds out what this host allows. Takes a few milliseconds for each mode that it tries. */
export function probe(): Probe {
  const mode = findMode();
  if (!mode) return { finding: explainRefusal(hostFacts()) };
  return { mode, ...limits(mode) };
}

function limits(mode: Mode): { readonly finding?: Finding } {
  const finding = mode.ids === "single" ? explainLimits(mode, hostFacts()) : undefined;
  return finding ? { finding } : {};
}

/**
 * The command that runs `argv` inside namespaces of its own (mounts, processes; users where this one is not root). All of it
 * dies with the process that starts it, however that ends. Where the host forbids it, throws a sentence that says what
 * and the line that mends it.
 */
export function engineCommand(argv: readonly string[]): EngineCommand {
  const mode = findMode();
  if (!mode) {
    const { problem, remedy } = explainRefusal(hostFacts());
    throw new Error(`${problem}\n  ${remedy}`);
  }
  const command = [
    ...[program("setpriv"), "--pdeathsig", "KILL", "--"],
    ...[program("unshare"), ...unshareArguments(mode), "--"],
    ...[program("sh"), join(import.meta.dirname, "init.sh"), encodeMode(mode), ...argv],
  ];
  return { command, mode, ...limits(mode) };
}

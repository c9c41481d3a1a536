import { join } from "node:path";
import { tryExecute } from "../execute.ts";
import { type Mode, unshareArguments } from "../mode.ts";
import { findProgram, program } from "../programs.ts";
import { encode, type Instruction } from "./bpf.ts";
import { type Architecture, architectures } from "./calls.ts";
import { containerFilter, ownersFilter } from "./filter.ts";

/** The number of the system call that loads a filter. */
const seccomp: Readonly<Record<Architecture, number>> = { x64: 317, arm64: 277 };

const script = join(import.meta.dirname, "load.pl");

/** The words before a command that put it and its children under the filter, or why there are none. */
export type FilterPrefix = { readonly command: readonly string[] } | { readonly missing: string };

function prefix(filterFor: (architecture: Architecture) => readonly Instruction[]): FilterPrefix {
  const architecture = architectures.find((name) => name === process.arch);
  if (architecture === undefined) return { missing: `there is none for ${process.arch}` };
  const perl = findProgram("perl");
  if (perl === undefined) return { missing: "perl, which loads it, is not installed" };
  const filter = encode(filterFor(architecture)).toString("hex");
  return { command: [perl, script, filter, String(seccomp[architecture])] };
}

/**
 * Gives the prefix if this kernel accepts the filter, which a program that does nothing tries. It works in the engine's
 * namespaces only.
 */
export function findFilter(): Promise<FilterPrefix> {
  return tried(prefix(containerFilter), []);
}

/** Gives the prefix of programs that set owners where there is one user only, if this kernel accepts it. */
export function findOwnersFilter(): Promise<FilterPrefix> {
  return tried(prefix(ownersFilter), []);
}

/** Does the same from outside, in namespaces like the engine's, where loading a filter is allowed. */
export function findFilterIn(mode: Mode): Promise<FilterPrefix> {
  return tried(prefix(containerFilter), [program("unshare"), ...unshareArguments(mode), "--"]);
}

async function tried(found: FilterPrefix, enter: readonly string[]): Promise<FilterPrefix> {
  if ("missing" in found) return found;
  const [command = "", ...args] = [...enter, ...found.command, program("sh"), "-c", ":"];
  const { code, stderr } = await tryExecute(command, args);
  return code === 0 ? found : { missing: stderr.trim() || "the kernel refuses it" };
}

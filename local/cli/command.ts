import { UsageError } from "../base/usage-error.ts";
import { type FlagWords, flagRows, type Options } from "./options.ts";

export interface Invocation {
  readonly options: Options;
  /** What follows the name of the command. */
  readonly words: readonly string[];
  /** The command itself. */
  readonly command: Command;
  /** All commands; the help lists them. */
  readonly commands: Commands;
}

export interface Command {
  readonly summary: string;
  /** How to type it, after the program's name. Commands without it explain themselves. */
  readonly usage?: readonly string[];
  /** Flags of its own. */
  readonly flags?: Readonly<Record<string, FlagWords>>;
  load(): Promise<{ run(invocation: Invocation): Promise<number> }>;
}

/** The error for words that a command does not take: how to type it. */
export function usageError({ usage = [], flags = {} }: Command): UsageError {
  const lines = flagRows(flags).map(([flag, doc]) => `\n  ${flag}  ${doc}`);
  return new UsageError(`usage: ${usage.map((words) => `ml-pipeline ${words}`).join(" | ")}${lines.join("")}`);
}

export type Commands = Readonly<Record<string, Command>>;

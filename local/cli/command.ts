import type { Options } from "./options.ts";

export interface Invocation {
  readonly options: Options;
  /** What follows the name of the command. */
  readonly words: readonly string[];
  /** All commands; the help lists them. */
  readonly commands: Commands;
}

export interface Command {
  readonly summary: string;
  load(): Promise<{ run(invocation: Invocation): Promise<number> }>;
}

export type Commands = Readonly<Record<string, Command>>;

import { suggestion } from "../base/names.ts";
import { UsageError } from "../base/usage-error.ts";
import type { EngineName } from "../runner/engine/choice.ts";

export type Progress = "auto" | "tty" | "plain" | "quiet";

/** Flags that every command takes, wherever they stand. */
export interface Options {
  engine?: EngineName;
  /** The folder of another module than this repository's. */
  mod?: string;
  progress: Progress;
  /** Print the result as JSON. */
  json: boolean;
  /** Write the result to this file or folder, as `export --path` does. */
  output?: string;
  help: boolean;
  /** Make the changes that a function proposes, without a question. */
  yes: boolean;
  /** A folder or a repository of a registry that results are shared in. */
  cache?: string;
  /** The keys whose results are believed. */
  cacheTrust?: string;
}

/** What help says of a flag. */
export interface FlagWords {
  /** The form of its value; a switch has none. */
  readonly value: string | undefined;
  readonly doc: string;
}

/** A flag of the command line, which puts its value into a `T`. */
export interface Flag<T> extends FlagWords {
  set(target: T, value: string): void;
}

export type Flags<T> = Readonly<Record<string, Flag<T>>>;

const engine: Flag<Options> = {
  value: "dagger|local",
  doc: "the engine to use; by default Dagger's when one answers, else the local one",
  set(options, value) {
    options.engine = oneOf("--engine", value, ["dagger", "local"] as const);
  },
};
const mod: Flag<Options> = {
  value: "DIR",
  doc: "call another module: the folder of its dagger.json",
  set(options, value) {
    options.mod = value;
  },
};
const progress: Flag<Options> = {
  value: "auto|tty|plain|quiet",
  doc: "how to show what runs; auto: a live screen on a terminal, plain lines elsewhere",
  set(options, value) {
    options.progress = oneOf("--progress", value, ["auto", "tty", "plain", "quiet"] as const);
  },
};
const json: Flag<Options> = {
  value: undefined,
  doc: "print the result as JSON",
  set(options) {
    options.json = true;
  },
};
const output: Flag<Options> = {
  value: "PATH",
  doc: "write the result there: a text, a file, a folder or a container's image",
  set(options, value) {
    options.output = value;
  },
};
const yes: Flag<Options> = {
  value: undefined,
  doc: "make the changes that a function proposes, without a question",
  set(options) {
    options.yes = true;
  },
};
const cache: Flag<Options> = {
  value: "DIR|REPOSITORY",
  doc: "share the local engine's results with other machines, in a folder or a registry",
  set(options, value) {
    options.cache = value;
  },
};
const cacheTrust: Flag<Options> = {
  value: "KEY",
  doc: "whose results of that cache are believed, as `cache key` prints it; no secret",
  set(options, value) {
    options.cacheTrust = value;
  },
};
const help: Flag<Options> = {
  value: undefined,
  doc: "explain the command or the function",
  set(options) {
    options.help = true;
  },
};

/** Flags by their typed names. Help shows the first name of each. */
export const globalFlags: Flags<Options> = {
  "--engine": engine,
  "--mod": mod,
  "-m": mod,
  "--progress": progress,
  "--json": json,
  "-j": json,
  "--output": output,
  "-o": output,
  "--cache": cache,
  "--cache-trust": cacheTrust,
  "--yes": yes,
  "-y": yes,
  "--help": help,
  "-h": help,
};

/** Flags with the form of their values, and what they do; names of one letter are left out. */
export const flagRows = (flags: Readonly<Record<string, FlagWords>>): [flag: string, doc: string][] =>
  Object.entries(flags)
    .filter(([name]) => name.startsWith("--"))
    .map(([name, { value, doc }]) => [value === undefined ? name : `${name}=${value}`, doc]);

/**
 * Takes the flag at `words[index]` into `target`, if it is one of `flags`.
 * | @returns how many words the flag took, or 0 for any other word
 */
export function takeFlag<T>(words: readonly string[], index: number, flags: Flags<T>, target: T): number {
  const word = words[index] ?? "";
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined) return 0;
  if (flag.value === undefined) {
    if (equals >= 0) throw new UsageError(`${name} takes no value`);
    flag.set(target, "");
    return 1;
  }
  const value = equals < 0 ? words[index + 1] : word.slice(equals + 1);
  if (value === undefined || value === "") throw new UsageError(`${name} needs a value (${flag.value})`);
  flag.set(target, value);
  return equals < 0 ? 2 : 1;
}

export function takeGlobalFlag(words: readonly string[], index: number, options: Options): number {
  return takeFlag(words, index, globalFlags, options);
}

/**
 * Takes the flags from the words of a command: global ones into `options`, those of the command into `target`. Any
 * other flag is refused.
 * | @returns the other words
 */
export function takeFlags<T>(
  command: string,
  words: readonly string[],
  options: Options,
  flags: Flags<T>,
  target: T,
): string[] {
  const rest: string[] = [];
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? "";
    const taken = takeFlag(words, index, flags, target) || takeGlobalFlag(words, index, options);
    if (taken === 0 && word.startsWith("-")) {
      const name = word.split("=", 1)[0] ?? word;
      const known = [...Object.keys(flags), ...Object.keys(globalFlags)];
      throw new UsageError(`${command} has no flag ${name}${suggestion(name, known)}`);
    }
    if (taken === 0) rest.push(word);
    index += Math.max(taken, 1);
  }
  return rest;
}

/** Takes the flags of a command that has none of its own. */
export function takeGlobalFlags(command: string, words: readonly string[], options: Options): string[] {
  return takeFlags(command, words, options, {}, undefined);
}

function oneOf<T extends string>(flag: string, value: string, known: readonly T[]): T {
  const found = known.find((name) => name === value);
  if (found === undefined) {
    throw new UsageError(`${flag}=${value}: expected ${known.join(", ")}${suggestion(value, known)}`);
  }
  return found;
}

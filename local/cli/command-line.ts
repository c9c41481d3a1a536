import { suggestion } from "../base/names.ts";
import { UsageError } from "../base/usage-error.ts";

export type Progress = "auto" | "tty" | "plain" | "quiet";
export type EngineName = "dagger" | "local";

/** What holds for every command, wherever on the command line it is given. */
export interface Options {
  engine?: EngineName;
  /** Folder of another module than this repository's. */
  mod?: string;
  progress: Progress;
  /** Print the result as JSON. */
  json: boolean;
  /** Write the result to this file or folder, as `export --path` does. */
  output?: string;
  help: boolean;
}

export interface Invocation {
  readonly options: Options;
  /** What follows the name of the command. */
  readonly words: readonly string[];
}

export interface Command {
  readonly summary: string;
  load(): Promise<{ run(invocation: Invocation): Promise<number> }>;
}

export const commands: Readonly<Record<string, Command>> = {
  call: {
    summary: "call a function of the module (the word call may be left out)",
    load: () => import("./commands/call.ts"),
  },
  functions: { summary: "list the module's functions", load: () => import("./commands/functions.ts") },
  check: {
    summary: "run all checks of the module, or those that are named",
    load: () => import("./commands/check.ts"),
  },
  session: {
    summary: "run a command against a local engine: session -- COMMAND …",
    load: () => import("./commands/session.ts"),
  },
  cache: {
    summary: "show the local engine's cache, or make it smaller: cache info|prune",
    load: () => import("./commands/cache.ts"),
  },
  doctor: { summary: "say which engine would be used and what is missing", load: () => import("./commands/doctor.ts") },
  help: { summary: "explain the module, or one function: help [FUNCTION]", load: () => import("./commands/help.ts") },
  version: { summary: "print the version", load: () => import("./commands/version.ts") },
};

interface GlobalFlag {
  readonly value: string | undefined;
  readonly doc: string;
  set(options: Options, value: string): void;
}

const engine: GlobalFlag = {
  value: "dagger|local",
  doc: "the engine to use; by default Dagger's when one answers, else the local one",
  set(options, value) {
    options.engine = oneOf("--engine", value, ["dagger", "local"] as const);
  },
};
const mod: GlobalFlag = {
  value: "DIR",
  doc: "call another module: the folder of its dagger.json",
  set(options, value) {
    options.mod = value;
  },
};
const progress: GlobalFlag = {
  value: "auto|tty|plain|quiet",
  doc: "how to show what runs; auto: a live screen on a terminal, plain lines elsewhere",
  set(options, value) {
    options.progress = oneOf("--progress", value, ["auto", "tty", "plain", "quiet"] as const);
  },
};
const json: GlobalFlag = {
  value: undefined,
  doc: "print the result as JSON",
  set(options) {
    options.json = true;
  },
};
const output: GlobalFlag = {
  value: "PATH",
  doc: "write the result there: a text, a file, a folder or a container's image",
  set(options, value) {
    options.output = value;
  },
};
const help: GlobalFlag = {
  value: undefined,
  doc: "explain the command or the function",
  set(options) {
    options.help = true;
  },
};

/** By name as it is typed; the first of each is the one that help shows. */
export const globalFlags: Readonly<Record<string, GlobalFlag>> = {
  "--engine": engine,
  "--mod": mod,
  "-m": mod,
  "--progress": progress,
  "--json": json,
  "-j": json,
  "--output": output,
  "-o": output,
  "--help": help,
  "-h": help,
};

/**
 * Takes the global flag at `words[index]`, if there is one, into `options`.
 * @returns how many words it took; 0 when the word is not a global flag
 */
export function takeGlobalFlag(words: readonly string[], index: number, options: Options): number {
  const word = words[index] ?? "";
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const flag = Object.hasOwn(globalFlags, name) ? globalFlags[name] : undefined;
  if (flag === undefined) return 0;
  if (flag.value === undefined) {
    if (equals >= 0) throw new UsageError(`${name} takes no value`);
    flag.set(options, "");
    return 1;
  }
  const value = equals < 0 ? words[index + 1] : word.slice(equals + 1);
  if (value === undefined || value === "") throw new UsageError(`${name} needs a value (${flag.value})`);
  flag.set(options, value);
  return equals < 0 ? 2 : 1;
}

/** Takes global flags from `words` and refuses every other flag: for commands that have none of their own. */
export function onlyGlobalFlags(command: string, words: readonly string[], options: Options): string[] {
  const rest: string[] = [];
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? "";
    const taken = takeGlobalFlag(words, index, options);
    if (taken === 0 && word.startsWith("-")) {
      const name = word.split("=", 1)[0] ?? word;
      throw new UsageError(`${command} has no flag ${name}${suggestion(name, Object.keys(globalFlags))}`);
    }
    if (taken === 0) rest.push(word);
    index += Math.max(taken, 1);
  }
  return rest;
}

/** Finds the command. A word that is no command is a function of the module; an unknown flag may be its constructor's. */
export function parseCommandLine(words: readonly string[]): { command: Command; options: Options; rest: string[] } {
  const options: Options = { progress: "auto", json: false, help: false };
  const named = (name: string, rest: readonly string[]) => {
    const command = commands[name];
    if (command === undefined) throw new Error(`no command ${name}`);
    return { command, options, rest: [...rest] };
  };
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? "";
    if (word === "--version") return named("version", []);
    const taken = takeGlobalFlag(words, index, options);
    if (taken > 0) {
      index += taken;
      continue;
    }
    if (Object.hasOwn(commands, word)) return named(word, words.slice(index + 1));
    return named("call", words.slice(index));
  }
  return named("help", []);
}

function oneOf<T extends string>(flag: string, value: string, known: readonly T[]): T {
  const found = known.find((name) => name === value);
  if (found === undefined) {
    throw new UsageError(`${flag}=${value}: expected ${known.join(", ")}${suggestion(value, known)}`);
  }
  return found;
}

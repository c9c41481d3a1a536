import type { Command, Commands } from "./command.ts";
import { type Options, takeGlobalFlag } from "./options.ts";

/**
 * Finds the command of a command line. A word that is no command is taken for a function of the module, and an unknown
 * flag for one of its constructor.
 */
export function parseCommandLine(
  words: readonly string[],
  commands: Commands,
): { command: Command; options: Options; rest: string[] } {
  const options: Options = { progress: "auto", json: false, help: false, yes: false };
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

/**
 * The command line. This file imports what every call needs, and the rest is imported when it is used: an unchanged
 * call is answered before the SDK, TypeScript or the engine would have loaded.
 */

import { UsageError } from "../base/usage-error.ts";
import type { Command } from "./command.ts";
import { parseCommandLine } from "./command-line.ts";
import { commands } from "./commands/index.ts";
import type { Options } from "./options.ts";

// The variable is for this process, not for the programs that it starts.
delete process.env.NODE_COMPILE_CACHE;

// The module may have left timers or sockets open, which must not keep a call from ending. Standard streams are written
// synchronously, so nothing is lost.
process.exit(await main(process.argv.slice(2)));

/** What stands after two dashes is for another program. */
function asksForHelp(options: Options, words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return options.help || (end < 0 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

async function explain(command: Command): Promise<number> {
  const [{ commandPage }, { layoutFor }] = await Promise.all([import("./help/pages.ts"), import("./help/text.ts")]);
  process.stdout.write(`${commandPage(command, layoutFor(process.stdout)).join("\n")}\n`);
  return 0;
}

async function main(words: readonly string[]): Promise<number> {
  try {
    const { command, options, rest } = parseCommandLine(words, commands);
    if (command.usage !== undefined && asksForHelp(options, rest)) return await explain(command);
    const { run } = await command.load();
    return await run({ options, words: rest, command, commands });
  } catch (error) {
    // The error of an unreadable folder is known by its name: importing its class would load what an unchanged call
    // does not need.
    if (error instanceof UsageError || (error instanceof Error && error.name === "UnreadableError")) {
      process.stderr.write(`ml-pipeline: ${error.message}\n`);
      return 2;
    }
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    process.stderr.write(`ml-pipeline: ${reason}\n`);
    return 1;
  }
}

/** What an error of the system means for the one who calls. Undefined for an error of the program. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if ("syscall" in error && error.syscall === "uv_cwd") return "the working folder is gone: change to one that exists";
  switch (error.code) {
    case "EMFILE":
    case "ENFILE":
      return `too many files are open: raise the limit, as by \`ulimit -n 1024\` (${error.message})`;
    case "ENOSPC":
    case "EDQUOT":
      return `a disk is full: free some of it, or type: ml-pipeline cache prune (${error.message})`;
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return `something may not be written or read here: ${error.message}. The cache is where XDG_CACHE_HOME says`;
    default:
      return undefined;
  }
}

/**
 * The command line. This file imports what every call needs, and the rest is imported when it is used: an unchanged
 * call is answered before the SDK, TypeScript or the engine would have loaded.
 */

import { UsageError } from "../base/usage-error.ts";
import { cacheRoot } from "../store/paths.ts";
import type { Command } from "./command.ts";
import { parseCommandLine } from "./command-line.ts";
import { commands } from "./commands/index.ts";
import type { Options } from "./options.ts";

// The variable is for this process, not for the programs that it starts.
delete process.env.NODE_COMPILE_CACHE;

// What is said on the way is no answer: where nobody can read it, as on a full disk, the call still has its exit code.
process.stderr.on("error", () => {});

// The module may have left timers or sockets open, which must not keep a call from ending. Standard streams are written
// synchronously, so nothing is lost.
process.exit(await main(process.argv.slice(2)));

/** What stands after two dashes is for another program. */
function asksForHelp(options: Options, words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return options.help || (end < 0 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

async function explain(command: Command): Promise<number> {
  const [{ commandPage }, { layoutFor }, { writeOut }] = await Promise.all([
    import("./help/pages.ts"),
    import("./help/text.ts"),
    import("./screen/write-out.ts"),
  ]);
  writeOut(`${commandPage(command, layoutFor(process.stdout)).join("\n")}\n`);
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
    // These are mistakes of the program, which only its stack explains.
    if (!(error instanceof Error) || error instanceof TypeError || error instanceof ReferenceError) throw error;
    process.stderr.write(`ml-pipeline: ${await reasonOf(error)}\n`);
    return 1;
  }
}

/** What an error means for the one who calls. Outputs name their own disks; all else is written to the cache. */
async function reasonOf(error: Error): Promise<string> {
  if (!("code" in error)) return error.message;
  if ("syscall" in error && error.syscall === "uv_cwd") return "the working folder is gone: change to one that exists";
  switch (error.code) {
    case "EMFILE":
    case "ENFILE":
      return `too many files are open: raise the limit, as by \`ulimit -n 1024\` (${error.message})`;
    case "ENOSPC":
    case "EDQUOT":
      return (await import("../store/room.ts")).fullCache(cacheRoot());
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return `something may not be written or read here: ${error.message}. The cache is where XDG_CACHE_HOME says`;
    default:
      return error.message;
  }
}

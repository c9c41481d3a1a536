/**
 * The command line. This file imports what every call needs, and the rest is imported when it is used: an unchanged
 * call is answered before the SDK, TypeScript or the engine would have loaded.
 */

import { UsageError } from "../base/usage-error.ts";
import { parseCommandLine } from "./command-line.ts";
import { commands } from "./commands/index.ts";

// The variable is for this process, not for the programs that it starts.
delete process.env.NODE_COMPILE_CACHE;

// The module may have left timers or sockets open, which must not keep a call from ending. Standard streams are written
// synchronously, so nothing is lost.
process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  try {
    const { command, options, rest } = parseCommandLine(words, commands);
    const { run } = await command.load();
    return await run({ options, words: rest, commands });
  } catch (error) {
    // The error of an unreadable folder is known by its name: importing its class would load what an unchanged call
    // does not need.
    if (error instanceof UsageError || (error instanceof Error && error.name === "UnreadableError")) {
      process.stderr.write(`ml-pipeline: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

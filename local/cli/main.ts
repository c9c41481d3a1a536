/**
 * The command line. Only what every call needs is imported here; everything else when it is used, so that an unchanged
 * call is answered before the SDK, TypeScript or the engine would have been loaded.
 */

import { UsageError } from "../base/usage-error.ts";
import { parseCommandLine } from "./command-line.ts";
import { commands } from "./commands/index.ts";

// Meant for this process alone: not for the programs that it starts.
delete process.env.NODE_COMPILE_CACHE;

// Whatever the module has left open must not keep a call from ending; standard streams are written synchronously.
process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  try {
    const { command, options, rest } = parseCommandLine(words, commands);
    const { run } = await command.load();
    return await run({ options, words: rest, commands });
  } catch (error) {
    // A folder that cannot be read is known by name: its class would load what an unchanged call does without.
    if (error instanceof UsageError || (error instanceof Error && error.name === "UnreadableError")) {
      process.stderr.write(`ml-pipeline: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

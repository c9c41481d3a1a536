import { chooseEngine } from "../../runner/engine/choice.ts";
import { withCheckout } from "../call/checkout.ts";
import { convertCall } from "../call/convert.ts";
import { deprecations } from "../call/deprecated.ts";
import { exportLink, refuseTarget, unsavedNote } from "../call/export.ts";
import { withGitFolders } from "../call/git-folders.ts";
import { parseCall } from "../call/parse.ts";
import type { Invocation } from "../command.ts";
import { chooseCache } from "../shared-cache.ts";
import { chosenModule } from "./module.ts";

/** `FUNCTION [--flag=value …] [FUNCTION …]` calls the module on the chosen engine. */
export async function run({ options, words, command, commands }: Invocation): Promise<number> {
  const choice = await chooseEngine(options.engine);
  const module = chosenModule(options);
  const parsed = parseCall(words, module, options);
  if (options.help || parsed.links.length === 0)
    return (await import("./help.ts")).run({ options, words, command, commands });
  if (options.progress !== "quiet") {
    for (const text of deprecations(parsed)) process.stderr.write(`ml-pipeline: ${text}\n`);
  }
  await chooseCache(options);
  const context = { module, cwd: process.cwd(), env: process.env, engine: choice.engine };
  const given = await withGitFolders(parsed, context.cwd);
  const complete = choice.engine === "local" ? exportLink(given, options, module) : given;
  const { typed, call } = await withCheckout({ typed: complete, call: convertCall(complete, context) });
  // The dagger program looks after its own output.
  refuseTarget(call, choice.engine === "local" ? options : {}, process.cwd());
  if (choice.engine === "dagger") {
    if (options.cache !== undefined && options.progress !== "quiet")
      process.stderr.write("ml-pipeline: --cache is for the local engine; Dagger's engine keeps its own cache\n");
    const { daggerCall } = await import("../call/dagger.ts");
    return await daggerCall(typed, call, module, options, choice.reason);
  }
  const { callLocally } = await import("../call/local.ts");
  const exitCode = await callLocally(typed, call, module, options, choice.reason);
  if (exitCode === 0 && options.progress !== "quiet") process.stderr.write(unsavedNote(typed));
  return exitCode;
}

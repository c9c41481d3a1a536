import type { Call } from "../../runner/call.ts";
import { type Answer, callKey, findAnswer, keepAnswer, lifetime } from "../../runner/call-cache.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import { cacheRoot } from "../../store/paths.ts";
import type { Options } from "../options.ts";
import { duration } from "../screen/format.ts";
import { writeAnswer, writeOut } from "../screen/write-out.ts";
import { exportTarget } from "./export.ts";
import { functionName } from "./names.ts";
import type { TypedCall } from "./types.ts";

/** Makes a call on the local engine. A call that was answered before is answered again without starting the engine. */
export async function callLocally(
  typed: TypedCall,
  call: Call,
  module: LoadedModule,
  options: Options,
  reason: string,
): Promise<number> {
  const started = Date.now();
  const root = cacheRoot();
  const name = typed.links.map((link) => functionName(link.fn)).join(" ");
  const maxAge = lifetime(call);
  const key = maxAge > 0 ? await callKey(module, call, options.json, root) : undefined;
  const known = key === undefined ? undefined : findAnswer(root, key, maxAge);
  if (known !== undefined && (await restored(known, call))) {
    finish(known.stdout, call, options);
    if (options.progress !== "quiet") {
      process.stderr.write(`✓ ${name}  cached, ${duration(Date.now() - started)} (local engine)\n`);
    }
    return 0;
  }
  const { runCall } = await import("./run.ts");
  const outcome = await runCall(name, call, module, options, reason);
  if (outcome.exitCode !== 0) return outcome.exitCode;
  finish(outcome.stdout, call, options);
  // Files may have changed while the call ran. Its answer is only kept when the inputs are still the same.
  if (key !== undefined && outcome.keep && key === (await callKey(module, call, options.json, root))) {
    const { stdout, tree } = outcome;
    keepAnswer(root, key, { at: Date.now(), stdout, ...(tree === undefined ? {} : { tree }) });
  }
  return 0;
}

/** Exports the cached folder to where this call wants it. False when the cache no longer has its content. */
async function restored(answer: Answer, call: Call): Promise<boolean> {
  const target = exportTarget(call, process.cwd());
  if (target === undefined) return true;
  if (answer.tree === undefined) return false;
  const { restoreTree } = await import("../../runner/restore.ts");
  return await restoreTree(answer.tree, target.path, target.wipe);
}

function finish(stdout: string, call: Call, options: Options): void {
  const target = exportTarget(call, process.cwd());
  if (target !== undefined) writeOut(`${target.path}\n`);
  else if (options.output !== undefined) writeAnswer(options.output, stdout);
  else writeOut(stdout);
}

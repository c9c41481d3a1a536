import type { Call } from "../../runner/call.ts";
import { type Answer, callKey, findAnswer, keepAnswer, lifetime } from "../../runner/call-cache.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import { cacheRoot } from "../../store/paths.ts";
import type { Options } from "../options.ts";
import { writeOut } from "../screen/write-out.ts";

export interface Check {
  readonly name: string;
  readonly call: Call;
}

/** Runs checks side by side on one engine. Those that passed before on the same inputs are not run again. */
export async function checkLocally(
  checks: readonly Check[],
  module: LoadedModule,
  options: Options,
  reason: string,
): Promise<number> {
  const root = cacheRoot();
  const keyOf = async ({ call }: Check) =>
    lifetime(call) > 0 ? await callKey(module, call, options.json, root) : undefined;
  const keys = new Map<Check, string | undefined>();
  const known = new Map<Check, Answer>();
  for (const check of checks) {
    const key = await keyOf(check);
    keys.set(check, key);
    const answer = key === undefined ? undefined : findAnswer(root, key, lifetime(check.call));
    if (answer !== undefined) known.set(check, answer);
  }
  if (options.progress !== "quiet") process.stderr.write(`ml-pipeline: local engine (${reason})\n`);
  const left = checks.filter((check) => !known.has(check));
  for (const check of known.keys()) writeOut(`✓ ${check.name} (cached)\n`);
  if (left.length === 0) return 0;

  const { runChecks } = await import("./run-checks.ts");
  const results = await runChecks(left, module, options);
  if ("exitCode" in results) return results.exitCode;
  for (const check of left) {
    const failure = results.failures.get(check.name);
    if (failure !== undefined) {
      writeOut(`✗ ${check.name}\n${failure.replaceAll(/^/gm, "  ")}\n`);
      continue;
    }
    writeOut(`✓ ${check.name}\n`);
    const key = keys.get(check);
    if (key !== undefined && key === (await keyOf(check))) keepAnswer(root, key, { at: Date.now(), stdout: "" });
  }
  return results.failures.size > 0 ? 1 : 0;
}

import type { Call } from "../../runner/call.ts";
import { type Answer, callKey, findAnswer, keepAnswer, lifetime } from "../../runner/call-cache.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import type { SharedAnswers } from "../../runner/shared-answers.ts";
import { placeVariable } from "../../shared/variables.ts";
import { cacheRoot } from "../../store/paths.ts";
import type { Options } from "../options.ts";
import { duration } from "../screen/format.ts";
import { writeAnswer, writeOut } from "../screen/write-out.ts";
import {
  ask,
  canAsk,
  changedFolder,
  changedMeanwhile,
  notChanged,
  nothingToChange,
  openQuestions,
  proposesChanges,
} from "./changes.ts";
import { convertCall } from "./convert.ts";
import { exportLink, exportTarget } from "./export.ts";
import { functionName } from "./names.ts";
import type { CallOutcome } from "./run.ts";
import type { TypedCall } from "./types.ts";

/** Makes a call on the local engine. Changes that it proposes are shown, and made when a person says so. */
export async function callLocally(
  typed: TypedCall,
  call: Call,
  module: LoadedModule,
  options: Options,
  reason: string,
): Promise<number> {
  if (!proposesChanges(typed)) return (await answer(typed, call, module, options, reason)).exitCode;
  const { exitCode, stdout, key } = await answer(typed, call, module, options, reason);
  if (exitCode !== 0 || options.json) return exitCode;
  const more = options.yes || !canAsk() ? undefined : await answeredQuestions(typed, stdout);
  const context = { module, cwd: process.cwd(), env: process.env, engine: "local" as const };
  if (more !== undefined) return await callLocally(more, convertCall(more, context), module, options, reason);
  const say = (text: string): unknown => options.progress !== "quiet" && process.stderr.write(`ml-pipeline: ${text}\n`);
  const folder = changedFolder(call) ?? process.cwd();
  if (stdout === "") {
    say(nothingToChange(folder));
    return 0;
  }
  if (!options.yes && !canAsk()) {
    say(notChanged(folder));
    return 0;
  }
  if (!options.yes && !/^y(es)?$/i.test(await ask(`Change ${folder} so? [y/N] `))) {
    say("nothing was changed");
    return 0;
  }
  // The call is made again to change the folder, and would then make other changes than those that were shown.
  if (key !== undefined && key !== (await callKey(module, call, options.json, cacheRoot()))) {
    process.stderr.write(`ml-pipeline: ${changedMeanwhile(folder)}\n`);
    return 1;
  }
  const applied = exportLink(typed, { ...options, output: folder }, module);
  return (await answer(applied, convertCall(applied, context), module, options, reason)).exitCode;
}

/** The same call with what a person answered; undefined where there is nothing to ask, or no answer. */
async function answeredQuestions(typed: TypedCall, patch: string): Promise<TypedCall | undefined> {
  const last = typed.links.at(-1);
  if (last === undefined) return undefined;
  const given = new Map(last.typed);
  for (const { argument, text } of openQuestions(patch, last.fn, last.typed)) {
    const said = await ask(`${text}\n${argument} (or nothing): `);
    if (said !== "") given.set(argument, [said]);
  }
  return given.size === last.typed.size
    ? undefined
    : { ...typed, links: [...typed.links.slice(0, -1), { ...last, typed: given }] };
}

interface Answered extends Pick<CallOutcome, "exitCode" | "stdout"> {
  /** The key of all that the answer depends on, as that was before; undefined of a call that is carried out each time. */
  readonly key: string | undefined;
}

/** A call that was answered before is answered again without starting the engine. */
async function answer(
  typed: TypedCall,
  call: Call,
  module: LoadedModule,
  options: Options,
  reason: string,
): Promise<Answered> {
  const started = Date.now();
  const root = cacheRoot();
  const name = typed.links.map((link) => functionName(link.fn)).join(" ");
  const maxAge = lifetime(call);
  const key = maxAge > 0 ? await callKey(module, call, options.json, root) : undefined;
  const known = key === undefined ? undefined : findAnswer(root, key, maxAge);
  const again = async (kept: Answer, from: string): Promise<Answered | undefined> => {
    if (!(await restored(kept, call))) return undefined;
    finish(kept.stdout, call, options);
    if (options.progress !== "quiet")
      process.stderr.write(`✓ ${name}  ${from}, ${duration(Date.now() - started)} (local engine)\n`);
    return { exitCode: 0, stdout: kept.stdout, key };
  };
  const shared = key === undefined ? undefined : await openAnswers(call, options);
  if (key !== undefined && known !== undefined) {
    const ours = await again(known, "cached");
    if (ours !== undefined) {
      await shared?.offer(key, known);
      return ours;
    }
  }
  const taken = key === undefined ? undefined : await shared?.take(key, maxAge);
  if (key !== undefined && taken !== undefined) {
    keepAnswer(root, key, taken);
    const theirs = await again(taken, `from the cache ${shared?.name}`);
    if (theirs !== undefined) return theirs;
  }
  const { runCall } = await import("./run.ts");
  const outcome = await runCall(name, call, module, options, { reason, mayRepeat: key !== undefined });
  const { exitCode, stdout, tree } = outcome;
  if (exitCode !== 0) return { exitCode, stdout, key };
  finish(stdout, call, options);
  // Files may have changed while the call ran. Its answer is only kept when the inputs are still the same.
  if (key !== undefined && outcome.keep && key === (await callKey(module, call, options.json, root))) {
    const kept = { at: Date.now(), stdout, ...(tree === undefined ? {} : { tree }) };
    keepAnswer(root, key, kept);
    await shared?.give(key, kept);
  }
  return { exitCode, stdout, key };
}

/** The answers of the shared cache, if there is one. Without it, nothing of it is loaded. */
async function openAnswers(call: Call, options: Options): Promise<SharedAnswers | undefined> {
  if (!process.env[placeVariable]) return undefined;
  const { sharedAnswers } = await import("../../runner/shared-answers.ts");
  const warn = (text: string): unknown =>
    options.progress !== "quiet" && process.stderr.write(`ml-pipeline: ${text}\n`);
  return sharedAnswers(call, process.env, process.cwd(), warn);
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

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { kebab } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { Call, Step, Value } from "../../runner/call.ts";
import { findProgram } from "../../runner/engine/choice.ts";
import { outsideCheckouts } from "../../runner/module/outside-checkouts.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import type { Options } from "../options.ts";
import { writeOut } from "../screen/write-out.ts";
import { canAsk, changedFolder, notChanged, nothingToChange, proposesChanges } from "./changes.ts";
import { functionName } from "./names.ts";
import type { TypedCall } from "./types.ts";

/**
 * Makes the same call through `dagger call`. Default folders are given as flags: with `-m`, Dagger would take them from
 * the module's folder, but the caller means the project.
 */
export async function daggerCall(
  typed: TypedCall,
  call: Call,
  module: LoadedModule,
  options: Options,
  reason: string,
): Promise<number> {
  const args = ["call", ...moduleFlags(module), ...outputFlags(options), ...words(typed, call)];
  const { cwd, more } = proposalOf(typed, call, options.json || options.yes || canAsk());
  return more.length === 0
    ? await runDagger(args, options, reason, { cwd })
    : await showChanges([...args, ...more], cwd, options, reason);
}

/**
 * Where Dagger is called, since it makes proposed changes there, and what the call goes on with: where nobody says yes, the changes
 * are shown.
 */
export function proposalOf(
  typed: TypedCall,
  call: Call,
  answered: boolean,
): { readonly cwd: string; readonly more: readonly string[] } {
  if (!proposesChanges(typed)) return { cwd: process.cwd(), more: [] };
  return { cwd: changedFolder(call) ?? process.cwd(), more: answered ? [] : ["as-patch", "contents"] };
}

/** Shows proposed changes where nobody can be asked: there Dagger would end with an error instead. */
async function showChanges(args: readonly string[], folder: string, options: Options, reason: string): Promise<number> {
  const patch: Buffer[] = [];
  const exitCode = await runDagger(args, options, reason, { onStdout: (chunk) => patch.push(chunk) });
  writeOut(Buffer.concat(patch).toString());
  if (exitCode === 0 && options.progress !== "quiet") {
    process.stderr.write(`ml-pipeline: ${patch.length === 0 ? nothingToChange(folder) : notChanged(folder)}\n`);
  }
  return exitCode;
}

/**
 * Runs the module's checks. `dagger check` only knows the module of the current folder, so for a project without one
 * the checks are called one by one.
 */
export async function daggerChecks(
  project: string,
  checks: readonly { typed: TypedCall; call: Call; name: string }[],
  module: LoadedModule,
  options: Options,
  reason: string,
): Promise<number> {
  if (options.mod === undefined && existsSync(join(project, "dagger.json"))) {
    return await runDagger(["check", ...checks.map(({ name }) => name)], options, reason, { cwd: project });
  }
  let worst = 0;
  for (const { typed, call, name } of checks) {
    if (options.progress !== "quiet") process.stderr.write(`ml-pipeline: check ${name}\n`);
    worst = Math.max(worst, await daggerCall(typed, call, module, options, reason));
  }
  return worst;
}

/** Gives the words that stand for a call after `dagger call -m …`. */
export function words(typed: TypedCall, call: Call): string[] {
  const init = typed.init && call.init ? flags(typed.init.typed, call.init) : [];
  const links = typed.links.flatMap((link, index) => {
    const step = call.steps[index];
    return [functionName(link.fn), ...(step === undefined ? [] : flags(link.typed, step))];
  });
  return [...init, ...links];
}

function flags(typed: ReadonlyMap<string, unknown>, step: Step): string[] {
  return step.fn.args.flatMap((arg) => {
    const value = step.args.get(arg.name);
    if (value === undefined || !(typed.has(arg.name) || arg.defaultPath !== undefined)) return [];
    return texts(value).map((text) => `--${kebab(arg.name)}=${text}`);
  });
}

function texts(value: Value): string[] {
  switch (value.kind) {
    case "plain":
      return [String(value.value)];
    case "list":
      return value.items.flatMap(texts).map((text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
    case "directory":
    case "file":
      return [value.path];
    case "secret":
      return [value.uri];
    case "container":
      return [value.address];
    case "cache":
      return [value.key];
    default:
      return value satisfies never;
  }
}

function moduleFlags(module: LoadedModule): string[] {
  return ["-m", outsideCheckouts(module)];
}

function outputFlags(options: Options): string[] {
  return [
    ...(options.yes ? ["--auto-apply"] : []),
    ...(options.json ? ["--json"] : []),
    ...(options.output === undefined ? [] : ["--output", options.output]),
  ];
}

/** Runs the `dagger` program on this terminal and gives its exit code. */
async function runDagger(
  args: readonly string[],
  options: Options,
  reason: string,
  { cwd = process.cwd(), onStdout }: { readonly cwd?: string; readonly onStdout?: (chunk: Buffer) => unknown } = {},
): Promise<number> {
  const program = findProgram("dagger");
  if (program === undefined) {
    throw new UsageError("no dagger program on the PATH (https://docs.dagger.io/install), or use --engine=local");
  }
  if (options.progress !== "quiet") process.stderr.write(`ml-pipeline: Dagger engine (${reason})\n`);
  const progress = options.progress === "quiet" ? ["--silent"] : [`--progress=${options.progress}`];
  // The terminal sends Ctrl-C to both processes. The program decides how to end, so this one waits for it.
  process.on("SIGINT", () => {});
  const child = spawn(program, [...args, ...(options.progress === "auto" ? [] : progress)], {
    cwd,
    stdio: ["inherit", onStdout === undefined ? "inherit" : "pipe", "inherit"],
  });
  if (onStdout !== undefined) child.stdout?.on("data", onStdout);
  process.once("SIGTERM", () => child.kill("SIGTERM"));
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

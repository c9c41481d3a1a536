import { statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { Call } from "../../runner/call.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import { requireWritable } from "../../store/folders.ts";
import type { Options } from "../options.ts";
import { members, objectInfo } from "./parse.ts";
import type { TypedCall } from "./types.ts";

/** Appends `export --path=PATH` for `--output=PATH`, when the call ends in a file, a folder or a container. */
export function exportLink(call: TypedCall, options: Options, module: LoadedModule): TypedCall {
  const type = call.links.at(-1)?.fn.returns;
  if (options.output === undefined || type?.kind !== "object") return call;
  const owner = objectInfo(module, type.name);
  const found = owner.kind === "core" ? members(owner).find(({ name }) => name === "export") : undefined;
  if (found === undefined) return call;
  const link = { owner, fn: found.fn, isField: false, typed: new Map([["path", [options.output]]]) };
  return { ...call, links: [...call.links, link] };
}

/** What a call says of a folder or a file that it gives and leaves nowhere; empty for any other result. */
export function unsavedNote({ links }: Pick<TypedCall, "links">): string {
  const type = links.at(-1)?.fn.returns;
  if (type?.kind !== "object" || !["Directory", "File"].includes(type.name)) return "";
  const [what, place] = type.name === "File" ? ["file", "FILE"] : ["folder", "DIR"];
  return `ml-pipeline: the ${what} was not saved: add \`export --path=${place}\` to keep it\n`;
}

/** Gives the absolute path that a call exports to. Undefined when the call does not end in an export. */
export function exportTarget(call: Call, cwd: string): { path: string; type: string; wipe: boolean } | undefined {
  const last = call.steps.at(-1);
  const path = last?.args.get("path");
  if (last?.owner.kind !== "core" || last.fn.name !== "export" || path?.kind !== "plain") return undefined;
  const wipe = last.args.get("wipe");
  return {
    path: resolve(cwd, String(path.value)),
    type: last.owner.name,
    wipe: wipe?.kind === "plain" && wipe.value === true,
  };
}

/** Folders that hold more than results. A mistyped variable must not fill them or, with `--wipe`, empty them. */
const system = [
  "/",
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/home",
  "/lib",
  "/proc",
  "/root",
  "/sbin",
  "/sys",
  "/usr",
  "/var",
];

/**
 * Refuses where a result cannot or must not go, before the work for it is done.
 * | @throws UsageError when it would be written over a system folder, wipe a folder that the caller stands in, or be
 * written where nothing can be
 */
export function refuseTarget(call: Call, options: Pick<Options, "output">, cwd: string): void {
  const target = exportTarget(call, cwd);
  if (target === undefined) {
    if (options.output !== undefined) requireFile(options.output, resolve(cwd, options.output));
    return;
  }
  const last = call.steps.at(-1)?.args.get("path");
  const shown = last?.kind === "plain" ? String(last.value) : target.path;
  if (shown === "") throw new UsageError("--path: expected where to write to");
  if (target.type === "Directory" && [...system, homedir()].includes(target.path)) {
    throw new UsageError(`--path=${shown}: refusing to export over ${target.path}; name a folder of its own`);
  }
  if (target.wipe && isSameOrAbove(target.path, cwd)) {
    throw new UsageError(
      `--path=${shown} --wipe: would empty ${target.path}, in which you are; name a folder of its own`,
    );
  }
  requireRoom("--path", shown, target.type === "Directory" ? target.path : dirname(target.path));
}

function requireFile(given: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--output=${given}: is a folder; name a file in it`);
  requireRoom("--output", given, dirname(path));
}

function requireRoom(flag: string, given: string, folder: string): void {
  try {
    requireWritable(folder);
  } catch (error) {
    throw new UsageError(`${flag}=${given}: ${messageOf(error)}`, { cause: error });
  }
}

function isSameOrAbove(folder: string, path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (at === folder) return true;
    if (at === dirname(at)) return false;
  }
}

import { createHash, hash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isNumber, isObjectOf, isText } from "../base/guards.ts";
import type { Json } from "../base/json.ts";
import { type KeyTable, keyParts } from "../base/key-table.ts";
import { UsageError } from "../base/usage-error.ts";
import { placeVariable } from "../shared/variables.ts";
import { hashDirectory } from "../store/hash.ts";
import { readRecord, recordFile, recordText } from "../store/records.ts";
import type { Call, Step, Value } from "./call.ts";
import type { FunctionInfo, LoadedModule } from "./module/types.ts";

/** An answered call. */
export interface Answer {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stdout: string;
  /** The digest of an exported folder, whose content the store keeps. Each call says anew where the folder goes. */
  readonly tree?: string;
}

export const isAnswer = isObjectOf<Answer>({ at: isNumber, stdout: isText, tree: isText }, ["tree"]);

const kind = "calls";
const day = 24 * 60 * 60 * 1000;
/** The Dagger engine keeps answers as long. */
const defaultLifetime = 7 * day;

/** Functions of Dagger's own types with effects outside the engine. They are carried out each time. */
const effects = new Set(["publish", "export", "up", "start", "stop", "terminal", "exportImage", "asTarball"]);

/** Gives how long the answer of a call may be used again, in milliseconds. 0 means that it is not kept. */
export function lifetime(call: Call): number {
  const steps = [...(call.init ? [call.init] : []), ...call.steps];
  return Math.min(...steps.map(stepLifetime));
}

/** Whether answers of a function are kept beyond the session in which it was called. */
export const keepsAnswers = ({ cache }: FunctionInfo): boolean => cache !== "never" && cache !== "session";

function stepLifetime({ owner, fn }: Step): number {
  if (owner.kind === "core") {
    const exportsFolder = owner.name === "Directory" && fn.name === "export";
    return effects.has(fn.name) && !exportsFolder ? 0 : defaultLifetime;
  }
  if (!keepsAnswers(fn)) return 0;
  return fn.cache === "" ? defaultLifetime : parseDuration(fn.cache);
}

/**
 * Reads a time as Go writes it: `90s`, `1h30m`. A time that cannot be read is 0, because keeping no answer is always
 * right.
 */
function parseDuration(text: string): number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: day };
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit ?? ""] ?? 0), 0);
}

/**
 * The parts of a step in the order of the key. What a function does is part of the module's source, which is keyed as a
 * whole.
 */
const stepTable = {
  owner: { keyed: ({ step }) => ({ owner: step.owner.name }) },
  fn: { keyed: ({ step }) => ({ fn: step.fn.name }) },
  isField: { keyed: ({ step }) => ({ isField: step.isField }) },
  args: { keyed: ({ args }) => ({ args }) },
} satisfies KeyTable<Step, { readonly step: Step; readonly args: Json }>;

/**
 * Gives the key of all that a call's answer depends on: the module's source, the functions and their arguments, with
 * the content of folders and files. A secret counts by where it is, never by its value. The target of an exported
 * folder does not count.
 */
export async function callKey(module: LoadedModule, call: Call, json: boolean, cacheRoot: string): Promise<string> {
  const steps = [...(call.init ? [call.init] : []), ...call.steps];
  const parts = await Promise.all(
    steps.map(async (step) => {
      const given = [...step.args].filter(([name]) => !isExportPath(step, name));
      const args = await Promise.all(given.map(async ([name, value]) => [name, await valueKey(value, cacheRoot)]));
      return Object.values(keyParts(stepTable, { step, args }));
    }),
  );
  return createHash("sha256")
    .update(JSON.stringify([1, module.hash, module.main, json, parts]))
    .digest("hex");
}

function isExportPath({ owner, fn }: Step, argument: string): boolean {
  return owner.kind === "core" && fn.name === "export" && argument === "path";
}

async function valueKey(value: Value, cacheRoot: string): Promise<Json> {
  switch (value.kind) {
    case "list":
      return ["list", await Promise.all(value.items.map((item) => valueKey(item, cacheRoot)))];
    case "directory": {
      const tree = await hashDirectory(
        value.path,
        { exclude: value.exclude },
        {
          memoFolder: join(cacheRoot, "memo"),
          owned: [cacheRoot, ...(await sharedFolders())],
        },
      );
      return ["directory", tree.digest];
    }
    case "file": {
      const stat = statSync(value.path);
      if (!stat.isFile()) throw new UsageError(`${value.path} is not a file, so it cannot be read to its end`);
      const executable = (stat.mode & 0o100) !== 0;
      return ["file", basename(value.path), executable, hash("sha256", readFileSync(value.path))];
    }
    default:
      return value;
  }
}

/** The folder of the shared cache, which is no part of a project that it lies in. */
async function sharedFolders(): Promise<readonly string[]> {
  if (!process.env[placeVariable]) return [];
  const { cacheFolders } = await import("../shared/settings.ts");
  return cacheFolders(process.env, process.cwd());
}

/**
 * Finds the answer that is kept for a call, unless it is older than `maxAge` milliseconds, or of an unknown age because the
 * clock was set back.
 */
export function findAnswer(cacheRoot: string, key: string, maxAge: number): Answer | undefined {
  const answer = readRecord(cacheRoot, kind, key, isAnswer);
  return answer !== undefined && isFresh(answer, maxAge) ? answer : undefined;
}

/** Whether an answer is younger than `maxAge` milliseconds. One of a time to come is from another clock. */
export function isFresh({ at }: Answer, maxAge: number): boolean {
  const age = Date.now() - at;
  return age >= 0 && age < maxAge;
}

/** Keeps an answer. One rename makes it visible, so nobody reads half of it. */
export function keepAnswer(cacheRoot: string, key: string, answer: Answer): void {
  const file = recordFile(cacheRoot, kind, key);
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, recordText(key, answer));
  renameSync(draft, file);
}

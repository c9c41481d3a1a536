import { type Guard, isNumber, isObjectOf, isRecordOf, isText, readJson } from "../../base/guards.ts";
import { engineTask } from "../../runner/engine/process.ts";
import type { CacheInfo } from "../../store/types.ts";
import { type Invocation, usageError } from "../command.ts";
import { takeFlags } from "../options.ts";
import { writeOut } from "../screen/write-out.ts";
import { type CacheOptions, cacheFlags } from "./cache-flags.ts";

const isInfo = isObjectOf<CacheInfo>({
  path: isText,
  bytes: isNumber,
  limit: isNumber,
  kinds: isRecordOf(isObjectOf<CacheInfo["kinds"][string]>({ entries: isNumber, bytes: isNumber })),
});
const isFreed = isObjectOf<{ readonly freedBytes: number }>({ freedBytes: isNumber });

/**
 * `cache key` makes keys for a shared cache, and `cache prune --cache=` removes results from one. Of this machine's own
 * cache, `cache info` and `cache prune` ask the engine, because files of the cache may belong to users that exist in its
 * namespaces only.
 */
export async function run({ options, words, command }: Invocation): Promise<number> {
  const given: CacheOptions = {};
  const [task, ...more] = takeFlags("cache", words, options, cacheFlags, given);
  if (more.length > 0) throw usageError(command);
  const isPlain = given.keep === undefined && given.unused === undefined;
  if (task === "info" && isPlain) return await info(options.json);
  if (task === "key" && isPlain) return await key(options.json);
  if (task === "prune" && options.cache !== undefined) return await pruneShared(options.cache, given);
  if (task === "prune" && given.unused === undefined) return await prune(given.keep ?? 0);
  throw usageError(command);
}

async function info(json: boolean): Promise<number> {
  const text = await engineTask(["--do=info"]);
  if (json) {
    writeOut(text);
    return 0;
  }
  const { path, bytes, limit, kinds } = answer(isInfo, text);
  const rows = Object.entries(kinds).map(
    ([kind, { entries, bytes }]) => `  ${kind.padEnd(10)} ${String(entries).padStart(7)}  ${size(bytes).padStart(9)}`,
  );
  writeOut(`${path}: ${size(bytes)} of at most ${size(limit)}\n${rows.join("\n")}\n`);
  return 0;
}

/** Prints a new pair of keys as the variables that they belong in. */
async function key(json: boolean): Promise<number> {
  const [{ newKey }, { signingVariable, trustVariable }] = await Promise.all([
    import("../../shared/keys.ts"),
    import("../../shared/variables.ts"),
  ]);
  const { signing, trust } = newKey();
  const variables = { [signingVariable]: signing, [trustVariable]: trust };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeOut(json ? `${JSON.stringify(variables)}\n` : lines.join(""));
  process.stderr.write(
    `ml-pipeline: ${signingVariable} is a secret: give it to the jobs alone whose results all may use, such as those of the ` +
      `main branch. ${trustVariable} is none: every job and every person may have it\n`,
  );
  return 0;
}

async function pruneShared(name: string, { keep, unused }: CacheOptions): Promise<number> {
  const [{ openPlace }, { placeOf }, { defaultKeep, defaultUnused }] = await Promise.all([
    import("../../shared/places.ts"),
    import("../../shared/settings.ts"),
    import("../../shared/place.ts"),
  ]);
  const place = await openPlace(placeOf(name, process.env, process.cwd()));
  const before = Date.now() - (unused ?? defaultUnused);
  const { entries, freedBytes, leftBytes } = await place.prune({ before, keepBytes: keep ?? defaultKeep });
  writeOut(`removed ${entries} results, freed ${size(freedBytes)}; ${size(leftBytes)} are left\n`);
  return 0;
}

async function prune(keep: number): Promise<number> {
  const { freedBytes } = answer(isFreed, await engineTask(["--do=prune", `--keep=${keep}`]));
  writeOut(`freed ${size(freedBytes)}\n`);
  return 0;
}

function answer<T>(isRight: Guard<T>, text: string): T {
  const value = readJson(isRight, text);
  if (value === undefined)
    throw new Error(`the local engine gave an answer that cannot be read: ${text.slice(0, 200)}`);
  return value;
}

function size(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

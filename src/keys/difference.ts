import { canonicalJson } from "../json.ts";
import { lookup } from "../lookup.ts";
import { type FileHashes, type KeyInputs, type KeyParts, SETTINGS, type SettingValues } from "./parts.ts";

/** A part in which two keys differ. */
export interface PartDifference {
  readonly part: string;
  readonly kind: PartKind;
  /** Undefined for a part that the earlier key does not have. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The files that made the difference; undefined for a part that is not of files, and where a side does not list them. */
  readonly files?: FileDifference | undefined;
  /** The settings that made the difference; undefined as above. */
  readonly settings?: readonly SettingDifference[] | undefined;
}

/** What a part stands for: files, settings, the key of an earlier stage, or what its text says. */
export type PartKind = "files" | "settings" | "stage" | "text";

/** Paths, in order. */
export interface FileDifference {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Values as canonical JSON; undefined where there is none. */
export interface SettingDifference {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What a run has of a key. */
export interface KeyRecord {
  readonly parts: KeyParts;
  readonly inputs: KeyInputs;
}

/**
 * In which parts a key differs from an earlier one, in the order of the later one.
 *
 * @param stages the names of all stages, which are parts of the keys of others
 */
export function differencesOf(
  before: KeyRecord,
  after: KeyRecord,
  stages: ReadonlySet<string> = new Set(),
): PartDifference[] {
  const names = new Set([...Object.keys(after.parts), ...Object.keys(before.parts)]);
  return [...names]
    .map((part) => ({ part, before: lookup(before.parts, part), after: lookup(after.parts, part) }))
    .filter((one) => one.before !== one.after)
    .map((one) => {
      const kind = kindOf(one, stages);
      return {
        ...{ ...one, kind },
        ...(kind === "files" && { files: filesOf(one, before.inputs, after.inputs) }),
        ...(kind === "settings" && { settings: settingsOf(one, before.inputs, after.inputs) }),
      };
    });
}

/** The names of the parts that two keys have in common. */
export const commonParts = (before: KeyParts, after: KeyParts): string[] =>
  Object.keys(after).filter((part) => lookup(before, part) === after[part]);

type Change = Pick<PartDifference, "part" | "before" | "after">;

/** The part that is a hash and neither of files nor of settings. */
const COMMAND = "command";

function kindOf({ part, before, after }: Change, stages: ReadonlySet<string>): PartKind {
  if (stages.has(part)) return "stage";
  if (part === SETTINGS) return "settings";
  const isHash = [before, after].every((one) => one?.startsWith("sha256:") ?? true);
  return isHash && part !== COMMAND ? "files" : "text";
}

function filesOf({ before, after }: Change, earlier: KeyInputs, later: KeyInputs): FileDifference | undefined {
  const [was, is] = [listOf(earlier.files, before), listOf(later.files, after)];
  return was === undefined || is === undefined ? undefined : fileDifference(was, is);
}

function settingsOf({ before, after }: Change, earlier: KeyInputs, later: KeyInputs): SettingDifference[] | undefined {
  const [was, is] = [listOf(earlier.settings, before), listOf(later.settings, after)];
  return was === undefined || is === undefined ? undefined : settingDifferences(was, is);
}

/** What a part stands for; a part that is not there stands for nothing. */
const listOf = <T extends object>(lists: Readonly<Record<string, T>>, part: string | undefined): T | undefined =>
  part === undefined ? ({} as T) : lookup(lists, part);

/** Which files differ. */
export function fileDifference(before: FileHashes, after: FileHashes): FileDifference {
  const [earlier, later] = [Object.keys(before).sort(), Object.keys(after).sort()];
  return {
    changed: later.filter((path) => Object.hasOwn(before, path) && before[path] !== after[path]),
    added: later.filter((path) => !Object.hasOwn(before, path)),
    removed: earlier.filter((path) => !Object.hasOwn(after, path)),
  };
}

/** Which settings differ, by the order of their keys. */
export function settingDifferences(before: SettingValues, after: SettingValues): SettingDifference[] {
  const text = (values: SettingValues, key: string): string | undefined => {
    const value = lookup(values, key);
    return value === undefined ? undefined : canonicalJson(value);
  };
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
    .sort()
    .map((key) => ({ key, before: text(before, key), after: text(after, key) }))
    .filter((one) => one.before !== one.after);
}

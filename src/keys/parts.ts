import { z } from "zod";
import { isObject } from "../json.ts";

/*
 * A key is a hash of everything that a result depends on. Its parts, by name, are kept beside it, so that a difference of two keys can be
 * named.
 */

/** What a key is made of: hashes `sha256:…`, and short texts such as the name of an image. */
export type KeyParts = Readonly<Record<string, string>>;

export const keyPartsSchema = z.record(z.string(), z.string());

/** The key of a stage. Among its parts are the keys of stages whose results it takes, by the names of those. */
export interface StageKey {
  readonly hash: string;
  readonly parts: KeyParts;
}

export const stageKeySchema: z.ZodType<StageKey> = z.object({ hash: z.string(), parts: keyPartsSchema });

/** The SHA-256 of files by their paths. */
export type FileHashes = Readonly<Record<string, string>>;

/** Values of the configuration by their keys: `lint.folders`. */
export type SettingValues = Readonly<Record<string, unknown>>;

/** What those parts of keys stand for that are hashes of more than is told: `inputs.json` of a report folder. */
export const keyInputsSchema = z.object({
  /** Files by the part that they make, so that stages with the same files share a list. Absent where there are too many. */
  files: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  settings: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/** The same as it is read: of a project with thousands of files it is long, so nothing copies it. */
export interface KeyInputs {
  readonly files: Readonly<Record<string, FileHashes>>;
  readonly settings: Readonly<Record<string, SettingValues>>;
}

export const NO_INPUTS: KeyInputs = { files: {}, settings: {} };

/** What several keys were made of. */
export const allInputs = (inputs: readonly KeyInputs[]): KeyInputs => ({
  files: Object.assign({}, ...inputs.map(({ files }) => files)),
  settings: Object.assign({}, ...inputs.map(({ settings }) => settings)),
});

/** The name of the file in a report folder. */
export const INPUTS_FILE = "inputs.json";

/** The part of the settings, which are told one by one. */
export const SETTINGS = "settings";

/** Settings with a key for each value: of tables in tables, `gates.metrics.accuracy.min`. */
export function flatSettings(settings: SettingValues, above = ""): SettingValues {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]): [string, unknown][] => {
      const key = above === "" ? name : `${above}.${name}`;
      if (isObject(value)) return Object.entries(flatSettings(value, key));
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

import { isDeepStrictEqual } from "node:util";
import { mistakesIn } from "../context/mistakes.ts";
import { configSchema } from "../context/schema.ts";
import { isObject } from "../json.ts";

export type Value = string | number | boolean | readonly string[] | { readonly [key: string]: Value };

/** A setting that a project needs, as far as its files tell. */
export interface Setting {
  /** Its place in the configuration: `["commands", "train"]`. */
  readonly path: readonly string[];
  readonly value: Value;
  /** What was found that asks for it. */
  readonly why: string;
  /** Whether a person must decide: it is written as a comment then. */
  readonly open?: true;
}

/** Whether the configuration knows a setting, and takes its value. What another version of the pipeline does not know is not written. */
export const isKnown = ({ path, value, open }: Setting): boolean =>
  open === true || mistakesIn(configSchema, nested(path, value)).length === 0;

/** Whether a setting says what holds without it. */
export const isDefault = ({ path, value, open }: Setting): boolean =>
  open !== true && isDeepStrictEqual(at(configSchema.parse({}), path), value);

/** Whether a configuration says something at a path. */
export const isSet = (config: unknown, path: readonly string[]): boolean => at(config, path) !== undefined;

const at = (config: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), config);

const nested = (path: readonly string[], value: Value): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);

import { type Direction, schemaAt, strictnessOf } from "../../../src/config/stricter.ts";
import { configSchema } from "../../../src/context/schema.ts";
import { ANY } from "./comments.ts";
import { code, table } from "./markdown.ts";
import type { Setting, SettingSchema } from "./settings.ts";
import type { Schema } from "./zod.ts";

/** What a project may say where a policy says something. */
const WORDS: Readonly<Record<Direction, string>> = {
  higher: "the same or more",
  lower: "the same or less",
  newer: "the same or a newer one",
  true: "`true` where the policy says so",
  more: "all of it, and more",
  fewer: "none but these",
  patterns: "none but these, in their order, and all with a `!`",
  narrower: "a range within it",
  tighter: "bounds that are the same or tighter",
  same: "the same",
};

/** Which value of each setting keeps a policy. */
export function policyTable(settings: readonly Setting[]): string {
  const leaves = settings.filter(
    ({ path }) =>
      !settings.some((other) => other.path.length > path.length && path.every((key, i) => other.path[i] === key)),
  );
  const rows = leaves.flatMap(({ path }): [string, string][] => {
    const direction = directionAt(path);
    return direction === undefined ? [] : [[path.map(shownKey).join("."), WORDS[direction]]];
  });
  const at = rows.findIndex(([key]) => key.startsWith("gates.regression"));
  rows.splice(at, 0, ["gates.metrics.METRIC", WORDS.tighter]);
  return table(
    ["Key", "What keeps it"],
    rows.map(([key, words]) => [code(key), words]),
  );
}

/** A key as pages show it: what stands for a name of the user's own says of what. */
export const shownKey = (key: string, at: number, path: readonly string[]): string =>
  key !== ANY ? key : ["tables", "deploy", "external"].includes(path[at - 1] ?? "") ? "NAME" : "COLUMN";

/** How the values of a setting compare, or those of each of its names; undefined for a table of settings. */
function directionAt(path: readonly string[]): Direction | undefined {
  const schema = path.reduce<Schema | undefined>((at, key) => at && schemaAt(at, key), configSchema);
  if (schema === undefined) return undefined;
  const own = strictnessOf(schema)?.direction;
  if (own !== undefined) return own;
  // A table of names has the same setting under each.
  const named = schemaAt(schema, ANY);
  return named && strictnessOf(named)?.direction;
}

/** The JSON Schema of a policy: that of a configuration, in which nothing is needed and nothing has a default. */
export function policySchema(configuration: SettingSchema): string {
  return `${JSON.stringify({ title: "A policy", ...withoutNeeds(configuration) }, null, 2)}\n`;
}

function withoutNeeds({
  required: _required,
  default: _default,
  properties,
  additionalProperties,
  ...rest
}: SettingSchema): SettingSchema {
  return {
    ...rest,
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, withoutNeeds(one)])) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "boolean" ? additionalProperties : withoutNeeds(additionalProperties),
        }),
  };
}

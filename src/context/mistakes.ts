import type { z } from "zod";
import { isObject } from "../json.ts";
import { nearest } from "../text.ts";
import { configSchema } from "./schema.ts";

/** What is wrong with a value of a configuration, and where. */
export type Mistake = readonly [path: readonly string[], text: string];

export interface MistakeOptions {
  /** Whether what a table needs may be absent. */
  readonly partial?: boolean;
}

/** All that is wrong with a configuration. */
export function mistakesIn(schema: z.ZodType, value: unknown, { partial = false }: MistakeOptions = {}): Mistake[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  const counted = partial ? issues.filter((issue) => valueAt(value, issue.path) !== undefined) : issues;
  const reported = counted.flatMap((issue) => explain(issue, value));
  const reportedKeys = reported.map(([path]) => path.join("."));
  const dropped = droppedKeys(value).filter(([path]) => !reportedKeys.includes(path.join(".")));
  return [...reported, ...dropped];
}

/** zod drops a `__proto__` key from records without an error, so a rule for such a column would never run. Report it. */
function droppedKeys(value: unknown, path: readonly string[] = []): Mistake[] {
  const inner = Array.isArray(value) ? value : (table(value) ?? {});
  return Object.entries(inner).flatMap(([key, one]) => {
    const keyPath = [...path, key];
    return key === "__proto__"
      ? [[keyPath, "no column or rule can have this name here"] as const]
      : droppedKeys(one, keyPath);
  });
}

function explain(issue: z.core.$ZodIssue, root: unknown): Mistake[] {
  const path = issue.path.map(String);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => [[...path, key], `unknown key${suggestion(path, key)}`]);
    case "invalid_type":
      return [[path, `expected ${withArticle(issue.expected)}, got ${describe(valueAt(root, issue.path))}`]];
    case "invalid_value":
      return [
        [
          path,
          `expected one of ${issue.values.map((one) => JSON.stringify(one)).join(", ")}, got ${describe(valueAt(root, issue.path))}`,
        ],
      ];
    case "too_small":
      return [
        [
          path,
          hasLength(issue.origin)
            ? `expected ${issue.origin === "array" ? `a list of at least ${issue.minimum}` : "text that is not empty"}, got ${describe(valueAt(root, issue.path))}`
            : `${describe(valueAt(root, issue.path))} is below the least possible, ${issue.inclusive === false ? "more than " : ""}${issue.minimum}`,
        ],
      ];
    case "too_big":
      return [
        [
          path,
          hasLength(issue.origin)
            ? `expected a list of at most ${issue.maximum}, got ${describe(valueAt(root, issue.path))}`
            : `${describe(valueAt(root, issue.path))} is above the greatest possible, ${issue.maximum}`,
        ],
      ];
    case "invalid_key":
      return [[path, issue.issues[0]?.message ?? issue.message]];
    case "invalid_union":
      // A union that says itself what it expects has better words.
      if (issue.message === NO_WORDS) return inUnion(issue, root);
      return [[path, withGiven(issue.message, valueAt(root, issue.path))]];
    default:
      return [[path, withGiven(issue.message, valueAt(root, issue.path))]];
  }
}

/** Words that say what is expected are followed by what was given, unless they name it; others say already what is wrong. */
const withGiven = (message: string, value: unknown): string =>
  message.startsWith("expected ") && !message.includes(", got ") ? `${message}, got ${describe(value)}` : message;

/** What zod says of a value that is none of several forms. */
const NO_WORDS = "Invalid input";

/** What is wrong with a value that is none of several forms: with the form that it has the kind of, or else which kinds there are. */
function inUnion({ path, errors }: z.core.$ZodIssueInvalidUnion, root: unknown): Mistake[] {
  const isOfKind = (issues: readonly z.core.$ZodIssue[]): boolean =>
    !issues.some(({ code, path: inner }) => code === "invalid_type" && inner.length === 0);
  const meant = errors.find(isOfKind);
  if (meant !== undefined) return meant.flatMap((issue) => explain({ ...issue, path: [...path, ...issue.path] }, root));
  const kinds = errors.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === "invalid_type" ? [kindOf(issue.expected)] : [])),
  );
  return [[path.map(String), `expected ${[...new Set(kinds)].join(" or ")}, got ${describe(valueAt(root, path))}`]];
}

/** Whether zod's limits for a value are about its length, not its magnitude. */
const hasLength = (origin: string): boolean => origin === "array" || origin === "string";

/** A kind of value among others: `string` is text there, as a list of texts is. */
const kindOf = (type: string): string => (type === "string" ? "text" : withArticle(type));

const withArticle = (type: string): string =>
  ({ object: "a table", record: "a table", array: "a list", tuple: "a list of two numbers", int: "a whole number" })[
    type
  ] ?? `a ${type}`;

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (value instanceof Date) return "a date or time";
  // JSON.stringify would give null for inf and nan, which TOML allows.
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (typeof value === "object") return "a table";
  // An address may have a password in it, which is not repeated.
  return JSON.stringify(typeof value === "string" ? value.replace(/:\/\/.*@/s, "://…@") : value);
}

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => table(value)?.[String(key)] ?? (Array.isArray(value) ? value[Number(key)] : undefined),
    root,
  );

const table = (value: unknown): Readonly<Record<string, unknown>> | undefined => (isObject(value) ? value : undefined);

function suggestion(path: readonly string[], key: string): string {
  const known = keysAt(path);
  const close = nearest(key, known);
  if (close !== undefined) return `; did you mean ${close}?`;
  return known.length > 0 ? `; possible are ${known.join(", ")}` : "";
}

/** The keys that are known at a path, read from the schema so that the two cannot differ. */
function keysAt(path: readonly string[]): string[] {
  let schema: unknown = configSchema;
  for (const key of path) {
    const node = unwrap(schema);
    schema = shapeOf(node)?.[key] ?? node?.def?.valueType;
  }
  return Object.keys(shapeOf(unwrap(schema)) ?? {});
}

/** The keys of a table, also where a value may have other forms than that of one. */
const shapeOf = (node: SchemaNode | undefined): Record<string, unknown> | undefined =>
  node?.shape ?? node?.def?.options?.map((one) => unwrap(one)?.shape).find((shape) => shape !== undefined);

interface SchemaNode {
  readonly shape?: Record<string, unknown>;
  readonly def?: { readonly innerType?: unknown; readonly valueType?: unknown; readonly options?: readonly unknown[] };
}

function unwrap(schema: unknown): SchemaNode | undefined {
  let node = schema as SchemaNode | undefined;
  while (node?.def?.innerType !== undefined) node = node.def.innerType as SchemaNode;
  return node;
}

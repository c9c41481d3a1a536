import type { z } from "zod";
import { parseToml } from "../config/toml.ts";
import { UserError } from "../errors.ts";
import { isObject } from "../json.ts";
import { nearest } from "../text.ts";
import { type Config, configSchema } from "./schema.ts";

/** The texts of the two files that may hold the configuration; undefined if the project lacks the file. */
export interface ConfigFiles {
  readonly pyproject?: string | undefined;
  readonly mlPipeline?: string | undefined;
}

/**
 * The project's configuration with all defaults.
 *
 * All problems are reported at once, each with its file, its key and what was expected there.
 * @throws UserError when a file does not parse, or a key is unknown or has an impossible value
 */
export function loadConfig(files: ConfigFiles): Config {
  const pyproject = files.pyproject === undefined ? {} : parseToml("pyproject.toml", files.pyproject);
  const inPyproject = table(pyproject.tool)?.["ml-pipeline"];
  if (files.mlPipeline !== undefined && inPyproject !== undefined) {
    throw new UserError(
      "The configuration is in two places: ml-pipeline.toml, and [tool.ml-pipeline] in pyproject.toml. Keep one of them.",
    );
  }
  return files.mlPipeline === undefined
    ? validate(inPyproject ?? {}, "pyproject.toml", "tool.ml-pipeline")
    : validate(parseToml("ml-pipeline.toml", files.mlPipeline), "ml-pipeline.toml", "");
}

function validate(value: unknown, file: string, prefix: string): Config {
  const result = configSchema.safeParse(value);
  const reported = (result.error?.issues ?? []).flatMap((issue) => explain(issue, value));
  const reportedKeys = reported.map(([path]) => path.join("."));
  const dropped = droppedKeys(value).filter(([path]) => !reportedKeys.includes(path.join(".")));
  if (result.success && dropped.length === 0) return result.data;
  const problems = [...reported, ...dropped].map(([path, text]) => {
    const key = [prefix, ...path].filter(Boolean).join(".");
    return `${file}: ${key || "the file"}: ${text}`;
  });
  throw new UserError(problems.join("\n"));
}

/** zod drops a `__proto__` key from records without an error, so a rule for such a column would never run. Report it. */
function droppedKeys(value: unknown, path: readonly string[] = []): Problem[] {
  const inner = Array.isArray(value) ? value : (table(value) ?? {});
  return Object.entries(inner).flatMap(([key, one]) => {
    const keyPath = [...path, key];
    return key === "__proto__"
      ? [[keyPath, "no column or rule can have this name here"] as const]
      : droppedKeys(one, keyPath);
  });
}

type Problem = readonly [path: string[], text: string];

function explain(issue: z.core.$ZodIssue, root: unknown): Problem[] {
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
    default:
      return [[path, `${issue.message}, got ${describe(valueAt(root, issue.path))}`]];
  }
}

/** Whether zod's limits for a value are about its length, not its magnitude. */
const hasLength = (origin: string): boolean => origin === "array" || origin === "string";

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
  return typeof value === "object" ? "a table" : JSON.stringify(value);
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
    schema = node?.shape?.[key] ?? node?.def?.valueType;
  }
  return Object.keys(unwrap(schema)?.shape ?? {});
}

interface SchemaNode {
  readonly shape?: Record<string, unknown>;
  readonly def?: { readonly innerType?: unknown; readonly valueType?: unknown };
}

function unwrap(schema: unknown): SchemaNode | undefined {
  let node = schema as SchemaNode | undefined;
  while (node?.def?.innerType !== undefined) node = node.def.innerType as SchemaNode;
  return node;
}

import type { z } from "zod";
import { parseToml } from "../config/toml.ts";
import { UserError } from "../errors.ts";
import { isObject } from "../json.ts";
import { nearest } from "../text.ts";
import { type Config, configSchema } from "./schema.ts";

/** The text of the two files that may hold the configuration; undefined where the project lacks the file. */
export interface ConfigFiles {
  readonly pyproject?: string | undefined;
  readonly mlPipeline?: string | undefined;
}

/**
 * The project's configuration with all defaults filled in.
 *
 * Every problem is reported at once, each with its file, its key and the form that was expected.
 * @throws UserError when a file does not parse, or a key is unknown or has an impossible value
 */
export function loadConfig(files: ConfigFiles): Config {
  const pyproject = files.pyproject === undefined ? {} : parseToml("pyproject.toml", files.pyproject);
  const inPyproject = table(pyproject.tool)?.["ml-pipeline"];
  if (files.mlPipeline !== undefined && inPyproject !== undefined) {
    throw new UserError(
      "The configuration is in two places: ml-pipeline.toml, and [tool.ml-pipeline] in pyproject.toml. Keep one of them.",
      "configuration",
    );
  }
  return files.mlPipeline === undefined
    ? validate(inPyproject ?? {}, "pyproject.toml", "tool.ml-pipeline")
    : validate(parseToml("ml-pipeline.toml", files.mlPipeline), "ml-pipeline.toml", "");
}

function validate(value: unknown, file: string, prefix: string): Config {
  const result = configSchema.safeParse(value);
  const found = (result.error?.issues ?? []).flatMap((issue) => explain(issue, value));
  const told = found.map(([path]) => path.join("."));
  const lost = lostKeys(value).filter(([path]) => !told.includes(path.join(".")));
  if (result.success && lost.length === 0) return result.data;
  const problems = [...found, ...lost].map(([path, text]) => {
    const key = [prefix, ...path].filter(Boolean).join(".");
    return `${file}: ${key || "the file"}: ${text}`;
  });
  throw new UserError(problems.join("\n"), "configuration");
}

/** A name that the checker of forms leaves out of its tables without a word: a rule on such a column would be none. */
function lostKeys(value: unknown, path: readonly string[] = []): Problem[] {
  const inner = Array.isArray(value) ? value : (table(value) ?? {});
  return Object.entries(inner).flatMap(([key, one]) => {
    const here = [...path, key];
    return key === "__proto__" ? [[here, "no column or rule can have this name here"] as const] : lostKeys(one, here);
  });
}

type Problem = readonly [path: string[], text: string];

function explain(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const path = issue.path.map(String);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => [[...path, key], `unknown key${suggestion(path, key)}`]);
    case "invalid_type":
      return [[path, `expected ${article(issue.expected)}, got ${describe(at(root, issue.path))}`]];
    case "invalid_value":
      return [
        [
          path,
          `expected one of ${issue.values.map((one) => JSON.stringify(one)).join(", ")}, got ${describe(at(root, issue.path))}`,
        ],
      ];
    case "too_small":
      return [
        [
          path,
          sized(issue.origin)
            ? `expected ${issue.origin === "array" ? `a list of at least ${issue.minimum}` : "text that is not empty"}, got ${describe(at(root, issue.path))}`
            : `${describe(at(root, issue.path))} is below the least possible, ${issue.inclusive === false ? "more than " : ""}${issue.minimum}`,
        ],
      ];
    case "too_big":
      return [
        [
          path,
          sized(issue.origin)
            ? `expected a list of at most ${issue.maximum}, got ${describe(at(root, issue.path))}`
            : `${describe(at(root, issue.path))} is above the greatest possible, ${issue.maximum}`,
        ],
      ];
    default:
      return [[path, `${issue.message}, got ${describe(at(root, issue.path))}`]];
  }
}

/** What has a length instead of a size of its own. */
const sized = (origin: string): boolean => origin === "array" || origin === "string";

const article = (type: string): string =>
  ({ object: "a table", record: "a table", array: "a list", tuple: "a list of two numbers", int: "a whole number" })[
    type
  ] ?? `a ${type}`;

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (value instanceof Date) return "a date or time";
  // JSON would write null for inf and nan.
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  return typeof value === "object" ? "a table" : JSON.stringify(value);
}

const at = (root: unknown, path: readonly PropertyKey[]): unknown =>
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

/** The keys that the schema knows at a path, read from the schema itself so that the two cannot differ. */
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

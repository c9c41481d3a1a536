import type { z } from "zod";
import { UserError } from "./errors.ts";

/*
 * The border where JSON comes in: from a container, a file, a registry or an earlier call. Nothing else in the module calls
 * JSON.parse, so what comes in has the form that its reader declares, or is refused in words.
 */

/** What to do where the pipeline itself wrote what it cannot read. */
const RERUN_ADVICE = "It was cut off, or another version of ml-pipeline wrote it: run it again.";

/**
 * The value of a JSON text, as a schema has it.
 *
 * @param what names the text in the message: `load.json of the load test`
 * @param advice what the reader of the message can do about it
 * @throws UserError when the text is not JSON, or of another form
 */
export function parseJson<Output>(
  text: string,
  schema: z.ZodType<Output>,
  what: string,
  advice: string = RERUN_ADVICE,
): Output {
  const value = jsonOf(text);
  if (value === undefined) throw new UserError(`${what} is not JSON. ${advice}`);
  return parseValue(value, schema, what, advice);
}

/** The same of a value that is part of what has been parsed already. */
export function parseValue<Output>(
  value: unknown,
  schema: z.ZodType<Output>,
  what: string,
  advice: string = RERUN_ADVICE,
): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(deepestIssue);
  const { path, message } = issues[0] ?? { path: [], message: "" };
  const where = path.length === 0 ? "" : ` at ${path.map(String).join(".")}`;
  throw new UserError(`${what} does not match the expected schema${where}: ${message}. ${advice}`);
}

interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where a value departs from a form: of several forms, the one that it keeps to for longest says most. */
function deepestIssue(issue: z.core.$ZodIssue): SchemaIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [deepestIssue(first)]))
    .sort((a, b) => b.path.length - a.path.length);
  return inner[0] === undefined ? issue : { path: [...issue.path, ...inner[0].path], message: inner[0].message };
}

/** The value of a JSON text of which nothing is known; undefined, which no JSON is, for any other text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object, and neither a list nor null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

import type { z } from "zod";
import { UserError } from "./errors.ts";

/*
 * Parses JSON from a container, a file, a registry or an earlier call. Nothing else in the module calls JSON.parse, so
 * that all JSON is either checked against a schema or refused with a message.
 */

/** The advice for JSON that the pipeline itself wrote. */
const RERUN_ADVICE = "It was cut off, or another version of ml-pipeline wrote it: run it again.";

/**
 * Parses a JSON text and checks it against a schema.
 *
 * @param what the name of the text in the message: `load.json of the load test`
 * @param advice what the reader of the message can do
 * @throws UserError when the text is not JSON, or does not match the schema
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

/** As `parseJson`, for a value that has been parsed already. */
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

/** The issue to show: in a union, that of the alternative which matches furthest into the value. */
function deepestIssue(issue: z.core.$ZodIssue): SchemaIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [deepestIssue(first)]))
    .sort((a, b) => b.path.length - a.path.length);
  return inner[0] === undefined ? issue : { path: [...issue.path, ...inner[0].path], message: inner[0].message };
}

/** How deep what anybody means is nested at most. What walks a value would run out of its stack in some thousands. */
const MAX_DEPTH = 500;

/** Whether a JSON text is nested deeper than anybody means. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let place = 0; place < text.length; place++) {
    const letter = text[place];
    if (letter === '"') place = endOfString(text, place);
    else if (letter === "[" || letter === "{") depth++;
    else if (letter === "]" || letter === "}") depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** The place of the quotation mark that ends the string which begins at a place; behind the text where there is none. */
function endOfString(text: string, begin: number): number {
  let place = begin + 1;
  while (place < text.length && text[place] !== '"') place += text[place] === "\\" ? 2 : 1;
  return place;
}

/** The unchecked value of a JSON text; undefined if the text is not JSON, or is nested so deep that it was made to break its readers. */
export function jsonOf(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * As `jsonOf`, for a text that a program in another language reads as well; undefined as well where the two could read different
 * values. RFC 8259 lets a reader take either of two equal keys of an object, and Go's takes keys whatever their case is.
 *
 * @param isCaseFree whether there may be keys that differ in case alone, because all of the value is compared with one that is known
 */
export function unambiguousJson(text: string, { isCaseFree = false } = {}): unknown {
  const value = jsonOf(text);
  if (value === undefined || keysIn(text) !== keysOf(value).length) return undefined;
  return isCaseFree || !objectsIn(value).some(hasKeyTwice) ? value : undefined;
}

/** How many keys a JSON text has, counting those that are in an object twice. */
function keysIn(text: string): number {
  let keys = 0;
  for (let place = 0; place < text.length; place++) {
    if (text[place] === '"') place = endOfString(text, place);
    else if (text[place] === ":") keys++;
  }
  return keys;
}

const keysOf = (value: unknown): string[] => objectsIn(value).flatMap((one) => Object.keys(one));

function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value !== "object" || value === null) return [];
  return [...(isObject(value) ? [value] : []), ...Object.values(value).flatMap(objectsIn)];
}

/** Whether two keys are one for a reader that does not look at their case. Two letters beyond ASCII are the other case of an s and a k. */
function hasKeyTwice(value: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(value);
  return new Set(keys.map((key) => key.toUpperCase().toLowerCase())).size < keys.length;
}

/** Whether a value is an object, neither an array nor null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as JSON with the keys of all objects in order, so that equal values give equal texts. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) : one,
  );

import { z } from "zod";
import { UserError } from "../../errors.ts";
import { isObject, jsonOf } from "../../json.ts";
import type { CaseResult } from "./cases.ts";
import type { Answer } from "./predict.ts";
import { numberOf, sameValue } from "./values.ts";

/** One line of a file of failure modes. */
export interface FailureModeCase {
  readonly kind: string;
  readonly name: string;
  readonly instance: unknown;
  readonly expected: Expected;
}

/**
 * The value that the prediction must equal, the range that it must be in, or the HTTP status that must refuse the
 * instance.
 */
export type Expected =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "range"; readonly min?: number; readonly max?: number }
  | { readonly kind: "status"; readonly status: number };

const rangeSchema = z.object({ min: z.number().optional(), max: z.number().optional() });

const LINE_FORMAT = '{"instance": …, "expected": …, "name": "…"}';
/**
 * Numbers that differ by less than this share of the larger one are equal, since printing and parsing may round them.
 */
const ROUNDING = 1e-9;

/**
 * Reads the cases of one file, one a line.
 *
 * @param file its path, for messages; its name without the ending is the kind
 * @throws UserError naming file and line, for a malformed line
 */
export function readCases(file: string, text: string): FailureModeCase[] {
  const kind = (file.split("/").at(-1) ?? file).replace(/\.jsonl$/, "");
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const where = `${file}, line ${index + 1}`;
    const parsed = jsonOf(line);
    if (!isObject(parsed) || !("instance" in parsed) || !("expected" in parsed)) {
      throw new UserError(`${where}: expected ${LINE_FORMAT}, got ${cut(line)}`);
    }
    const name = typeof parsed.name === "string" && parsed.name !== "" ? parsed.name : `line ${index + 1}`;
    return [{ kind, name, instance: parsed.instance, expected: readExpected(parsed.expected, where) }];
  });
}

function readExpected(value: unknown, where: string): Expected {
  if (!isObject(value)) return { kind: "value", value };
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "status") {
    const { status } = value;
    if (Number.isInteger(status)) return { kind: "status", status: Number(status) };
    throw new UserError(`${where}: expected.status is the number of an HTTP status, not ${JSON.stringify(status)}`);
  }
  if (keys.length > 0 && keys.every((key) => key === "min" || key === "max")) {
    const range = rangeSchema.safeParse(value);
    if (range.success) return { kind: "range", ...range.data };
    const wrong = Object.values(value).find((end) => typeof end !== "number");
    throw new UserError(`${where}: expected.min and expected.max are numbers, not ${JSON.stringify(wrong)}`);
  }
  return { kind: "value", value };
}

/** Compares the answer of the served model with what the case expects. */
export function judgeCase({ kind, name, instance, expected }: FailureModeCase, answer: Answer): CaseResult {
  const prediction = predictionOf(answer);
  return {
    kind,
    name,
    held: holds(expected, answer, prediction),
    instance: cut(JSON.stringify(instance)),
    expected: expectedText(expected),
    given: cut(prediction === undefined ? refusalText(answer) : JSON.stringify(prediction)),
  };
}

function holds(expected: Expected, answer: Answer, prediction: unknown): boolean {
  if (expected.kind === "status") return answer.status === expected.status;
  if (prediction === undefined) return false;
  if (expected.kind === "value") return sameValue(expected.value, prediction, alike);
  const { min = -Infinity, max = Infinity } = expected;
  const number = numberOf(prediction);
  return number !== undefined && number >= min && number <= max;
}

const alike = (a: number, b: number): boolean =>
  a === b || Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));

/** The one prediction of an answer; undefined when there is none. */
export function predictionOf(answer: Answer): unknown {
  const [prediction, ...more] = answer.predictions ?? [];
  return more.length > 0 || prediction === null ? undefined : prediction;
}

const expectedText = (expected: Expected): string => {
  if (expected.kind === "status") return `HTTP ${expected.status}`;
  if (expected.kind === "value") return cut(JSON.stringify(expected.value));
  const { min, max } = expected;
  return max === undefined ? `at least ${min}` : min === undefined ? `at most ${max}` : `${min} to ${max}`;
};

export const refusalText = ({ status, text, problem }: Answer): string =>
  status === 0 ? `no answer (${text})` : status === 200 ? (problem ?? text) : `HTTP ${status} ${text}`.trim();

export const cut = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

import { isObject } from "../../json.ts";
import { mean } from "../../statistics/mean.ts";
import type { LabelComparison, SampledRow } from "../rows/evaluated-rows.ts";
import { cut, predictionOf, refusalText } from "./case-files.ts";
import type { Answer } from "./predict.ts";
import type { ComparedRows, ServedDifference } from "./served.ts";
import { numberOf, valueKey } from "./values.ts";

export interface CompareServed {
  readonly regression: boolean;
  /** Numbers agree when they differ by at most this share of the evaluated one, or of the usual size of all. */
  readonly tolerance: number;
  /** What the evaluation calls each label of the data. */
  readonly names?: LabelComparison["names"] | undefined;
}

const MAX_EXAMPLES = 5;

/** Whether the server answered each row as the evaluation did. */
export function agreements(
  rows: readonly SampledRow[],
  answers: readonly Answer[],
  { regression, tolerance, names }: CompareServed,
): boolean[] {
  const numbers = rows.map(({ prediction }) => Math.abs(numberOf(prediction) ?? 0));
  const slack = (evaluated: number): number => tolerance * Math.max(Math.abs(evaluated), mean(numbers));
  return rows.map(({ prediction, score }, index) => {
    const answer = answers[index];
    const served = answer === undefined ? undefined : predictionOf(answer);
    if (served === undefined) return false;
    const candidates = readings(served);
    const evaluated = numberOf(prediction);
    if (regression) {
      return candidates.some((one) => {
        const number = numberOf(one);
        return number !== undefined && evaluated !== undefined && Math.abs(number - evaluated) <= slack(evaluated);
      });
    }
    const accepted = new Set([valueKey(prediction), ...namesOf(prediction, names)]);
    if (candidates.some((one) => accepted.has(valueKey(one)))) return true;
    // A server may answer with the probability that the evaluation calls score.
    const probability = numberOf(score);
    return (
      probability !== undefined &&
      candidates.some(
        (one) => typeof one === "number" && !Number.isInteger(one) && Math.abs(one - probability) <= SCORE_SLACK,
      )
    );
  });
}

/** Scores are often written with four decimals. */
const SCORE_SLACK = 1e-3;
/** Keys of an object under which servers put the answer. */
const ANSWER_KEYS = [
  "label",
  "prediction",
  "predictions",
  "class",
  "predicted_class",
  "predicted_label",
  "answer",
  "output",
  "value",
  "result",
  "score",
];

/** What an answer may mean: itself, the only element of a list, or what an object has under a usual key. */
export function readings(served: unknown): unknown[] {
  if (Array.isArray(served)) return served.length === 1 ? readings(served[0]) : [served];
  if (!isObject(served)) return [served];
  return ANSWER_KEYS.flatMap((key) => (key in served ? readings(served[key]) : []));
}

/** The label's name in the data, and the other way round. */
const namesOf = (prediction: string, names: LabelComparison["names"]): string[] =>
  Object.entries(names ?? {}).flatMap(([data, evaluated]) =>
    valueKey(evaluated) === valueKey(prediction) ? [valueKey(data)] : [],
  );

/** Summarizes the comparison of rows. When all answers have other names than the evaluation's, names are matched. */
export function compareServed(
  rows: readonly SampledRow[],
  answers: readonly Answer[],
  options: CompareServed,
): ComparedRows {
  const agreed = agreements(rows, answers, options);
  const given = rows
    .map((_, index) => answers[index])
    .map((answer) => (answer === undefined ? undefined : predictionOf(answer)));
  const unanswered = given.filter((one) => one === undefined).length;
  const names = options.regression || agreed.some(Boolean) ? undefined : otherNames(rows, given, options.names);
  const right =
    names === undefined
      ? agreed
      : rows.map(({ prediction }, index) => names.get(valueKey(prediction)) === nameOf(given[index]));
  return {
    rows: rows.length,
    agreed: right.filter(Boolean).length,
    unanswered,
    examples: rows
      .flatMap((row, index) => (right[index] ? [] : [differenceOf(row, answers[index])]))
      .slice(0, MAX_EXAMPLES),
    ...(names === undefined ? {} : { names: Object.fromEntries(names) }),
  };
}

const nameOf = (given: unknown): string => valueKey(readings(given)[0]);

/**
 * The names that the server has for the answers of the evaluation, where none of them is one of the evaluation's. With the
 * same names no other meaning is possible: a server that answers the opposite is wrong.
 */
function otherNames(
  rows: readonly SampledRow[],
  given: readonly unknown[],
  ofData: LabelComparison["names"],
): Map<string, string> | undefined {
  const evaluated = new Set(rows.map(({ prediction }) => valueKey(prediction)));
  const known = new Set([...evaluated, ...Object.keys(ofData ?? {}).map(valueKey)]);
  const answered = given.filter((one) => one !== undefined).map(nameOf);
  if (evaluated.size < 2 || answered.length === 0 || answered.some((one) => known.has(one))) return undefined;
  const names = new Map<string, string>();
  for (const label of evaluated) {
    const counts = new Map<string, number>();
    rows.forEach(({ prediction }, index) => {
      if (valueKey(prediction) !== label || given[index] === undefined) return;
      const name = nameOf(given[index]);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    });
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    if (most !== undefined) names.set(label, most[0]);
  }
  return new Set(names.values()).size === names.size ? names : undefined;
}

const differenceOf = ({ instance, prediction }: SampledRow, answer: Answer | undefined): ServedDifference => {
  const served = answer === undefined ? undefined : predictionOf(answer);
  return {
    instance: cut(JSON.stringify(instance)),
    evaluated: cut(prediction),
    served: cut(served !== undefined ? JSON.stringify(served) : answer === undefined ? "nothing" : refusalText(answer)),
  };
};

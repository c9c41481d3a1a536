import { isObject } from "../../json.ts";
import { mean } from "../../statistics/mean.ts";
import type { LabelComparison, SampledRow } from "../rows/evaluated-rows.ts";
import { cut, predictionOf, refusalText } from "./case-files.ts";
import { type Naming, type OtherNames, otherNames } from "./other-names.ts";
import type { Answer } from "./predict.ts";
import type { ComparedRows, ServedDifference } from "./served.ts";
import { numberOf, valueKey } from "./values.ts";

export interface CompareServed {
  readonly regression: boolean;
  /** Numbers agree when they differ by at most this share of the evaluated one, or of the usual size of all. */
  readonly tolerance: number;
  /** What the evaluation calls each label of the data. */
  readonly names?: LabelComparison["names"] | undefined;
  /** What is known of the names that the server has for classes. */
  readonly naming?: Naming | undefined;
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

/** Summarizes the comparison of rows. Where all answers have other names than the evaluation's, the names are looked for. */
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
  const own = options.regression || agreed.some(Boolean) ? undefined : ownNames(rows, given, options);
  const right =
    own === undefined
      ? agreed
      : rows.map(({ prediction }, index) => own.names.get(valueKey(prediction)) === nameOf(given[index]));
  return {
    rows: rows.length,
    agreed: right.filter(Boolean).length,
    unanswered,
    examples: rows
      .flatMap((row, index) => (right[index] ? [] : [differenceOf(row, answers[index])]))
      .slice(0, MAX_EXAMPLES),
    ...(own === undefined ? {} : { names: Object.fromEntries(own.names), guessed: own.guessed }),
  };
}

const nameOf = (given: unknown): string => valueKey(readings(given)[0]);

/** What the server calls the classes of the evaluation, where none of its answers is one of those. */
function ownNames(
  rows: readonly SampledRow[],
  given: readonly unknown[],
  { names: ofData, naming = {} }: CompareServed,
): OtherNames | undefined {
  const known = new Set([...rows.map(({ prediction }) => prediction), ...Object.keys(ofData ?? {})].map(valueKey));
  const answers = rows.flatMap(({ prediction }, index) =>
    given[index] === undefined ? [] : [{ label: valueKey(prediction), served: nameOf(given[index]) }],
  );
  if (answers.length === 0 || answers.some(({ served }) => known.has(served))) return undefined;
  return otherNames(answers, naming);
}

const differenceOf = ({ instance, prediction }: SampledRow, answer: Answer | undefined): ServedDifference => {
  const served = answer === undefined ? undefined : predictionOf(answer);
  return {
    instance: cut(JSON.stringify(instance)),
    evaluated: cut(prediction),
    served: cut(served !== undefined ? JSON.stringify(served) : answer === undefined ? "nothing" : refusalText(answer)),
  };
};

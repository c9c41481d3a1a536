import { isObject } from "../../json.ts";
import { mean } from "../../statistics/mean.ts";
import { sortedClasses } from "../predictions/class-names.ts";
import type { LabelComparison, SampledRow } from "../rows/evaluated-rows.ts";
import { cut, predictionOf, refusalText } from "./case-files.ts";
import {
  declaredNames,
  type NamedAnswer,
  type Naming,
  type OtherNames,
  otherAnswers,
  otherNames,
} from "./other-names.ts";
import type { Answer } from "./predict.ts";
import { areProbabilities, largestShare, readings } from "./readings.ts";
import type { AnswerFields, ComparedRows, ServedDifference } from "./served.ts";
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
export const agreements = (
  rows: readonly SampledRow[],
  answers: readonly Answer[],
  options: CompareServed,
): boolean[] =>
  agreeing(
    rows,
    rows.map((_, index) => givenIn(answers[index])),
    options,
  );

function agreeing(rows: readonly SampledRow[], given: readonly unknown[], options: CompareServed): boolean[] {
  if (options.regression) return sameNumbers(rows, given, options.tolerance);
  const declared = declaredNames(options.naming?.declared);
  if (declared !== undefined) return sameClasses(rows, given, declared, options.naming);
  // A server has one way to call the classes, in all of its answers: that of the evaluation, or that of the data.
  const own = sameClasses(rows, given, new Map(), options.naming);
  if (options.names === undefined) return own;
  const ofData = new Map(Object.entries(options.names).map(([data, one]) => [valueKey(one), valueKey(data)]));
  const byData = sameClasses(rows, given, ofData, options.naming);
  return count(byData) > count(own) ? byData : own;
}

const givenIn = (answer: Answer | undefined): unknown => (answer === undefined ? undefined : predictionOf(answer));
const count = (agreed: readonly boolean[]): number => agreed.filter(Boolean).length;

function sameNumbers(rows: readonly SampledRow[], given: readonly unknown[], tolerance: number): boolean[] {
  const size = mean(rows.map(({ prediction }) => Math.abs(numberOf(prediction) ?? 0)));
  return rows.map(({ prediction }, index) => {
    const evaluated = numberOf(prediction);
    return readings(given[index]).some((one) => {
      const number = numberOf(one);
      return (
        number !== undefined &&
        evaluated !== undefined &&
        Math.abs(number - evaluated) <= tolerance * Math.max(Math.abs(evaluated), size)
      );
    });
  });
}

/** @param names what the server calls classes of the evaluation, where it is not what the evaluation calls them */
function sameClasses(
  rows: readonly SampledRow[],
  given: readonly unknown[],
  names: ReadonlyMap<string, string>,
  naming: Naming = {},
): boolean[] {
  const others = new Set(names.values());
  const labels = labelsOf(rows);
  // What is another class's name says nothing of the one that the evaluation calls so.
  const nameOfLabel = (label: string): string | undefined =>
    names.get(label) ?? (others.has(label) ? undefined : label);
  const known = new Set([...labels.map(nameOfLabel), ...others]);
  const inWords = classWords(labels, given, naming);
  return rows.map(({ prediction, score }, index) => {
    if (given[index] === undefined) return false;
    const accepted = nameOfLabel(valueKey(prediction));
    const candidates = readings(given[index]);
    const classes = candidates.map(valueKey).filter((one) => known.has(one));
    // Whatever else an object has, such as a score that is right: all that it says of the class must be right.
    if (classes.length > 0) return classes.every((one) => one === accepted);
    // A server may answer with the probability that the evaluation calls score.
    const probability = numberOf(score);
    if (probability !== undefined && candidates.every((one) => typeof one === "number")) {
      return candidates.some((one) => !Number.isInteger(one) && Math.abs(one - probability) <= SCORE_SLACK);
    }
    const [only, ...more] = candidates;
    const word = more.length > 0 ? undefined : inWords(only);
    return word !== undefined && (names.size === 0 ? word.label : word.name) === accepted;
  });
}

/** Scores are often written with four decimals. */
const SCORE_SLACK = 1e-3;

/** A class that a server names by numbers: by its place among shares, or by the probability of one class. */
interface ClassWord {
  /** The class of the evaluation that has this place; undefined where the places are not those of the classes. */
  readonly label: string | undefined;
  readonly name: string;
}

/**
 * Reads answers that name a class by numbers: shares of all classes, in the order of scikit-learn, or the probability of the positive one.
 *
 * @param labels the classes of the evaluation, in order
 */
function classWords(
  labels: readonly string[],
  given: readonly unknown[],
  { positive }: Naming,
): (answer: unknown) => ClassWord | undefined {
  const isProbability =
    labels.length === 2 && areProbabilities(given.flatMap((one) => (one === undefined ? [] : readings(one))));
  const order = positive !== undefined && valueKey(positive) === labels[0] ? labels.toReversed() : labels;
  return (answer) => {
    const place = largestShare(answer);
    if (place !== undefined) {
      const isOfAll = Array.isArray(answer) && answer.length === labels.length;
      return { label: isOfAll ? labels[place] : undefined, name: String(place) };
    }
    if (!isProbability || typeof answer !== "number" || answer === HALF) return undefined;
    const side = Number(answer > HALF);
    return { label: order[side], name: String(side) };
  };
}

const HALF = 0.5;

/** Summarizes the comparison of rows. Where all answers have other names than the evaluation's, the names are looked for. */
export function compareServed(
  rows: readonly SampledRow[],
  answers: readonly Answer[],
  options: CompareServed,
): ComparedRows {
  const given = rows.map((_, index) => givenIn(answers[index]));
  const agreed = agreeing(rows, given, options);
  const unanswered = given.filter((one) => one === undefined).length;
  const declared = options.regression ? undefined : declaredNames(options.naming?.declared);
  const own =
    options.regression || declared !== undefined || agreed.some(Boolean) ? undefined : ownNames(rows, given, options);
  const right =
    own === undefined
      ? agreed
      : own.rows.map(({ label, served }) => served !== undefined && own.names.get(label) === served);
  const names = own?.names ?? declared;
  const isKnown = options.regression || names !== undefined || count(right) === rows.length;
  const instead = isKnown ? undefined : otherAnswers(namedAnswers(rows, given), labelsOf(rows));
  const fields = count(right) > 0 ? undefined : answerFields(rows, given, options);
  return {
    rows: rows.length,
    agreed: count(right),
    unanswered,
    examples: rows
      .flatMap((row, index) => (right[index] ? [] : [differenceOf(row, answers[index])]))
      .slice(0, MAX_EXAMPLES),
    ...(names === undefined ? {} : { names: Object.fromEntries(names), guessed: own?.guessed ?? false }),
    ...(instead === undefined ? {} : { instead }),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** Of so many rows, the values of a field must be those evaluated, for it to be the prediction. */
const MOST = 0.95;

function answerFields(
  rows: readonly SampledRow[],
  given: readonly unknown[],
  options: CompareServed,
): AnswerFields | undefined {
  const answered = given.filter(isObject);
  const [first] = answered;
  if (first === undefined || answered.length < given.length || answered.some((one) => readings(one).length > 0))
    return undefined;
  const keys = Object.keys(first);
  const valuesOf = (key: string): unknown[] => answered.map((one) => one[key]);
  const same = keys.find((key) => count(agreeing(rows, valuesOf(key), options)) >= MOST * rows.length);
  return { keys, ...(same === undefined ? {} : { agreeing: same }) };
}

/** What the server calls the class of a row, where it says one. */
type NamedRow = Pick<NamedAnswer, "label"> & { readonly served: string | undefined; readonly isPlace: boolean };

/** What the server calls the classes of the evaluation, where none of its answers is one of those. */
function ownNames(
  rows: readonly SampledRow[],
  given: readonly unknown[],
  { names: ofData, naming = {} }: CompareServed,
): (OtherNames & { readonly rows: readonly NamedRow[] }) | undefined {
  const labels = labelsOf(rows);
  const known = new Set([...labels, ...Object.keys(ofData ?? {}).map(valueKey)]);
  const inWords = classWords(labels, given, naming);
  const named = rows.map(({ prediction }, index): NamedRow => {
    const [answer] = readings(given[index]);
    const place = inWords(answer)?.name;
    const served = given[index] === undefined ? undefined : (place ?? valueKey(answer));
    return { label: valueKey(prediction), served, isPlace: place !== undefined };
  });
  // A place among shares is no name, though it may be spelled as one.
  if (named.some(({ served, isPlace }) => served !== undefined && !isPlace && known.has(served))) return undefined;
  const answers = named.flatMap(({ label, served }) => (served === undefined ? [] : [{ label, served }]));
  const found = otherNames(answers, naming);
  return found === undefined ? undefined : { ...found, rows: named };
}

/** The answers that say one thing, by the class of the evaluation; numbers with decimals are scores. */
const namedAnswers = (rows: readonly SampledRow[], given: readonly unknown[]): NamedAnswer[] =>
  rows.flatMap(({ prediction }, index) => {
    const said = given[index] === undefined ? [] : readings(given[index]).filter(isName);
    const [answer, ...more] = said;
    return said.length === 0 || more.length > 0 ? [] : [{ label: valueKey(prediction), served: valueKey(answer) }];
  });

const isName = (answer: unknown): boolean =>
  typeof answer === "number" ? Number.isInteger(answer) : answer !== null && typeof answer !== "object";

/** The classes of the evaluation, in the order of scikit-learn. */
const labelsOf = (rows: readonly SampledRow[]): string[] =>
  sortedClasses([...new Set(rows.map(({ prediction }) => valueKey(prediction)))]);

const differenceOf = ({ instance, prediction }: SampledRow, answer: Answer | undefined): ServedDifference => {
  const served = givenIn(answer);
  return {
    instance: cut(JSON.stringify(instance)),
    evaluated: cut(prediction),
    served: cut(served !== undefined ? JSON.stringify(served) : answer === undefined ? "nothing" : refusalText(answer)),
  };
};

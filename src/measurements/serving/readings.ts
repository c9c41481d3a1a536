import { isObject } from "../../json.ts";

/* What an answer of a server may mean. */

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
];

/** The key of how sure the model is, which is the answer only where nothing else is. */
const SCORE_KEY = "score";

/** What an answer may mean: itself, the only element of a list, or what an object has under a usual key. */
export function readings(served: unknown): unknown[] {
  if (Array.isArray(served)) return served.length === 1 ? readings(served[0]) : [served];
  if (!isObject(served)) return [served];
  const keys = ANSWER_KEYS.filter((key) => key in served);
  return (keys.length > 0 ? keys : [SCORE_KEY]).flatMap((key) => (key in served ? readings(served[key]) : []));
}

/** Rounded shares of classes may miss 1 by as much. */
const SUM_SLACK = 0.02;

/** The place of the largest of the shares that a list has for each class, also of a list of a 1 and zeros; undefined for what is none. */
export function largestShare(answer: unknown): number | undefined {
  if (!Array.isArray(answer) || answer.length < 2) return undefined;
  const shares = answer.filter((one): one is number => typeof one === "number" && one >= 0 && one <= 1);
  const sum = shares.reduce((total, one) => total + one, 0);
  if (shares.length < answer.length || Math.abs(sum - 1) > SUM_SLACK) return undefined;
  const largest = Math.max(...shares);
  return shares.filter((one) => one === largest).length === 1 ? shares.indexOf(largest) : undefined;
}

/** Whether answers are probabilities of one class: numbers from 0 to 1, not all of them whole. */
export const areProbabilities = (answers: readonly unknown[]): boolean =>
  answers.every((one) => typeof one === "number" && one >= 0 && one <= 1) &&
  answers.some((one) => !Number.isInteger(one));

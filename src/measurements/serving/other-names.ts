import { sortedClasses } from "../predictions/class-names.ts";
import type { OtherAnswers } from "./served.ts";
import { valueKey } from "./values.ts";

/* A server may have names of its own for the classes that the evaluation knows. */

/** What a server calls each class of the evaluation, and whether that is known or only fits. */
export interface OtherNames {
  /** By the evaluation's class. */
  readonly names: ReadonlyMap<string, string>;
  /**
   * Nothing says that these are the names: the same answers would fit another meaning as well as this one, the opposite included.
   */
  readonly guessed: boolean;
}

/** A row's class in the evaluation, and what the server called it. */
export interface NamedAnswer {
  readonly label: string;
  readonly served: string;
}

/** What a project says of names. */
export interface Naming {
  /** The positive class, where the project names it. */
  readonly positive?: string | undefined;
  /** The server's names by the evaluation's, where the project gives them. */
  readonly declared?: Readonly<Record<string, string>> | undefined;
}

/**
 * The names that a server has for the evaluation's classes; undefined where its answers cannot be such names.
 *
 * Names that fit the answers are no proof, since the opposite of every answer has names that fit as well. They are known
 * where they are 0 and 1, or false and true, in the order of the two classes or as the positive class has it, where they are
 * whole numbers in the order of the classes (as scikit-learn's label encoder numbers them), and where they are like the classes themselves.
 */
export function otherNames(
  answers: readonly NamedAnswer[],
  { positive }: Pick<Naming, "positive">,
): OtherNames | undefined {
  const names = fittingNames(answers);
  if (names === undefined) return undefined;
  const order = [...names.keys()].sort(inOrder);
  const served = order.map((label) => names.get(label) ?? "");
  if (order.length === 2 && positive !== undefined && served.every((one) => one === "0" || one === "1")) {
    const asPositive = names.get(valueKey(positive));
    // Another class than the two is a mistake in the settings, which the metrics tell.
    if (asPositive !== undefined) return asPositive === "1" ? { names, guessed: false } : undefined;
  }
  return { names, guessed: !(isCounted(served) || order.every((label, at) => isAlike(label, served, at))) };
}

/** Of answers that are names at all, so many must be the same for each class. */
const ALWAYS = 0.95;
/** With more different answers, they are no names of classes. */
const MOST_NAMES = 20;

/**
 * What a server answers in place of the classes, for a person to judge: names of its own that are also those of other classes, such as 0
 * and 1 for 1 and 2, or the classes the wrong way round. Undefined where nothing of that shows.
 *
 * @param classes those of the evaluation, in order
 */
export function otherAnswers(answers: readonly NamedAnswer[], classes: readonly string[]): OtherAnswers | undefined {
  const served = sortedClasses([...new Set(answers.map((answer) => answer.served))]);
  if (served.length === 0 || served.length > MOST_NAMES) return undefined;
  const names = fittingNames(answers);
  const fitting = answers.filter((answer) => names?.get(answer.label) === answer.served).length;
  const isSame = names === undefined || [...names].every(([label, name]) => label === name);
  if (names !== undefined && !isSame && fitting >= ALWAYS * answers.length) {
    return { served, classes, names: Object.fromEntries(names) };
  }
  return served.some((one) => classes.includes(one)) ? undefined : { served, classes };
}

/** The server's names by the evaluation's, where the project gives them. */
export const declaredNames = (names: Naming["declared"]): ReadonlyMap<string, string> | undefined =>
  names === undefined
    ? undefined
    : new Map(Object.entries(names).map(([label, served]) => [valueKey(label), valueKey(served)]));

/** The name that the server has most often for each class, where these are as many as there are classes. */
function fittingNames(answers: readonly NamedAnswer[]): ReadonlyMap<string, string> | undefined {
  const counts = new Map<string, Map<string, number>>();
  for (const { label, served } of answers) {
    const ofLabel = counts.get(label) ?? new Map<string, number>();
    counts.set(label, ofLabel.set(served, (ofLabel.get(served) ?? 0) + 1));
  }
  const names = new Map(
    [...counts].map(([label, ofLabel]) => [label, [...ofLabel].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ""]),
  );
  return names.size > 1 && new Set(names.values()).size === names.size ? names : undefined;
}

/** Numbers by their values, and texts as Python sorts them. */
function inOrder(one: string, other: string): number {
  const [a, b] = [Number(one), Number(other)];
  if (Number.isFinite(a) && Number.isFinite(b)) return a - b;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Whether names are whole numbers that grow with the order of the classes. */
const isCounted = (served: readonly string[]): boolean =>
  served.every((one, at) => /^\d+$/.test(one) && (at === 0 || Number(one) > Number(served[at - 1])));

/** Whether a class and its name are one but for spelling or a prefix, as `Iris-setosa` and `setosa` are, and no other name is. */
function isAlike(label: string, served: readonly string[], at: number): boolean {
  const key = letters(label);
  const within = (name: string): boolean => {
    const other = letters(name);
    return key !== "" && other !== "" && (other.includes(key) || key.includes(other));
  };
  return served.every((name, index) => within(name) === (index === at));
}

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

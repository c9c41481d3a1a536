/** A class as a setting, a file or a server names it. */
export type ClassValue = string | number | boolean;

const TRUTH = /^(true|false)$/i;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const WHOLE = /^([+-]?)0*(\d+)(?:\.0*)?$/;
/** Zeros in front are part of a code, such as a postal one, and a plus of a text. */
const CODE = /^[+]|^-?0\d/;

const isTruth = (text: string): boolean => TRUTH.test(text);
const isNumber = (text: string): boolean => NUMBER.test(text);

/** The shortest way to write a number; whole ones keep all their digits. */
function numberName(text: string): string {
  const whole = WHOLE.exec(text);
  // What is beyond the largest number has no value to go by.
  if (whole === null) return Number.isFinite(Number(text)) ? String(Number(text)) : text;
  return whole[1] === "-" && whole[2] !== "0" ? `-${whole[2]}` : (whole[2] ?? text);
}

/** What a class is compared by: `true` for True, `1` for 1.0. */
const comparable = (text: string): string =>
  isTruth(text) ? text.toLowerCase() : isNumber(text) ? numberName(text) : text;

const AS_NUMBER: Readonly<Record<string, string>> = { true: "1", false: "0" };

/** One text for all spellings of a class: `1` for 1.0 and True. */
export function classKey(spelling: string): string {
  const text = comparable(spelling);
  return AS_NUMBER[text] ?? text;
}

/** Whether two spellings name the same class: `1`, `1.0` and `True` do. */
export const sameClass = (one: ClassValue, other: ClassValue): boolean =>
  classKey(String(one)) === classKey(String(other));

/** The class that a setting names; undefined when it is none of them. */
export const classNamed = (classes: readonly string[], value: ClassValue): string | undefined =>
  classes.find((one) => one === String(value)) ?? classes.find((one) => sameClass(one, value));

/**
 * The name of each class by its spellings in files and settings: numbers by their value, truth values whatever their
 * case, and as 1 and 0 beside numbers. Any other text is a class of its own.
 */
export function classNaming(spellings: readonly string[]): (spelling: string) => string {
  const truths = new Set(spellings.filter(isTruth));
  const numbers = spellings.filter(isNumber);
  const allNumbers = spellings.every((one) => isTruth(one) || isNumber(one));
  const binary = allNumbers && numbers.length > 0 && numbers.every((one) => ["0", "1"].includes(numberName(one)));
  const caseDiffers = truths.size > new Set([...truths].map(comparable)).size;
  return (spelling) => {
    if (isTruth(spelling)) {
      if (binary) return AS_NUMBER[comparable(spelling)] ?? spelling;
      return caseDiffers ? comparable(spelling) : spelling;
    }
    if (!isNumber(spelling)) return spelling;
    return allNumbers || !CODE.test(spelling) ? numberName(spelling) : spelling;
  };
}

/** In the order of scikit-learn: numbers by size, texts as Python sorts them. */
export const sortedClasses = (classes: readonly string[]): string[] =>
  classes.every(isNumber) ? [...classes].sort((a, b) => Number(a) - Number(b)) : [...classes].sort(byCodePoints);

const byCodePoints = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

import { isObject } from "../../json.ts";
import { classKey } from "../predictions/class-names.ts";

/* What servers answer is compared by value, as classes and numbers are elsewhere: 1, 1.0, "1" and true are one. */

/** The number that a value is or is the text of. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** One text for all spellings of a value. */
export const valueKey = (value: unknown): string =>
  classKey(typeof value === "string" ? value.trim() : (JSON.stringify(value) ?? ""));

/**
 * Whether two values are one, in lists and objects member by member.
 *
 * @param alike whether two numbers are one
 */
export function sameValue(a: unknown, b: unknown, alike: (a: number, b: number) => boolean): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b)) return false;
    return a.length === b.length && a.every((one, index) => sameValue(one, b[index], alike));
  }
  if (isObject(a) || isObject(b)) {
    if (!isObject(a) || !isObject(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key], alike))
    );
  }
  const [one, other] = [numberOf(a), numberOf(b)];
  return one !== undefined && other !== undefined ? alike(one, other) : valueKey(a) === valueKey(b);
}

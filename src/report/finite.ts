/** Objects with these keys alone are estimates and intervals, which are worthless without one of their numbers. */
const WHOLE = ["value", "interval", "low", "high"];
const NUMBERS = ["value", "low", "high"];

/**
 * A copy without NaN and infinities, which neither JSON nor a plot can show. A number is removed with its key; an
 * estimate or an interval that lacks a number is removed as a whole.
 */
export const finiteOnly = <T>(value: T): T => cleaned(value) as T;

/** Numbers by name without NaN and infinities, whatever their names are. */
export const finiteNumbers = (numbers: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)));

function cleaned(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return value.map(cleaned).filter((one) => one !== undefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, cleaned(one)] as const);
  const whole = entries.every(([name]) => WHOLE.includes(name));
  if (whole && entries.some(([name, one]) => one === undefined && NUMBERS.includes(name))) return undefined;
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}

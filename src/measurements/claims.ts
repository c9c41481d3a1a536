import { UserError } from "../errors.ts";
import { isObject, jsonOf } from "../json.ts";
import { isSameMetric, metricNamed } from "./predictions/names.ts";

/**
 * Reads `metrics.json`: an object of numbers. Those of an object within it have both names, such as `test.accuracy`. A text, a list
 * or a boolean is no metric.
 *
 * Python writes NaN and Infinity, which are not JSON; they are refused by name, since no threshold applies to them.
 * @param writer what wrote it, for the message: `src.evaluate`
 * @throws UserError for anything else
 */
export function parseMetrics(text: string, writer: string): Record<string, number> {
  const parsed = jsonOf(text);
  if (parsed === undefined) {
    const name = /"([^"]*)"\s*:\s*(-?Infinity|NaN)/.exec(text);
    const reason = name === null ? "it is not valid JSON" : `${name[1]} is ${name[2]}`;
    throw new UserError(`metrics.json of ${writer}: ${reason}; expected an object of finite numbers.`);
  }
  if (!isObject(parsed)) throw new UserError(`metrics.json of ${writer}: expected an object of finite numbers.`);
  const metrics = numbersIn(parsed, "", writer);
  checkNames(metrics, writer);
  if (metrics.length > 0 || Object.keys(parsed).length === 0) return Object.fromEntries(metrics);
  throw new UserError(`metrics.json of ${writer}: there is no number in it; expected an object of finite numbers.`);
}

// Not a zod record, which would drop a metric called __proto__ without an error.
const numbersIn = (table: Readonly<Record<string, unknown>>, prefix: string, writer: string): [string, number][] =>
  Object.entries(table).flatMap(([key, value]): [string, number][] => {
    const name = `${prefix}${key}`;
    if (isObject(value)) return numbersIn(value, `${name}.`, writer);
    if (typeof value === "number" && Number.isFinite(value)) return [[name, value]];
    const isNumberGoneWrong =
      value === null ||
      typeof value === "number" ||
      (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)));
    if (!isNumberGoneWrong) return [];
    const shown = typeof value === "number" ? value : JSON.stringify(value);
    throw new UserError(`metrics.json of ${writer}: ${name} is ${shown}; expected an object of finite numbers.`);
  });

/** Values under two names of a metric may be rounded apart by so much of the value, or absolutely under one. */
const ROUNDING = 0.005;

/** Two names of one metric with two values: whichever a limit names would be believed. */
function checkNames(metrics: readonly (readonly [string, number])[], writer: string): void {
  const known = metrics.flatMap(([name, value]) => {
    const metric = metricNamed(name);
    return metric === undefined ? [] : [{ name, metric, value: metric.negated ? -value : value }];
  });
  known.forEach((one, at) => {
    const other = known
      .slice(at + 1)
      .find(({ metric, value }) => isSameMetric(metric, one.metric) && areApart(value, one.value));
    if (other === undefined) return;
    throw new UserError(
      `metrics.json of ${writer}: ${one.name} and ${other.name} are two names of ${one.metric.canonical}, with two values (${one.value} and ${other.value}${one.metric.negated === other.metric.negated ? "" : ", signs aside"}); write it once, or call one of them something else.`,
    );
  });
}

const areApart = (one: number, other: number): boolean =>
  Math.abs(one - other) > ROUNDING * Math.max(1, Math.abs(one), Math.abs(other));

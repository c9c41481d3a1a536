import { UserError } from "../errors.ts";
import { isObject, jsonOf } from "../json.ts";

/**
 * Reads `metrics.json`: a flat object of numbers.
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
    throw new UserError(`metrics.json of ${writer}: ${reason}; expected a flat object of finite numbers.`);
  }
  if (!isObject(parsed)) throw new UserError(`metrics.json of ${writer}: expected a flat object of finite numbers.`);
  // Not a zod record, which would drop a metric called __proto__ without an error.
  const metrics = Object.entries(parsed).map(([name, value]): [string, number] => {
    if (typeof value === "number" && Number.isFinite(value)) return [name, value];
    const shown = typeof value === "number" ? value : JSON.stringify(value);
    throw new UserError(`metrics.json of ${writer}: ${name} is ${shown}; expected a flat object of finite numbers.`);
  });
  return Object.fromEntries(metrics);
}

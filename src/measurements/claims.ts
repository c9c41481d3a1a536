import { UserError } from "../errors.ts";

/**
 * Reads `metrics.json`: a flat object of numbers.
 *
 * Python writes NaN and Infinity, which are not JSON; they are refused by name, since no threshold can be held against them.
 * @param writer what wrote it, for the message: `src.evaluate`
 * @throws UserError for anything else
 */
export function parseMetrics(text: string, writer: string): Record<string, number> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    const name = /"([^"]*)"\s*:\s*(-?Infinity|NaN)/.exec(text);
    const reason = name === null ? "it is not valid JSON" : `${name[1]} is ${name[2]}`;
    throw new UserError(`metrics.json of ${writer}: ${reason}; expected a flat object of finite numbers.`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new UserError(`metrics.json of ${writer}: expected a flat object of finite numbers.`);
  }
  const wrong = Object.entries(parsed).find(([, value]) => typeof value !== "number" || !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new UserError(
      `metrics.json of ${writer}: ${wrong[0]} is ${typeof wrong[1] === "number" ? wrong[1] : JSON.stringify(wrong[1])}; expected a flat object of finite numbers.`,
    );
  }
  return parsed as Record<string, number>;
}

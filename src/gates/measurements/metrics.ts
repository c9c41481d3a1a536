import { UserError } from "../../errors.ts";

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
      `metrics.json of ${writer}: ${wrong[0]} is ${JSON.stringify(wrong[1])}; expected a flat object of finite numbers.`,
    );
  }
  return parsed as Record<string, number>;
}

/** Metrics of which less is better, by the names that scikit-learn and its users give them. */
const LOWER_IS_BETTER =
  /(^|_)(loss|log_loss|error|err|mae|mse|rmse|msle|rmsle|mape|smape|brier|ece|perplexity|wer|cer|hinge|deviance)(_|$)/i;

export const lowerIsBetter = (metric: string): boolean => LOWER_IS_BETTER.test(metric);

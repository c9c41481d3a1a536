import type { Threshold } from "../config/forms.ts";
import type { Config } from "../config/schema.ts";

/** What a value is held against; one of the two may be absent. */
export interface Limits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The metrics gate's thresholds, as the project configures them. Without any, those of the gate itself. */
export function metricLimits(config: Config | undefined): Record<string, Limits> {
  const {
    required: _required,
    "claim-tolerance": _tolerance,
    ...thresholds
  } = config?.gates.metrics ?? { required: true };
  if (Object.keys(thresholds).length === 0) return { accuracy: { min: 0.85 }, f1: { min: 0.8 } };
  return mapped(thresholds);
}

/** What each group is held against, by metric. */
export function sliceLimits(config: Config | undefined): Record<string, Limits> {
  const slices = config?.gates.slices;
  const least = slices?.["min-accuracy"];
  return { ...(least === undefined ? {} : { accuracy: { min: least } }), ...mapped(slices?.metrics ?? {}) };
}

/** What the measures of fairness are held against. */
export function fairnessLimits(config: Config | undefined): Record<string, Limits> {
  const fairness = config?.gates.fairness;
  if (fairness === undefined) return {};
  const parity = fairness["demographic-parity"];
  return {
    disparate_impact: { min: fairness["disparate-impact"] },
    equalized_odds: { max: fairness["equalized-odds"] },
    ...(parity === undefined ? {} : { demographic_parity: { max: parity } }),
  };
}

/** `at least 0.85`; empty for no limit. */
export const limitText = (limits: Limits | undefined): string =>
  [
    ...(limits?.min === undefined ? [] : [`at least ${limits.min}`]),
    ...(limits?.max === undefined ? [] : [`at most ${limits.max}`]),
  ].join(", ");

const mapped = (thresholds: Readonly<Record<string, unknown>>): Record<string, Limits> =>
  Object.fromEntries(Object.entries(thresholds).map(([name, limit]) => [name, limitsOf(limit as Threshold)]));

const limitsOf = (threshold: Threshold): Limits => (typeof threshold === "number" ? { min: threshold } : threshold);

/** Whether a value keeps its limits. */
export const keeps = (value: number, { min = -Infinity, max = Infinity }: Limits): boolean =>
  value >= min && value <= max;

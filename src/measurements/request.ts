import type { ComparisonRequest, PredictionsRequest, SummaryRequest } from "./predictions/settings.ts";
import type { LoadSettings, ShadowSettings } from "./serving/settings.ts";

/** With which settings each measurement is taken; a measurement that has none is asked for with an empty object. */
export interface Requests {
  readonly summary: SummaryRequest;
  readonly metrics: Readonly<Record<never, never>>;
  readonly comparison: ComparisonRequest;
  readonly predictions: PredictionsRequest;
  readonly load: LoadSettings;
  readonly cases: Readonly<Record<never, never>>;
  readonly shadow: ShadowSettings;
}

/** What is to be measured, and with which settings. */
export type MeasurementRequest = Partial<Requests>;

/**
 * One request for two who ask: each measurement is taken once, so that it serves both. Lists are put together, of counts the
 * larger is taken, and where there can be just one answer the first who asks has it.
 */
export function merged(first: MeasurementRequest, second: MeasurementRequest): MeasurementRequest {
  return {
    ...both("summary", first, second, (a, b) => ({
      classes: union(a.classes, b.classes),
      rowsOf: union(a.rowsOf, b.rowsOf),
    })),
    ...both("metrics", first, second, (a) => a),
    ...both("comparison", first, second, (a, b) => ({ metric: a.metric ?? b.metric })),
    ...both("predictions", first, second, (a, b) => ({
      slices: joined(a.slices, b.slices),
      fairness: joined(a.fairness, b.fairness),
    })),
    ...both("load", first, second, (a, b) => ({
      requests: Math.max(a.requests, b.requests),
      batchSize: a.batchSize,
      users: a.users,
    })),
    ...both("cases", first, second, (a) => a),
    ...both("shadow", first, second, (a) => a),
  };
}

/** What either asks for, or both together. */
function both<Name extends keyof Requests>(
  name: Name,
  first: MeasurementRequest,
  second: MeasurementRequest,
  join: (first: Requests[Name], second: Requests[Name]) => Requests[Name],
): MeasurementRequest {
  const [one, other]: (MeasurementRequest[Name] | undefined)[] = [first[name], second[name]];
  if (one === undefined || other === undefined)
    return one === undefined && other === undefined ? {} : { [name]: one ?? other };
  return { [name]: join(one, other) };
}

const joined = <T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined =>
  first === undefined ? second : [...first, ...(second ?? [])];

const union = (
  first: readonly string[] | undefined,
  second: readonly string[] | undefined,
): readonly string[] | undefined => {
  const all = joined(first, second);
  return all === undefined ? undefined : [...new Set(all)];
};

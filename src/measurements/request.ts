import type { ExternalCommand } from "../config/external-command.ts";
import type { LeaksRequest } from "./leaks/measure.ts";
import type { ComparisonRequest, PredictionsRequest, SummaryRequest } from "./predictions/settings.ts";
import type { RowsRequest } from "./rows/measure.ts";
import type { ServedRequest } from "./serving/measure-served.ts";
import type { LoadSettings, ShadowSettings } from "./serving/settings.ts";
import type { WorstSlicesRequest } from "./worst-slices/measure.ts";

/** The settings of each measurement; one without settings is requested with an empty object. */
export interface Requests {
  readonly summary: SummaryRequest;
  readonly metrics: Readonly<Record<never, never>>;
  readonly comparison: ComparisonRequest;
  readonly predictions: PredictionsRequest;
  readonly worstSlices: WorstSlicesRequest;
  readonly leaks: LeaksRequest;
  readonly rows: RowsRequest;
  readonly served: ServedRequest;
  readonly load: LoadSettings;
  readonly cases: Readonly<Record<never, never>>;
  readonly shadow: ShadowSettings;
  /** The commands from outside, by their names. */
  readonly external: Readonly<Record<string, ExternalCommand>>;
}

/** The measurements to take, with their settings. */
export type MeasurementRequest = Partial<Requests>;

/**
 * Merges two requests, so that each measurement is taken once for both. Lists are joined, the larger count wins, and
 * any other setting is that of the first request.
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
    ...both("worstSlices", first, second, (a) => a),
    ...both("leaks", first, second, (a) => a),
    ...both("rows", first, second, (a, b) => ({ sample: Math.max(a.sample, b.sample) })),
    ...both("served", first, second, (a) => a),
    ...both("load", first, second, (a, b) => ({
      requests: Math.max(a.requests, b.requests),
      batchSize: a.batchSize,
      users: a.users,
    })),
    ...both("cases", first, second, (a) => a),
    ...both("shadow", first, second, (a) => a),
    ...both("external", first, second, (a, b) => ({ ...a, ...b })),
  };
}

/** The settings of one request, or those of both joined. */
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

const union = <T>(first: readonly T[] | undefined, second: readonly T[] | undefined): readonly T[] | undefined => {
  const all = joined(first, second);
  return all === undefined ? undefined : [...new Set(all)];
};

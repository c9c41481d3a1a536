import type { z } from "zod";
import type { Limit } from "../checks/limit.ts";
import { boundsOf, type Threshold } from "../config/forms.ts";
import { lowerIsBetter, metricNamed, needOf, possibleRange } from "../measurements/predictions/names.ts";

/* Shared by the gates whose settings name metrics: which direction is better, and what a metric can be at all. */

/** A bare number is the worst value that passes: the least, or the greatest of a metric whose lower values are better. */
export const metricLimit = (metric: string, threshold: Threshold): Limit =>
  typeof threshold === "number" && lowerIsBetter(metric) === true ? { max: threshold } : boundsOf(threshold);

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

const report = (problems: readonly Problem[], issues: z.core.$ZodRawIssue[], input: unknown): void => {
  for (const { path, message } of problems) issues.push({ code: "custom", input, path: [...path], message });
};

/**
 * Refuses bare numbers for metrics of unknown direction, and limits that no model can be at.
 *
 * @param tableOf the thresholds by metric
 * @param below the key of their table, if they have one of their own
 */
export const checkThresholds =
  <Settings>(tableOf: (settings: Settings) => Readonly<Record<string, Threshold>>, ...below: readonly string[]) =>
  ({ value, issues }: z.core.ParsePayload<Settings>): void => {
    const problems = Object.entries(tableOf(value)).flatMap(([metric, threshold]): Problem[] => {
      const path = [...below, metric];
      if (typeof threshold === "number" && lowerIsBetter(metric) === undefined) {
        const message = `expected { min = ${threshold} } or { max = ${threshold} }, since the name does not say whether lower values of ${metric} are better`;
        return [{ path, message }];
      }
      // Without columns of their own in the predictions, such metrics are what metrics.json claims: a MAP may be of boxes, in per cent.
      const range = needOf(metric) === undefined ? possibleRange(metric) : undefined;
      const { min, max } = boundsOf(threshold);
      const outside = [min, max].find(
        (end) => range !== undefined && end !== undefined && (end < range[0] || end > range[1]),
      );
      return outside === undefined || range === undefined ? [] : [{ path, message: impossible(metric, range) }];
    });
    report(problems, issues, value);
  };

const impossible = (metric: string, [low, high]: readonly [number, number]): string =>
  Number.isFinite(low) && Number.isFinite(high)
    ? `expected a number from ${low} to ${high}, which ${metric} is`
    : Number.isFinite(low)
      ? `expected a number of at least ${low}, which ${metric} is`
      : `expected a number of at most ${high}, which ${metric} is`;

/** The settings of a gate that compares one metric. */
interface ComparedMetric {
  readonly metric?: string | undefined;
  readonly "lower-is-better"?: boolean | undefined;
}

/** Refuses a metric whose direction nobody says, and one that says it otherwise than its name. */
export const checkDirection =
  (gate: string) =>
  ({ value, issues }: z.core.ParsePayload<ComparedMetric>): void => {
    const { metric, "lower-is-better": said } = value;
    if (metric === undefined) return;
    const named = lowerIsBetter(metric);
    if (named === undefined && said === undefined) {
      const message = `expected gates.${gate}.lower-is-better = true (or false) beside it, since the name does not say whether lower values of ${metric} are better`;
      report([{ path: ["metric"], message }], issues, value);
    }
    if (metricNamed(metric) !== undefined && named !== undefined && said !== undefined && said !== named) {
      const message = `expected no such key, since ${named === true ? "lower" : "higher"} values of ${metric} are better`;
      report([{ path: ["lower-is-better"], message }], issues, value);
    }
  };

/** Whether lower values are better: as configured, or else as the name says. */
export const directionOf = (metric: string, { "lower-is-better": said }: ComparedMetric): boolean =>
  said ?? lowerIsBetter(metric) ?? false;

import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside, type Limit } from "../checks/limit.ts";
import type { ServingReason } from "../checks/reasons/serving.ts";
import { name, required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { changing } from "../measurements/harms.ts";
import { disagreeing } from "../measurements/serving/harmed.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { defineGate } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** The recorded requests, a file of the project; when absent that of `serve.requests`, or `tests/shadow/requests.jsonl`. */
  requests: name.optional(),
  /** Least share of the requests that candidate and production answer alike. */
  "min-agreement": stricter("higher", share).default(0.95),
  /** Numbers agree when they differ by at most this share of production's. */
  tolerance: stricter("lower", share).default(0.01),
  /** Requests a second, or as they were recorded; when absent, the next request follows once both have answered. */
  rate: z
    .union([z.number().positive(), z.literal("recorded")], {
      error: 'expected a number of requests a second, or "recorded"',
    })
    .optional(),
  /** Share of the requests that the candidate may fail to answer. */
  "max-errors": stricter("lower", share).default(0),
});

/**
 * The candidate answers recorded requests as production does.
 *
 * Production is asked twice: what it answers otherwise the second time is not held against the candidate. The interval of
 * the difference, over the same requests, decides: an agreement below the limit fails when all of the interval is, and is
 * inconclusive otherwise.
 */
export const shadowGate = defineGate({
  id: "shadow",
  settings,
  needs: ({ requests, tolerance, rate }) => ({ shadow: { requests, tolerance, rate } }),
  decide({ shadow: { requests, agreed, repeated, agreement, errors, latency, scores } }, settings) {
    const informative = { outcome: "kept" } as const;
    return [
      agreementCheck(agreement, { min: settings["min-agreement"] }, { code: "agreement", requests, agreed, repeated }),
      ...(errors.candidate === 0
        ? []
        : [
            shareCheck(
              "requests not answered",
              errors.candidate / requests,
              { max: settings["max-errors"] },
              {
                ...{ code: "unanswered", requests: errors.candidate, examples: errors.examples },
              },
            ),
          ]),
      ...(errors.production === 0
        ? []
        : [
            {
              ...{ what: "requests not answered by production", value: errors.production, ...informative },
              reason: { code: "unanswered-by-production" } as const,
            },
          ]),
      ...(scores === undefined
        ? []
        : [
            {
              ...{ what: "difference of scores", value: scores.meanAbsoluteDifference, ...informative },
              reason: { code: "score-difference" } as const,
            },
          ]),
      {
        ...{
          what: "median",
          value: latency.candidate.p50,
          unit: "ms",
          baseline: latency.production.p50,
          ...informative,
        },
        reason: { code: "replay-median" },
      },
    ];
  },
  mutants: () => [
    { name: "wrong answers from the candidate", serving: { answers: "wrong" } },
    { name: "the candidate refuses every request", serving: { answers: "failing" } },
  ],
  harms: (_settings, { confidence }) => [
    {
      ...{ name: "requests answered otherwise than production does", unit: "requests", steps: MOST_REQUESTS },
      size: (steps) => steps,
      measured: changing("shadow", (replay, steps) => disagreeing(replay, steps, confidence)),
    },
  ],
});

/** No replay has more. */
const MOST_REQUESTS = 1_000_000;

/** An agreement below its limit fails beyond the noise of so few requests, and is uncertain within it. */
function agreementCheck({ value, interval }: Estimate, limit: Limit, reason: ServingReason): Check {
  const surely = interval === undefined || isOutside(interval.high, limit);
  return {
    ...{ what: "requests answered as production did", value, unit: "share", limit, reason },
    ...(interval === undefined ? {} : { interval }),
    outcome: !isOutside(value, limit) ? "kept" : surely ? "broken" : "unsure",
  };
}

const shareCheck = (what: string, value: number, limit: Limit, reason: ServingReason): Check => ({
  ...{ what, value, unit: "share", limit, reason },
  outcome: isOutside(value, limit) ? "broken" : "kept",
});

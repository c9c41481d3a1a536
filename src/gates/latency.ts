import { z } from "zod";
import type { Check, Outcome } from "../checks/check.ts";
import { isOutside } from "../checks/limit.ts";
import type { Reason } from "../checks/reason.ts";
import type { Delay, Proof } from "../checks/reasons/serving.ts";
import { duration, required } from "../config/forms.ts";
import { guessed, stricter } from "../config/stricter.ts";
import { changing } from "../measurements/harms.ts";
import { delayed } from "../measurements/serving/harmed.ts";
import type { LatencyComparison, LoadTest, ServedLoad } from "../measurements/serving/load.ts";
import { mostOver } from "../statistics/latency.ts";
import { short } from "../text.ts";
import { defineGate } from "./gate.ts";

/** How fast most services must be; how fast a project's must be, only the project knows. In milliseconds. */
export const GUESSED_LATENCY = { "single-ms": 100, "per-sample-ms": 50 } as const;

const settings = z.strictObject({
  required,
  /** Limit of the 95th percentile of single requests. */
  "single-ms": guessed("lower", duration, GUESSED_LATENCY["single-ms"]),
  /** Limit of the 95th percentile of a batch, divided by its size. */
  "per-sample-ms": guessed("lower", duration, GUESSED_LATENCY["per-sample-ms"]),
  /** The share by which the model may be slower than the baseline. */
  tolerance: stricter("lower", z.number().min(0)).default(0.25),
  /** A slowdown of fewer milliseconds is always allowed, since no client notices it. */
  "tolerance-ms": stricter("lower", z.number().min(0)).default(2),
  /** The greatest resident memory of the server, in megabytes; not judged when absent. */
  "max-memory-mb": stricter("lower", z.number().positive()).optional(),
  /** The least number of answers a second, with `users` concurrent clients; not judged when absent. */
  "min-throughput": stricter("higher", z.number().positive()).optional(),
  /**
   * Whether the limits of the 95th percentile must be proven at `evaluation.confidence`. Otherwise a measured one below the
   * limit passes, and the report says whether it is proven.
   */
  proven: stricter("true", z.boolean()).default(false),
  /** Single requests that are measured for each model; fewer when they take long. */
  requests: stricter("higher", z.int().min(30).max(100_000)).default(200),
  /** Instances in a request of the batch measurement. */
  "batch-size": z.int().min(2).max(10_000).default(32),
  /** Concurrent clients when the throughput is measured. */
  users: z.int().min(1).max(1000).default(4),
});
type Settings = z.output<typeof settings>;

/**
 * The built image answers fast enough, and no slower than the baseline's image, which is measured in turn with it.
 *
 * The limits in milliseconds apply to the measured 95th percentile. A measured one below the limit does not prove that the
 * true one is: the gate says how many requests were over the limit, and whether that proves it. The comparison fails a model only when it is
 * slower beyond both the tolerance and noise.
 */
export const latencyGate = defineGate({
  id: "latency",
  settings,
  needs: ({ requests, users, "batch-size": batchSize }) => ({ load: { requests, batchSize, users } }),
  decide({ load }, settings) {
    const { comparison } = load;
    return [
      ...absoluteChecks(load, settings),
      ...(comparison === undefined
        ? []
        : [
            compare("median", comparison.p50, settings, { outcome: "unsure", code: "slower-within-noise" }),
            // On a busy machine the slowest times are the machine's, so the tail fails a model only when it is
            // certainly slower. The median decides whether more must be measured.
            compare("95th percentile", comparison.p95, settings, { outcome: "kept", code: "too-noisy" }),
          ]),
    ];
  },
  mutants: (settings) => [
    {
      name: `each answer ${short(2 * limitOf(settings, "single-ms").max)} ms later`,
      serving: { delayMilliseconds: 2 * limitOf(settings, "single-ms").max },
    },
    { name: "every request refused", serving: { answers: "failing" } },
  ],
  harms: (settings, { confidence }) => [
    {
      ...{ name: "each answer later", unit: "ms" },
      steps: Math.ceil(MOST_LIMITS * limitOf(settings, "single-ms").max * STEPS_OF_A_MILLISECOND),
      size: (steps) => steps / STEPS_OF_A_MILLISECOND,
      measured: changing("load", (load, steps) => delayed(load, steps / STEPS_OF_A_MILLISECOND, confidence)),
    },
  ],
});

/** The delays that the gate is graded by: up to so many times the limit of one request, in tenths of a millisecond. */
const MOST_LIMITS = 2;
const STEPS_OF_A_MILLISECOND = 10;

type LimitKey = keyof typeof GUESSED_LATENCY;

const limitOf = (settings: Settings, key: LimitKey): { readonly max: number } => ({
  max: settings[key] ?? GUESSED_LATENCY[key],
});

/** Whether nobody said a limit. */
const guessOf = (settings: Settings, key: LimitKey): { readonly guessed?: true } =>
  settings[key] === undefined ? { guessed: true } : {};

function absoluteChecks({ candidate, baseline, confidence }: LoadTest, settings: Settings): Check[] {
  const { single, batch, throughput, peakMemoryBytes, errors } = candidate;
  const limit = limitOf(settings, "single-ms");
  const maxMemory = settings["max-memory-mb"];
  const minThroughput = settings["min-throughput"];
  return [
    ...(errors.count === 0
      ? []
      : [
          limited({
            ...{ what: "failed requests", value: errors.count, limit: { max: 0 } },
            reason: { code: "failed-requests", examples: errors.examples },
          }),
        ]),
    provable(settings, {
      ...{
        what: "95th percentile of one request",
        value: single.p95,
        unit: "ms",
        limit,
      },
      ...(single.interval === undefined ? {} : { interval: single.interval }),
      ...(baseline === undefined ? {} : { baseline: baseline.single.p95 }),
      reason: {
        ...{ code: "one-request", ...guessOf(settings, "single-ms") },
        ...proofOf(single.samples, limit.max, confidence),
      },
    }),
    ...(batch === undefined ? [] : [batchCheck(batch, settings, confidence)]),
    ...(maxMemory === undefined ? [] : [memoryCheck(peakMemoryBytes, maxMemory)]),
    ...(minThroughput === undefined
      ? []
      : [
          limited({
            ...{ what: "answers a second", value: throughput.perSecond, limit: { min: minThroughput } },
            reason: { code: "under-load", clients: throughput.users },
          }),
        ]),
  ];
}

function batchCheck(
  { perSample, size, samples }: NonNullable<ServedLoad["batch"]>,
  settings: Settings,
  confidence: number | undefined,
): Check {
  const limit = limitOf(settings, "per-sample-ms");
  return provable(settings, {
    ...{ what: "a sample of a batch", value: perSample, unit: "ms", limit },
    reason: {
      ...{ code: "batch", size, ...guessOf(settings, "per-sample-ms") },
      ...proofOf(samples, limit.max * size, confidence),
    },
  });
}

const QUANTILE = 0.95;

/** How many requests were over the limit, and what that proves; nothing where the samples are not known. */
function proofOf(
  samples: readonly number[],
  limit: number,
  confidence: number | undefined,
): { readonly proof?: Proof } {
  if (confidence === undefined || samples.length === 0) return {};
  const over = samples.filter((sample) => sample > limit).length;
  return {
    proof: { over, requests: samples.length, most: mostOver(samples.length, QUANTILE, confidence), confidence },
  };
}

type Limited = Omit<Check, "outcome"> & Required<Pick<Check, "value" | "limit">>;

/** A value within its limit is uncertain when the limit must be proven, and is not. */
function provable(
  { proven }: Settings,
  check: Limited & { readonly reason: { readonly proof?: Proof } & Reason },
): Check {
  const judged = limited(check);
  const { proof } = check.reason;
  const unproven = proof === undefined || proof.over > proof.most;
  return proven && unproven && judged.outcome === "kept" ? { ...judged, outcome: "unsure" } : judged;
}

function memoryCheck(bytes: number | undefined, maxMegabytes: number): Check {
  const check = { what: "memory", unit: "MB", limit: { max: maxMegabytes } } as const;
  return bytes === undefined
    ? { ...check, outcome: "missing", reason: { code: "memory-not-read" } }
    : limited({ ...check, value: bytes / 1e6, reason: { code: "memory" } });
}

/** A value beyond its limit is broken, whatever its interval. */
const limited = (check: Limited): Check => ({
  ...check,
  outcome: isOutside(check.value, check.limit) ? "broken" : "kept",
});

/**
 * Judges whether the candidate is certainly slower, not slower, or neither.
 *
 * @param uncertain the result when neither is certain
 */
function compare(
  what: string,
  { ratio, ratioInterval, difference, differenceInterval }: LatencyComparison,
  settings: Settings,
  uncertain: { readonly outcome: Outcome; readonly code: "slower-within-noise" | "too-noisy" },
): Check {
  const limit = { max: 1 + settings.tolerance };
  const slack = settings["tolerance-ms"];
  const delay: Delay = { milliseconds: difference, millisecondsInterval: differenceInterval, slack };
  const check = { what, value: ratio, interval: ratioInterval, unit: "times", limit } as const;
  if (ratio <= limit.max || difference <= slack) {
    return { ...check, outcome: "kept", reason: { code: "not-slower", ...delay } };
  }
  return ratioInterval.low > limit.max && differenceInterval.low > slack
    ? { ...check, outcome: "broken", reason: { code: "slower-beyond-noise", ...delay } }
    : { ...check, outcome: uncertain.outcome, reason: { code: uncertain.code, ...delay } };
}

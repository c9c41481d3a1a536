import { z } from "zod";
import { duration, required } from "../config/forms.ts";
import type { LatencyComparison, LoadTest } from "../measurements/serving/load.ts";
import { counted, intervalText, milliseconds, short, shortBeyond } from "../text.ts";
import { defineGate, type Finding, failed, inconclusive, passed } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** Limit of the 95th percentile of single requests. */
  "single-ms": duration.default(100),
  /** Limit of the 95th percentile of a batch, divided by its size. */
  "per-sample-ms": duration.default(50),
  /** The share by which the model may be slower than the baseline. */
  tolerance: z.number().min(0).default(0.25),
  /** A slowdown of fewer milliseconds is allowed whatever its share: no client notices it. */
  "tolerance-ms": z.number().min(0).default(2),
  /** The greatest resident memory of the server, in megabytes; not judged when absent. */
  "max-memory-mb": z.number().positive().optional(),
  /** The least number of answers a second, with `users` clients at once; not judged when absent. */
  "min-throughput": z.number().positive().optional(),
  /** Single requests that are measured of each model; fewer where they take long. */
  requests: z.int().min(30).max(100_000).default(200),
  /** Instances in a request of the batch measurement. */
  "batch-size": z.int().min(2).max(10_000).default(32),
  /** Clients at once when the throughput is measured. */
  users: z.int().min(1).max(1000).default(4),
});
type Settings = z.output<typeof settings>;

/**
 * The built image answers fast enough, and no slower than the baseline's image measured in turn with it.
 *
 * The limits in milliseconds hold for the measured 95th percentile; the comparison fails only what is slower beyond the
 * tolerance and beyond noise.
 */
export const latencyGate = defineGate({
  id: "latency",
  settings,
  needs: ["load"],
  decide({ load }, settings) {
    const absolute = absoluteChecks(load, settings);
    const relative =
      load.comparison === undefined
        ? []
        : [
            compare("median", load.comparison.p50, settings, measureMore),
            compare("95th percentile", load.comparison.p95, settings, tooNoisy),
          ];
    const numbers = numbersOf(load);
    const broken = [...absolute, ...relative].filter((one) => one.status === "failed");
    if (broken.length > 0) return failed(texts(broken), numbers);
    const unsure = relative.filter((one) => one.status === "inconclusive");
    if (unsure.length > 0) return inconclusive(texts(unsure), numbers);
    return passed(texts([...absolute, ...relative]), numbers);
  },
  deciding: ({ p95, perSample, ratioP50, ratioP95, baselineP95 }, settings) => {
    const before = baselineP95 === undefined ? [] : [`baseline ${milliseconds(baselineP95)}`];
    if (p95 !== undefined && p95 > settings["single-ms"]) {
      const against = [`at most ${settings["single-ms"]} ms`, ...before];
      return { figure: milliseconds(p95), name: "95th percentile of one request", against };
    }
    if (perSample !== undefined && perSample > settings["per-sample-ms"]) {
      const against = [`at most ${settings["per-sample-ms"]} ms`];
      return { figure: milliseconds(perSample), name: "a sample of a batch", against };
    }
    const ratio = Math.max(ratioP50 ?? 0, ratioP95 ?? 0);
    const most = 1 + settings.tolerance;
    if (ratio <= most) return undefined;
    return { figure: `${ratio.toFixed(2)} ×`, name: "the baseline's latency", against: [`at most ${short(most)} ×`] };
  },
  mutants: (settings) => [
    {
      name: `each answer ${short(2 * settings["single-ms"])} ms later`,
      serving: { delayMilliseconds: 2 * settings["single-ms"] },
    },
    { name: "every request refused", serving: { answers: "failing" } },
  ],
});

type Check = Pick<Finding, "status" | "message">;

const texts = (checks: readonly Check[]): string => checks.map((one) => one.message).join("; ");

function absoluteChecks({ candidate }: LoadTest, settings: Settings): Check[] {
  const { single, batch, throughput, peakMemoryBytes, errors } = candidate;
  const memory = settings["max-memory-mb"];
  const least = settings["min-throughput"];
  return [
    ...(errors.count > 0
      ? [
          {
            status: "failed" as const,
            message: `${counted(errors.count, "request")} failed: ${errors.examples.join("; ")}`,
          },
        ]
      : []),
    atMost("one request", single.p95, settings["single-ms"], "ms (p95", intervalText(single.interval)),
    atMost(`a batch of ${batch.size}`, batch.perSample, settings["per-sample-ms"], "ms a sample (p95", ""),
    ...(memory === undefined ? [] : [memoryCheck(peakMemoryBytes, memory)]),
    ...(least === undefined
      ? []
      : [
          {
            status: throughput.perSecond < least ? ("failed" as const) : ("passed" as const),
            message: `${short(throughput.perSecond)} answers a second with ${counted(throughput.users, "client")} (at least ${short(least)})`,
          },
        ]),
  ];
}

function atMost(what: string, value: number, limit: number, unit: string, interval: string): Check {
  const over = value > limit;
  return {
    status: over ? "failed" : "passed",
    message: `${what} ${over ? shortBeyond(value, (one) => one > limit) : milli(value)} ${unit}${interval}, at most ${limit})`,
  };
}

function memoryCheck(bytes: number | undefined, limit: number): Check {
  if (bytes === undefined) return { status: "failed", message: "the server's memory could not be read" };
  const megabytes = bytes / 1e6;
  return {
    status: megabytes > limit ? "failed" : "passed",
    message: `${megabytes.toFixed(0)} MB of memory (at most ${limit})`,
  };
}

const measureMore = (text: string): Check => ({
  status: "inconclusive",
  message: `${text}: slower, but within noise; measure more requests (gates.latency.requests), or on a quieter machine`,
});

/**
 * The tail of a busy machine's times is mostly the machine's: it fails a model only where it is slower for certain, and the
 * median tells whether more must be measured.
 */
const tooNoisy = (text: string): Check => ({ status: "passed", message: `${text}: too noisy to tell` });

/**
 * Slower for certain, not slower, or in between.
 *
 * @param unsure what is made of the last
 */
function compare(
  what: string,
  { ratio, ratioInterval, difference, differenceInterval }: LatencyComparison,
  settings: Settings,
  unsure: (text: string) => Check,
): Check {
  const limit = 1 + settings.tolerance;
  const slack = settings["tolerance-ms"];
  const text = `${what} ${ratio.toFixed(2)} times the baseline's${intervalText(ratioInterval)}, ${difference < 0 ? "−" : "+"}${milli(Math.abs(difference))} ms (at most ${short(limit)} times, or +${short(slack)} ms)`;
  if (ratio <= limit || difference <= slack) return { status: "passed", message: text };
  const certain = ratioInterval.low > limit && differenceInterval.low > slack;
  return certain ? { status: "failed", message: `${text}: slower beyond noise` } : unsure(text);
}

const milli = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

function numbersOf({ candidate, baseline, comparison }: LoadTest): Record<string, number> {
  return {
    p50: candidate.single.p50,
    p95: candidate.single.p95,
    ...(candidate.single.p99 === undefined ? {} : { p99: candidate.single.p99 }),
    perSample: candidate.batch.perSample,
    perSecond: candidate.throughput.perSecond,
    ...(candidate.peakMemoryBytes === undefined ? {} : { peakMemoryBytes: candidate.peakMemoryBytes }),
    ...(baseline === undefined ? {} : { baselineP50: baseline.single.p50, baselineP95: baseline.single.p95 }),
    ...(comparison === undefined ? {} : { ratioP50: comparison.p50.ratio, ratioP95: comparison.p95.ratio }),
  };
}

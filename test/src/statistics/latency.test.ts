import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareLatency, latencyQuantiles, mostOver, quantileInterval } from "../../../src/statistics/latency.ts";
import { randomOf } from "../../../src/statistics/random.ts";

const OPTIONS = { resamples: 500, confidence: 0.95, seed: 1 };
const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

describe("quantiles of times", () => {
  test("with the samples that enclose them", () => {
    const { p50, p95, p99 } = latencyQuantiles(upTo(100).reverse(), 0.95);
    // Ranks 40 and 61: the well-known ones of a hundred samples' median.
    expect(p50).toEqual({ value: 50.5, interval: { low: 40, high: 61 } });
    expect(p95.value).toBeCloseTo(95.05, 9);
    expect(p95.interval?.low).toBeLessThan(95);
    expect(p99?.value).toBeCloseTo(99.01, 9);
    expect(p99?.interval).toBeUndefined();
  });

  test("the 99th percentile needs a hundred", () => {
    expect(latencyQuantiles(upTo(99), 0.95)).not.toHaveProperty("p99");
  });

  test("the 95th has an interval from 72 samples on", () => {
    expect(quantileInterval(upTo(71), 0.95, 0.95)).toBeUndefined();
    expect(quantileInterval(upTo(72), 0.95, 0.95)?.high).toBe(72);
  });

  test("the interval covers at least as often as its confidence", () => {
    const random = randomOf(11);
    let covered = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const interval = quantileInterval(Float64Array.from({ length: 80 }, random).sort(), 0.5, 0.9);
      if (interval !== undefined && interval.low <= 0.5 && interval.high >= 0.5) covered++;
    }
    // Four standard deviations of 2,000 trials below the nine tenths.
    expect(covered / 2000).toBeGreaterThan(0.9 - 4 * Math.sqrt(0.09 / 2000));
  });
});

describe("two services", () => {
  const times = (slower: number, random = randomOf(5)): number[] => upTo(400).map(() => (1 + random()) * slower);

  test("of which one takes twice as long", () => {
    const baseline = times(10);
    const { p50, p95 } = compareLatency(
      baseline.map((time) => 2 * time),
      baseline,
      OPTIONS,
    );
    for (const { ratio, ratioInterval } of [p50, p95]) {
      expect([ratio, ratioInterval.low, ratioInterval.high].map((one) => one.toFixed(9))).toEqual(
        new Array(3).fill("2.000000000"),
      );
    }
    expect(p50.difference).toBeGreaterThan(p50.differenceInterval.low);
    expect(p50.difference).toBeLessThan(p50.differenceInterval.high);
  });

  test("that are alike", () => {
    const { p50 } = compareLatency(times(10, randomOf(1)), times(10, randomOf(2)), OPTIONS);
    expect(p50.ratioInterval.low).toBeLessThan(1);
    expect(p50.ratioInterval.high).toBeGreaterThan(1);
  });

  test("a burst that slows both makes neither the slower one", () => {
    const burst = (time: number, at: number): number => (at >= 100 && at < 160 ? 5 * time : time);
    const { p50 } = compareLatency(times(10, randomOf(1)).map(burst), times(10, randomOf(2)).map(burst), OPTIONS);
    expect(p50.ratioInterval.low).toBeLessThan(1);
    expect(p50.ratioInterval.high).toBeGreaterThan(1);
  });

  test("whose times come in runs have wider intervals than the same times in random order", () => {
    const random = randomOf(8);
    const level = Array.from({ length: 64 }, random);
    const runs = Array.from({ length: 512 }, (_, at) => (level[Math.floor(at / 8)] as number) + random() / 10);
    // 173 and 512 have no common divisor: each time comes once.
    const scattered = runs.map((_, at) => runs[(at * 173) % 512] as number);
    const width = (times: readonly number[]): number => {
      const { low, high } = compareLatency(times, new Array<number>(512).fill(1), OPTIONS).p50.differenceInterval;
      return high - low;
    };
    expect(width(runs)).toBeGreaterThan(1.5 * width(scattered));
  });

  test("the observed quantiles are those of the samples", () => {
    const sample = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 50 }), (pairs) => {
        const ours = pairs.map(([one]) => one);
        const theirs = pairs.map(([, other]) => other);
        const { p50, p95 } = compareLatency(ours, theirs, { ...OPTIONS, resamples: 2 });
        const [own, other] = [latencyQuantiles(ours, 0.95), latencyQuantiles(theirs, 0.95)];
        expect(p50.difference).toBeCloseTo(own.p50.value - other.p50.value, 9);
        expect(p95.ratio).toBeCloseTo(own.p95.value / other.p95.value, 9);
      }),
    );
  });

  test("need as many samples each", () => {
    expect(() => compareLatency([1], [1, 2], OPTIONS)).toThrow(RangeError);
    expect(() => compareLatency([], [], OPTIONS)).toThrow(RangeError);
  });
});

describe("requests over a limit", () => {
  test.each([
    [100, 1],
    [200, 4],
    [300, 8],
    [500, 16],
    [1000, 38],
    [59, 0],
    [58, -1],
    [1, -1],
  ])("of %i at most %i, when the 95th percentile shall be proven at 95 %%", (requests, most) => {
    expect(mostOver(requests, 0.95, 0.95)).toBe(most);
  });

  test("fewer at a higher confidence", () => {
    expect(mostOver(1000, 0.95, 0.99)).toBeLessThan(38);
  });

  test("is the greatest number that a service at the limit has as seldom as the confidence says", () => {
    const atMost = (over: number, requests: number, share: number): number => {
      let [term, sum] = [share ** requests, 0];
      for (let at = 0; at <= over; at++) {
        sum += term;
        term *= ((requests - at) / (at + 1)) * ((1 - share) / share);
      }
      return sum;
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom(0.5, 0.9, 0.95, 0.99),
        fc.constantFrom(0.8, 0.9, 0.95, 0.99),
        (requests, share, confidence) => {
          const most = mostOver(requests, share, confidence);
          if (most >= 0) expect(atMost(most, requests, share)).toBeLessThanOrEqual(1 - confidence + 1e-9);
          if (most < requests) expect(atMost(most + 1, requests, share)).toBeGreaterThan(1 - confidence - 1e-9);
        },
      ),
      { numRuns: 300 },
    );
  });
});

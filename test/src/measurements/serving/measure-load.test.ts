import { expect, test } from "vitest";
import { type RawLoad, toLoadTest } from "../../../../src/measurements/serving/measure-load.ts";

const raw = (changes: Partial<RawLoad> = {}): RawLoad => ({
  single: Array.from({ length: 100 }, (_unused, index) => index + 1),
  batch: [64, 64, 64],
  answered: 300,
  seconds: 2,
  readySeconds: 0.5,
  peakMemoryBytes: 5e6,
  errors: 0,
  examples: [],
  ...changes,
});
const settings = { requests: 100, batchSize: 32, users: 4 };

test("quantiles, throughput and memory of one model", () => {
  const { candidate, baseline, comparison } = toLoadTest({ candidate: raw() }, settings, 0.95);
  expect(candidate).toMatchObject({
    single: { p50: 50.5, p95: 95.05 },
    batch: { size: 32, p95: 64, perSample: 2 },
    throughput: { users: 4, perSecond: 150 },
    peakMemoryBytes: 5e6,
    readySeconds: 0.5,
  });
  expect(candidate.single.p99).toBeCloseTo(99.01);
  expect([baseline, comparison]).toEqual([undefined, undefined]);
});

test("under a hundred requests there is no 99th percentile, and what was not seen is absent", () => {
  const few = raw({ single: [1, 2, 3], peakMemoryBytes: null, readySeconds: null, seconds: 0 });
  const { candidate } = toLoadTest({ candidate: few }, settings, 0.95);
  expect(candidate.single).not.toHaveProperty("p99");
  expect(candidate.single).not.toHaveProperty("interval");
  expect(candidate).not.toHaveProperty("peakMemoryBytes");
  expect(candidate).not.toHaveProperty("readySeconds");
  expect(candidate.throughput.perSecond).toBe(0);
});

test("two models are compared pair by pair", () => {
  const twice = raw({ single: raw().single.map((one) => 2 * Number(one)) });
  const { comparison } = toLoadTest({ candidate: twice, baseline: raw() }, settings, 0.95);
  expect(comparison?.p50.ratio).toBeCloseTo(2);
  const holes = raw({ single: raw().single.map((one, index) => (index % 3 === 0 ? null : one)), errors: 34 });
  const withHoles = toLoadTest({ candidate: holes, baseline: raw() }, settings, 0.95);
  expect(withHoles.comparison?.p50).toMatchObject({ ratio: 1, difference: 0 });
  expect(withHoles.candidate.single.samples).toHaveLength(66);
  const none = raw({ single: [null] });
  expect(toLoadTest({ candidate: none, baseline: raw() }, settings, 0.95)).not.toHaveProperty("comparison");
});

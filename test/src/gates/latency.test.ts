import { describe, expect, test } from "vitest";
import { latencyGate } from "../../../src/gates/latency.ts";
import type { LatencyComparison, LoadTest, ServedLoad } from "../../../src/measurements/serving/load.ts";
import { decisionOf } from "../support.ts";

const served = (p95: number, changes: Partial<ServedLoad> = {}): ServedLoad => ({
  single: { p50: p95 / 2, p95, interval: { low: p95 - 1, high: p95 + 1 }, samples: [] },
  batch: { p50: 10, p95: 64, interval: { low: 60, high: 70 }, samples: [], size: 32, perSample: 2 },
  throughput: { users: 4, perSecond: 500 },
  readySeconds: 1,
  errors: { count: 0, examples: [] },
  ...changes,
});
const compared = (ratio: number, low: number, high: number, difference = 10): LatencyComparison => ({
  ratio,
  ratioInterval: { low, high },
  difference,
  differenceInterval: { low: difference - 1, high: difference + 1 },
});
const same = compared(1, 0.98, 1.02, 0);
const decide = (load: LoadTest, toml = "") => decisionOf(latencyGate, { load }, toml);

describe("limits in milliseconds", () => {
  test("hold for the 95th percentile, in one request and in a batch", async () => {
    expect(await decide({ candidate: served(99) })).toMatchObject({
      status: "passed",
      message: "one request 99 ms (p95 [98, 100], at most 100); a batch of 32 2.00 ms a sample (p95, at most 50)",
    });
    expect(await decide({ candidate: served(100.01) })).toMatchObject({
      status: "failed",
      message:
        "one request 100.01 ms (p95 [99.01, 101.01], at most 100): a guess of the pipeline, and gates.latency.single-ms = 110 allows it",
    });
    expect((await decide({ candidate: served(9) }, "[gates.latency]\nper-sample-ms = 1")).message).toBe(
      "a batch of 32 2 ms a sample (p95, at most 1)",
    );
  });

  test("limits that nobody set are called guesses where a server breaks them, with a line that allows it", async () => {
    const slow = served(1234, { batch: { p50: 10, p95: 64, samples: [], size: 32, perSample: 51 } });
    const broken = async (toml: string) =>
      (await decide({ candidate: slow }, toml)).message.split("; ").map((one) => one.replace(/^.*\)/, ""));
    expect(await broken("")).toEqual([
      ": a guess of the pipeline, and gates.latency.single-ms = 1300 allows it",
      ": a guess of the pipeline, and gates.latency.per-sample-ms = 51 allows it",
    ]);
    // A limit of the project's own is no guess, whatever it is, and what one line allows is allowed.
    expect(await broken("[gates.latency]\nsingle-ms = 100")).toEqual([
      "",
      ": a guess of the pipeline, and gates.latency.per-sample-ms = 51 allows it",
    ]);
    const allowed = "[gates.latency]\nsingle-ms = 1300\nper-sample-ms = 51";
    expect((await decide({ candidate: slow }, allowed)).status).toBe("passed");
    // Unproven is not broken.
    expect((await decide({ candidate: served(9) }, "[gates.latency]\nproven = true")).message).not.toContain("guess");
  });

  test("what is proven is another thing than what is measured", async () => {
    const withOver = (over: number): LoadTest => {
      const samples = Array.from({ length: 200 }, (_, index) => (index < over ? 101 : 50));
      const single = { p50: 50, p95: over > 10 ? 101 : 50, samples };
      return { candidate: served(50, { single }), confidence: 0.95 };
    };
    const batch = "a batch of 32 2.00 ms a sample (p95, at most 50)";
    expect(await decide(withOver(4))).toMatchObject({
      status: "passed",
      message: `one request 50 ms (p95, at most 100), 4 of 200 over: proven at 95 %; ${batch}`,
    });
    expect(await decide(withOver(10))).toMatchObject({
      status: "passed",
      message: `one request 50 ms (p95, at most 100), 10 of 200 over: not proven at 95 %, at most 4 may be over; ${batch}`,
    });
    expect((await decide(withOver(11))).status).toBe("failed");
    const few: LoadTest = {
      candidate: served(50, { single: { p50: 50, p95: 50, samples: new Array(30).fill(50) } }),
      confidence: 0.95,
    };
    expect((await decide(few)).message).toContain("0 of 30 over: not proven at 95 %, too few requests");
    const proven = "[gates.latency]\nproven = true";
    expect((await decide(withOver(10), proven)).status).toBe("inconclusive");
    expect((await decide(withOver(11), proven)).status).toBe("failed");
  });

  test("a request that fails fails the gate", async () => {
    const errors = { count: 3, examples: ["HTTP 500"] };
    expect(await decide({ candidate: served(9, { errors }) })).toMatchObject({
      status: "failed",
      message: "3 requests failed: HTTP 500",
    });
  });

  test("memory and throughput where the project limits them", async () => {
    const toml = "[gates.latency]\nmax-memory-mb = 100\nmin-throughput = 400";
    expect((await decide({ candidate: served(9, { peakMemoryBytes: 90e6 }) }, toml)).status).toBe("passed");
    expect((await decide({ candidate: served(9, { peakMemoryBytes: 101e6 }) }, toml)).message).toBe(
      "101 MB of memory (at most 100)",
    );
    expect((await decide({ candidate: served(9) }, toml)).message).toBe("the server's memory could not be read");
    const slow = served(9, { peakMemoryBytes: 1e6, throughput: { users: 4, perSecond: 399 } });
    expect((await decide({ candidate: slow }, toml)).message).toBe(
      "399 answers a second with 4 clients (at least 400)",
    );
  });
});

describe("against the baseline", () => {
  const both = (p50: LatencyComparison, p95 = same): LoadTest => ({
    candidate: served(50),
    baseline: served(40),
    comparison: { p50, p95 },
  });

  test.each([
    ["the same", same, "passed"],
    ["slower within the tolerance", compared(1.24, 1.2, 1.4), "passed"],
    ["80 ms to 400 ms", compared(5, 4.6, 5.4, 320), "failed"],
    ["much slower in less than anybody notices", compared(3, 2.5, 3.5, 1.9), "passed"],
  ] as const)("%s: %#", async (_name, p50, status) => {
    expect((await decide(both(p50))).status).toBe(status);
    expect((await decide(both(same, p50))).status).toBe(status);
  });

  test("in between: the median must be measured more precisely, the tail of a busy machine does not decide", async () => {
    const unsure = compared(1.4, 1.1, 1.7);
    expect((await decide(both(unsure))).status).toBe("inconclusive");
    expect(await decide(both(same, unsure))).toMatchObject({
      status: "passed",
      message: expect.stringMatching(/95th percentile 1\.40 times.*: too noisy to tell$/),
    });
  });

  test("says the ratio, its interval and the limit", async () => {
    expect((await decide(both(compared(5, 4.6, 5.4, 320)))).message).toBe(
      "median 5.00 times the baseline's [4.6, 5.4], +320 ms (at most 1.25 times, or +2 ms): slower beyond noise",
    );
  });
});

import { describe, expect, test } from "vitest";
import { NO_INPUTS } from "../../../src/keys/parts.ts";
import { askedOf, failedStageOf, type RecordedRun, replayedReportSchema } from "../../../src/replay/recorded.ts";

const run = (changes: object = {}): RecordedRun => ({
  ...replayedReportSchema.parse({ startedAt: "2026-11-30T10:00:00.000Z", hashes: {}, stages: [], ...changes }),
  inputs: NO_INPUTS,
});

const stage = (name: string, status: string, parts?: Record<string, string>): object => ({
  ...{ name, status, message: `${name} ${status}` },
  ...(parts === undefined ? {} : { key: { hash: "sha256:0", parts } }),
});

describe("the stage that is replayed", () => {
  const failed = run({
    failure: { stage: "train" },
    stages: [stage("lint", "warned"), stage("test unit", "passed"), stage("train", "failed")],
  });

  test("is the one that decided, or the one that is named", () => {
    expect(failedStageOf(failed)?.name).toBe("train");
    expect(failedStageOf(failed, "lint")?.name).toBe("lint");
  });

  test("there is none in a run that passed", () => {
    expect(failedStageOf(run({ stages: [stage("lint", "passed")] }))).toBeUndefined();
    expect(failedStageOf(run({ stages: [stage("lint", "warned")] }))).toBeUndefined();
  });

  test("one that did not fail is refused, with those that did", () => {
    expect(() => failedStageOf(failed, "test unit")).toThrow(
      "--stage=test unit: no such stage failed in the run of --report; there failed lint, train.",
    );
    expect(() => failedStageOf(failed, "trai")).toThrow("Did you mean train?");
    expect(() => failedStageOf(run(), "lint")).toThrow("nothing failed in it");
  });
});

describe("how the run was called", () => {
  test("is in the keys of its stages", () => {
    const asked = askedOf(
      run({
        stages: [
          stage("train", "passed", { epochs: "3", profile: "quick" }),
          stage("evaluate baseline", "passed", { baseline: "sha256:b" }),
          stage("gates", "failed", { approved: "latency,slices", keepGoing: "yes", production: "r/i@sha256:p" }),
        ],
      }),
    );
    expect(asked).toEqual({
      ...{ epochs: 3, isQuick: true, approved: ["latency", "slices"], keepGoing: true },
      ...{ production: "r/i@sha256:p", baseline: "sha256:b" },
    });
  });

  test("is that of a full run where nothing says otherwise", () => {
    expect(askedOf(run({ stages: [stage("lint", "failed", {})] }))).toEqual({
      ...{ isQuick: false, approved: [], keepGoing: false, production: undefined, baseline: undefined },
    });
  });

  test("of a training that failed is in its hashes", () => {
    expect(askedOf(run({ hashes: { trainingParts: { epochs: "7" } } })).epochs).toBe(7);
  });
});

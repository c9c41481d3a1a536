import { describe, expect, test } from "vitest";
import {
  type ComparedModels,
  type DecisionInputs,
  decideRetraining,
  type RetrainingDecision,
} from "../../../src/training/decision.ts";

const fresh = (low: number, high: number, more: Partial<ComparedModels> = {}): ComparedModels => ({
  ...{ metric: "accuracy", lower: false, candidate: { value: 0.9 }, baseline: { value: 0.88 }, rows: 500 },
  difference: { value: 0.02, interval: { low, high } },
  ...more,
});
const decided = (inputs: Partial<DecisionInputs>): RetrainingDecision =>
  decideRetraining({
    ...{ fresh: fresh(0.01, 0.03), fixed: { status: "passed", message: "kept", approved: false } },
    ...{ chain: "", preferFresher: false, minRows: 100, forcedBy: undefined, forcedGates: [] },
    ...inputs,
  });

describe("a model that was trained anew", () => {
  test("goes out where it is better on fresh data beyond noise, with its numbers", () => {
    expect(decided({})).toEqual({
      ...{ deploy: true, code: "better" },
      reason: "better on fresh data beyond noise: accuracy 0.9 against 0.88 (+0.02 [0.01, 0.03], 500 rows)",
    });
  });

  test("stays where noise alone may be its gain, unless the fresher one is preferred", () => {
    const alike = { fresh: fresh(-0.01, 0.03) };
    expect(decided(alike)).toMatchObject({ deploy: false, code: "not-better" });
    expect(decided({ ...alike, preferFresher: true })).toMatchObject({ deploy: true, code: "fresher" });
  });

  test("stays where it is worse on either set, and whether or not the fresher one is preferred", () => {
    const preferFresher = true;
    expect(decided({ fresh: fresh(-0.03, -0.01), preferFresher })).toMatchObject({
      code: "worse-fresh",
      deploy: false,
    });
    const failed = { status: "failed", message: "accuracy 0.8 against 0.9", approved: false } as const;
    expect(decided({ fixed: failed, preferFresher })).toEqual({
      ...{ deploy: false, code: "worse-fixed" },
      reason: "worse on the fixed test set: accuracy 0.8 against 0.9",
    });
  });

  test("stays where small losses have added up, however fresh it is", () => {
    const chain = { chain: "accuracy 0.87 on the fixed test set is …", preferFresher: true };
    expect(decided(chain)).toMatchObject({ deploy: false, code: "chain-loss" });
    expect(decided({ ...chain, forcedBy: "Ada" })).toMatchObject({ deploy: true, forcedBy: "Ada" });
  });

  test("is judged the other way round by a metric of which less is better", () => {
    const mae = { metric: "mae", lower: true };
    expect(decided({ fresh: fresh(-3, -1, mae) })).toMatchObject({ code: "better" });
    expect(decided({ fresh: fresh(1, 3, mae) })).toMatchObject({ code: "worse-fresh" });
  });

  test("needs a person where the fixed test set does not exclude a loss", () => {
    const unsure = { status: "inconclusive", message: "too few", approved: false } as const;
    expect(decided({ fixed: unsure })).toMatchObject({ deploy: false, code: "unsure-fixed" });
    expect(decided({ fixed: { ...unsure, approved: true } })).toMatchObject({ deploy: true, code: "better" });
  });

  test("of few fresh rows a gain does not count, and a loss does", () => {
    expect(decided({ fresh: fresh(0.01, 0.03, { rows: 40 }) })).toMatchObject({ code: "not-better" });
    expect(decided({ fresh: fresh(-0.03, -0.01, { rows: 40 }) })).toMatchObject({ code: "worse-fresh" });
  });

  test("stays where nothing was compared row by row", () => {
    const { difference: _, ...unpaired } = fresh(0, 0);
    expect(decided({ fresh: unpaired, preferFresher: true })).toMatchObject({ deploy: false, code: "not-compared" });
    expect(decided({ fresh: "no predictions" })).toMatchObject({ deploy: false, code: "not-compared" });
  });

  test("goes out by force with what it is worse in, and by whose word; nobody forces what goes out by itself", () => {
    expect(decided({ fresh: fresh(-0.03, -0.01), forcedBy: "Ada", forcedGates: ["metrics"] })).toEqual({
      ...{ deploy: true, code: "worse-fresh", forcedBy: "Ada" },
      reason:
        "worse on fresh data beyond noise: accuracy 0.9 against 0.88 (+0.02 [-0.03, -0.01], 500 rows); let through by force: metrics",
    });
    expect(decided({ forcedBy: "Ada" })).not.toHaveProperty("forcedBy");
    expect(decided({ forcedBy: "Ada", forcedGates: ["slices"] })).toMatchObject({ deploy: true, forcedBy: "Ada" });
  });
});

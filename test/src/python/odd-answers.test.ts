import { expect, test } from "vitest";
import { canaryPlan, canarySettings } from "../../../src/delivery/canary.ts";
import { called } from "./python-functions.ts";

/* Answers that cannot be compared count against a candidate, and what is not judged passes nowhere. */

const PLAN = { ...canaryPlan(canarySettings.parse({}), []), steps: [1], requests: 500 };
const CHECKS = Object.fromEntries(
  ["errors", "disagreement", "slowdown", "slow"].map((name) => [name, { name, limit: 0.01, setting: name }]),
);

test("numbers that no float holds and answers nested too deep agree with nothing else", async () => {
  expect((await called(["odd_answers", "agreements", []]))[0]).toEqual({
    ...{ "huge for a half": false, "a half for huge": false, "huge for less huge": false },
    ...{ "minus huge for huge": false, "huge for huge": true, "deep for deep": false, near: true },
  });
});

test("such an answer counts as disagreement", async () => {
  expect((await called(["odd_answers", "counted", [PLAN]]))[0]).toMatchObject({
    requests: 1,
    errors: { neither: 1 },
    disagreement: { against: 1, neither: 0, for: 0 },
  });
});

test("a trial that broke down is asked no more, and is never passed", async () => {
  const [found] = await called(["odd_answers", "broken", [PLAN, CHECKS, 200]]);
  expect(found).toMatchObject({ asked: 200, verdict: "inconclusive" });
  expect(found).toMatchObject({
    text: expect.stringMatching(/^the analysis itself broke down \(OverflowError: int too large/),
  });
});

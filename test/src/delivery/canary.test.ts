import { describe, expect, test } from "vitest";
import {
  CANARY_CHECKS,
  type CanaryResult,
  canaryPlan,
  canarySettings,
  enoughRequests,
  readingsOf,
} from "../../../src/delivery/canary.ts";
import { canaryLines, moreText, unsureText, worseText } from "../../../src/delivery/canary-words.ts";

const SETTINGS = canarySettings.parse({});

const none = { against: 0, neither: 0, for: 0 };

const result = (more: Partial<CanaryResult> = {}): CanaryResult => ({
  ...{ outcome: "passed", worse: "", requests: 0, ratios: [], steps: [], example: "" },
  counts: { errors: none, disagreement: none, slowdown: none, slow: none },
  ...more,
});

/** Of 1,000 requests so many were answered otherwise. */
const otherwise = (against: number): CanaryResult =>
  result({
    requests: 1000,
    counts: {
      errors: { against: 0, neither: 1000, for: 0 },
      disagreement: { against, neither: 1000 - against, for: 0 },
      slowdown: { against: 300, neither: 0, for: 700 },
      slow: { against: 20, neither: 960, for: 20 },
    },
    ratios: Array.from({ length: 1000 }, (_, at) => 0.8 + (at / 1000) * 0.4),
    steps: [
      { pods: 1, requests: 500, seconds: 20.1 },
      { pods: 2, requests: 500, seconds: 19.2 },
    ],
  });

/** As many requests, which both do alike, in two steps. */
const fewRequests = (requests: number): CanaryResult =>
  result({
    requests,
    counts: {
      errors: { against: 0, neither: requests, for: 0 },
      disagreement: { against: 0, neither: requests, for: 0 },
      slowdown: { against: 0.3 * requests, neither: 0, for: 0.7 * requests },
      slow: { against: 0, neither: requests, for: 0 },
    },
    ratios: Array.from({ length: requests }, () => 1),
  });

const readings = (of: CanaryResult): Record<string, string> =>
  Object.fromEntries(readingsOf(of, SETTINGS).map(({ check, state }) => [check, state]));

describe("a plan", () => {
  test("shares what may be wrong among the checks, and asks each to be shown", () => {
    const { enough } = canaryPlan(SETTINGS, []);
    expect(Math.exp(-enough.over)).toBeCloseTo(0.05 / CANARY_CHECKS.length, 12);
    expect(Math.exp(-enough.under)).toBeCloseTo(0.05, 12);
  });

  test("asks more where a change is less of a routine", () => {
    expect(canaryPlan(SETTINGS, [], 2).requests).toBe(2 * SETTINGS.requests);
  });
});

describe("readings", () => {
  test("of a candidate that does as production does", () => {
    expect(readings(otherwise(0))).toEqual({
      errors: "kept",
      disagreement: "kept",
      slowdown: "kept",
      slow: "kept",
    });
  });

  test("of one that answers otherwise", () => {
    expect(readings(otherwise(40)).disagreement).toBe("broken");
    expect(readings(otherwise(10)).disagreement).toBe("open");
  });

  test("have intervals on the side of the limit that was shown", () => {
    for (const against of [0, 3, 10, 25, 40]) {
      const found = readingsOf(otherwise(against), SETTINGS).find(({ check }) => check === "disagreement");
      if (found === undefined) throw new Error("no reading");
      if (found.state === "broken") expect(found.low).toBeGreaterThanOrEqual(found.limit);
      if (found.state === "open") expect(found.high).toBeGreaterThan(found.limit);
      expect(found.low).toBeLessThanOrEqual(found.value);
      expect(found.high).toBeGreaterThanOrEqual(found.value);
    }
  });

  test("of nothing are open, and have no bounds", () => {
    expect(readings(result())).toEqual({ errors: "open", disagreement: "open", slowdown: "open", slow: "open" });
  });
});

describe("words", () => {
  test("name the check, the number, the limit and the setting", () => {
    expect(worseText({ ...otherwise(40), worse: "disagreement" }, SETTINGS, "deploy.production")).toMatch(
      /^answers unlike production's: 4 % \[[\d.]+ %, [\d.]+ %\], limit 1 % \(deploy\.production\.canary\.max-disagreement\), after 1,000 requests$/,
    );
  });

  test("say why more requests were asked than the settings say", () => {
    expect(canaryLines(otherwise(10), SETTINGS, 2)[0]).toBe(
      "  canary  1,000 requests to 1, then 2 pods of each in 39.3 s (2 times canary.requests, since it is not known to be the data alone that changed)",
    );
  });

  test("say how many requests would show what was not shown", () => {
    const few = fewRequests(40);
    const enough = enoughRequests(few, SETTINGS, 1) ?? 0;
    expect(enough).toBeGreaterThan(40 / 2);
    expect(enough % 10).toBe(0);
    expect(unsureText(few, SETTINGS, "deploy.production", 1)).toMatch(
      new RegExp(`; about deploy\\.production\\.canary\\.requests = ${enough} would show it, in place of 500$`),
    );
    // So many in each step do.
    expect(readingsOf(fewRequests(2 * enough), SETTINGS).filter(({ state }) => state === "open")).toEqual([]);
    expect(enoughRequests(few, SETTINGS, 2) ?? 0).toBeLessThan(enough);
    expect(moreText(few, SETTINGS, "deploy.production", 2)).toMatch(/: 2 times as many are asked, since it is not/);
  });

  test("say so where no number of them would", () => {
    expect(enoughRequests(otherwise(10), SETTINGS, 1)).toBeUndefined();
    expect(moreText(otherwise(10), SETTINGS, "deploy.production", 1)).toBe(
      "as it stands, no number of deploy.production.canary.requests would show it",
    );
  });

  test("have a line for each check", () => {
    const lines = canaryLines(otherwise(10), SETTINGS);
    expect(lines[0]).toBe("  canary  1,000 requests to 1, then 2 pods of each in 39.3 s");
    expect(lines[1]).toMatch(/^ {4}✓ errors: 0 % \[-[\d.]+ %, [\d.]+ %\], limit 1 %$/);
    expect(lines[2]).toMatch(/^ {4}– disagreement: 1 % \[.*\], limit 1 %, not shown$/);
    expect(lines).toHaveLength(5);
    expect(canaryLines(result(), SETTINGS)).toEqual(["  canary  0 requests in 0.0 s"]);
  });
});

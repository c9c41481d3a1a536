import { describe, expect, test } from "vitest";
import { failureModesGate } from "../../../src/gates/failure-modes.ts";
import { shadowGate } from "../../../src/gates/shadow.ts";
import type { CaseResult } from "../../../src/measurements/serving/cases.ts";
import type { ShadowReplay } from "../../../src/measurements/serving/shadow.ts";
import { decisionOf } from "../support.ts";

describe("failure modes", () => {
  const one = (held: boolean, index = 0): CaseResult => ({
    kind: "minorities",
    name: `case ${index}`,
    held,
    instance: '{"age":17}',
    expected: '"no"',
    given: held ? '"no"' : '"yes"',
  });
  const decide = (cases: readonly CaseResult[], toml = "") => decisionOf(failureModesGate, { cases: { cases } }, toml);

  test("all hold", async () => {
    expect(await decide([one(true), { ...one(true), kind: "extremes" }])).toMatchObject({
      status: "passed",
      message: "2 of 2 cases hold (at least 100 %): minorities 1, extremes 1",
      checks: [{ value: 1, unit: "share", limit: { min: 1 }, outcome: "kept", reason: { cases: 2, held: 2 } }],
    });
  });

  test("one that does not is shown with input, expected and given", async () => {
    expect(await decide([one(true), one(false, 7)])).toMatchObject({
      status: "failed",
      message: '1 of 2 cases hold (at least 100 %); minorities, case 7: expected "no", got "yes" for {"age":17}',
    });
  });

  test("a lower rate lets some through, and many are cut", async () => {
    expect((await decide([one(true), one(false)], "[gates.failure-modes]\nmin-pass-rate = 0.5")).status).toBe("passed");
    const many = Array.from({ length: 8 }, (_, index) => one(false, index));
    expect((await decide(many)).message).toContain("and 3 more in the report");
  });
});

describe("shadow", () => {
  const replay = (agreed: number, changes: Partial<ShadowReplay> = {}): ShadowReplay => ({
    requests: 200,
    agreed,
    repeated: 200,
    agreement: { value: agreed / 200, interval: { low: agreed / 200 - 0.04, high: agreed / 200 + 0.02 } },
    errors: { candidate: 0, production: 0, examples: [] },
    latency: {
      candidate: { p50: 2, p95: 3 },
      production: { p50: 1, p95: 2 },
      p50: { ratio: 2, ratioInterval: { low: 1, high: 3 }, difference: 1, differenceInterval: { low: 0, high: 2 } },
    },
    rate: "as fast as answered",
    differing: [],
    ...changes,
  });
  const decide = (shadow: ShadowReplay, toml = "") => decisionOf(shadowGate, { shadow }, toml);

  test("agreement against its limit", async () => {
    expect(await decide(replay(190))).toMatchObject({
      status: "passed",
      message:
        "95 % [91 %, 97 %] of 200 requests answered as production did (at least 95 %); median 2.0 ms, production 1.0 ms",
      checks: [
        { value: 0.95, unit: "share", limit: { min: 0.95 }, reason: { code: "agreement", requests: 200 } },
        { what: "median", value: 2, baseline: 1, unit: "ms" },
      ],
    });
    expect((await decide(replay(185))).status).toBe("failed");
  });

  test("below the limit, but within noise: more requests must tell", async () => {
    expect(await decide(replay(189))).toMatchObject({
      status: "inconclusive",
      message: expect.stringContaining(
        "94.5 % [90.5 %, 96.5 %] of 200 requests answered as production did (at least 95 %): within noise",
      ),
    });
  });

  test("what production answers otherwise by itself is told, and not counted", async () => {
    const agreement = { value: 0.98, interval: { low: 0.95, high: 1 } };
    expect(await decide(replay(176, { repeated: 180, agreement }))).toMatchObject({
      status: "passed",
      message: expect.stringContaining(
        "98 % [95 %, 100 %] of 200 requests answered as production did (at least 95 %), not counting that production answers 10 % otherwise when it is asked again (88 % alike)",
      ),
    });
  });

  test("a request that the candidate does not answer", async () => {
    const errors = { candidate: 1, production: 0, examples: ["HTTP 500"] };
    expect(await decide(replay(199, { errors }))).toMatchObject({
      status: "failed",
      message: expect.stringContaining("1 request not answered (at most 0 %): HTTP 500"),
    });
    expect((await decide(replay(199, { errors }), "[gates.shadow]\nmax-errors = 0.01")).status).toBe("passed");
  });
});

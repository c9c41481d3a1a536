import { describe, expect, test } from "vitest";
import { chainLoss, clock, coolDown, leak, overlap, sameWindow } from "../../../src/training/guards.ts";
import { type EarlierRetraining, earlierRetraining } from "../../../src/training/history.ts";

const NOW = new Date("2026-03-30T06:00:00Z");
const window = { start: "2026-03-23", end: "2026-03-30", sha256: "sha256:new" };

const earlier = (more: Partial<EarlierRetraining> & { readonly at?: string } = {}): EarlierRetraining => ({
  name: "12",
  startedAt: new Date(more.at ?? "2026-03-23T06:00:00Z"),
  window: { start: "2026-03-16", end: "2026-03-23", sha256: "sha256:old" },
  ...{ decided: true, wentOut: true, fixedData: "sha256:test", metrics: { accuracy: 0.9 } },
  ...more,
});
const times = { window, isManual: false, coolDown: 12, now: NOW };

describe("a window that was trained on before", () => {
  test("is refused by its data, whoever asks", () => {
    const same = [earlier({ window: { start: "2026-01-01", end: "2026-01-08", sha256: "sha256:new" } })];
    const told = "the window has the very same data (sha256:new) as that of the retraining 12, whose model went out";
    expect(sameWindow(same, times)).toBe(told);
    expect(sameWindow(same, { ...times, isManual: true })).toBe(told);
  });

  test("is refused by its days, unless a person asks for what came late", () => {
    const same = [earlier({ window: { start: window.start, end: window.end }, wentOut: false })];
    expect(sameWindow(same, times)).toMatch(
      /^the window of 2026-03-23 to 2026-03-30 .* by the retraining 12, whose model stayed behind.*--trigger=manual$/,
    );
    expect(sameWindow(same, { ...times, isManual: true })).toBe("");
  });

  test("is not one that was stopped before it was trained on, and may be mended", () => {
    expect(sameWindow([earlier({ window, decided: false })], times)).toBe("");
    expect(sameWindow([earlier()], times)).toBe("");
  });
});

test("a loop cools down between two retrainings, and a person need not wait", () => {
  const before = [earlier({ at: "2026-03-30T01:00:00Z" }), earlier()];
  expect(coolDown(before, times)).toBe(
    "the last retraining (12) was 5 hours ago, and at least 12 hours must pass (retraining.cool-down)",
  );
  expect(coolDown([earlier({ at: "2026-03-30T05:58:09Z" })], { ...times, coolDown: 1 })).toBe(
    "the last retraining (12) was 1 minute ago, and at least 1 hour must pass (retraining.cool-down)",
  );
  expect(coolDown(before, { ...times, coolDown: 5 })).toBe("");
  expect(coolDown(before, { ...times, isManual: true })).toBe("");
  expect(coolDown([], times)).toBe("");
});

test("rows of other days than the window's are another window", () => {
  const dated = {
    column: "day",
    rows: 900,
    undated: 0,
    before: 300,
    after: 12,
    first: "2026-03-01",
    last: "2026-04-01",
  };
  expect(clock(dated, window)).toBe(
    "34.7 % of the window's 900 rows are not of its days by day, 2026-03-23 to 2026-03-30 (7 days, the last date not included): 300 before it, 12 after it (from 2026-03-01 to 2026-04-01); at most 1 % may be (retraining.date-column)",
  );
  expect(clock({ ...dated, before: 9, after: 0 }, window)).toBe("");
  expect(clock({ ...dated, before: 0, after: 0, undated: 10 }, window)).toContain("10 without a date");
});

test("a window with rows of the test set is refused, beyond those that are by chance", () => {
  const data = { rows: 2000, inTest: 40 };
  expect(overlap({ window: { rows: 1000, inTest: 300 }, data }, 0.05)).toBe(
    "300 of the window's 1,000 rows (30 %) are rows of the fixed test set, of the data before 2 %; at most 5 % more may be (retraining.max-test-overlap)",
  );
  expect(overlap({ window: { rows: 1000, inTest: 69 }, data }, 0.05)).toBe("");
});

test("a column that tells the label only in the window was made from it", () => {
  const id = { column: "churned_at", window: 1, data: 0.52 };
  const always = { column: "grade", window: 0.999, data: 0.998 };
  expect(leak([id, always, { column: "x", window: 0.97, data: 0.6 }, { column: "new", window: 1, data: null }])).toBe(
    "the label leaked into the window: alone, churned_at (1, before 0.52) tells it with an area under the curve above 0.99",
  );
  expect(leak([always])).toBe("");
});

describe("a chain of losses that are each within tolerance", () => {
  const chain = [0.9, 0.895, 0.89, 0.885].map((accuracy, week) =>
    earlier({ name: `${week}`, at: `2026-0${week < 2 ? 2 : 3}-0${1 + week}T06:00:00Z`, metrics: { accuracy } }),
  );
  const request = { metric: "accuracy", lower: false, value: 0.88, fixedData: "sha256:test", most: 0.01, now: NOW };

  test("is held against the model of 30 days ago, and the best one", () => {
    expect(chainLoss(chain, request)).toBe(
      "accuracy 0.88 on the fixed test set is 0.015 worse than 0.895 of the model of 30 days ago (1); at most 0.0089 may be lost (retraining.max-chain-loss)",
    );
    expect(chainLoss(chain.slice(2), { ...request, now: new Date("2026-03-10T00:00:00Z") })).toMatch(
      /0\.01 worse than 0\.89 of the best model that went out \(2\); at most 0\.0089 /,
    );
    expect(chainLoss(chain, { ...request, most: 0.03 })).toBe("");
  });

  test("is the other way round for a metric of which less is better", () => {
    const errors = [earlier({ metrics: { mae: 2 } })];
    const mae = { ...request, metric: "mae", lower: true, value: 2.2, most: 0.05 };
    expect(chainLoss(errors, mae)).toContain("mae 2.2 on the fixed test set is 0.2 worse than 2 ");
    expect(chainLoss(errors, { ...mae, value: 1.8 })).toBe("");
  });

  test("has no link of another test set, or of a model that stayed behind", () => {
    const others = [earlier({ fixedData: "sha256:other" }), earlier({ wentOut: false })];
    expect(chainLoss(others, { ...request, value: 0.1 })).toBe("");
  });
});

test("reports of retrainings are read, and others are none", () => {
  const report = {
    ...{ startedAt: "2026-03-23T06:00:00.000Z", verdict: "passed", runId: "12", hashes: {} },
    metrics: { candidate: { accuracy: 0.9 } },
    retraining: { window: { ...window }, fixedData: "sha256:test", decision: { deploy: true } },
  };
  expect(earlierRetraining(JSON.stringify(report))).toMatchObject({
    ...{ name: "12 of 2026-03-23T06:00:00.000Z", decided: true, wentOut: true, metrics: { accuracy: 0.9 } },
  });
  const { retraining: _, ...run } = report;
  expect(earlierRetraining(JSON.stringify(run))).toBeUndefined();
  expect(earlierRetraining("not JSON")).toBeUndefined();
});

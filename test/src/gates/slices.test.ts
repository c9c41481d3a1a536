import { describe, expect, test } from "vitest";
import { settingsOf } from "../../../src/gates/gate.ts";
import { slicesGate } from "../../../src/gates/slices.ts";
import type { GroupResults, PredictionResults, SliceResults } from "../../../src/measurements/predictions/results.ts";
import { configOf, decisionOf, predictionResults, userError } from "../support.ts";

const group = (value: string, accuracy: number, changes: Partial<GroupResults> = {}): GroupResults => ({
  values: [value],
  rows: 200,
  candidate: { accuracy: { value: accuracy, interval: { low: accuracy - 0.05, high: accuracy + 0.05 } } },
  ...changes,
});
const slice = (groups: readonly GroupResults[], changes: Partial<SliceResults> = {}): SliceResults => ({
  columns: ["sex"],
  groups,
  tooSmall: [],
  unlisted: 0,
  ...changes,
});
const LIMIT = '[gates.slices]\ncolumns = ["sex"]\nmin-accuracy = 0.75';
const decide = (slices: readonly SliceResults[], toml = LIMIT, changes: Partial<PredictionResults> = {}) =>
  decisionOf(slicesGate, { predictions: predictionResults({ slices, ...changes }) }, toml);

test("every group keeps its limit: the message has the nearest one", async () => {
  expect(await decide([slice([group("Male", 0.85), group("Female", 0.8)])])).toMatchObject({
    status: "passed",
    message: "2 groups; nearest to its limit: sex=Female: accuracy 0.8 [0.75, 0.85] (at least 0.75), 200 rows",
    checks: [
      { what: "accuracy", group: { sex: "Male" }, value: 0.85, limit: { min: 0.75 }, outcome: "kept" },
      { what: "accuracy", group: { sex: "Female" }, value: 0.8, reason: { code: "metric-of-group", rows: 200 } },
    ],
  });
});

test("a group that breaks it is named with its number, its limit and its size", async () => {
  expect(await decide([slice([group("Male", 0.85), group("Female", 0.7)])])).toMatchObject({
    status: "failed",
    message: "sex=Female: accuracy 0.7 [0.65, 0.75] (at least 0.75), 200 rows",
  });
});

test("groups that are too small are counted, not judged", async () => {
  const small = [{ values: ["Other"], rows: 3 }];
  const found = await decide([slice([group("Male", 0.85)], { tooSmall: small, unlisted: 2 })]);
  expect(found).toMatchObject({ status: "passed", message: expect.stringContaining("3 groups under 50 rows") });
  expect(await decide([slice([], { tooSmall: small })])).toMatchObject({
    status: "failed",
    message: "cannot be decided: no group has 50 rows (gates.slices.min-size)",
  });
});

test("a column that the predictions lack cannot be judged", async () => {
  expect(await decide([], LIMIT, { absentColumns: ["sex"] })).toMatchObject({
    status: "failed",
    message: "cannot be decided: the predictions of the evaluation have no column sex",
  });
});

describe("metrics of rankings", () => {
  const toml = '[gates.slices]\ncolumns = ["country"]\nmetrics = { ndcg = 0.8, MAP = 0.5 }\nmax-drop = { ndcg = 0.1 }';
  const ranked = (value: string, groups: number, ndcg: number): GroupResults => ({
    ...{ values: [value], rows: 900, ranked: groups },
    candidate: { ndcg: { value: ndcg }, map: { value: 0.6 }, mae: { value: 1 } },
    differences: { ndcg: { value: -0.2 } },
  });
  const country = (groups: readonly GroupResults[], changes: Partial<SliceResults> = {}) =>
    slice(groups, { columns: ["country"], ...changes });

  test("are judged by their ranked groups, of which there must be enough", async () => {
    expect((await decide([country([ranked("Peru", 50, 0.7), ranked("Cuba", 49, 0.1)])], toml)).checks).toMatchObject([
      { what: "ndcg", group: { country: "Peru" }, outcome: "broken", reason: { ranked: 50, rows: 900 } },
      { what: "MAP", group: { country: "Peru" }, outcome: "kept" },
      { what: "ndcg", value: -0.2, outcome: "broken", reason: { code: "change-of-group", ranked: 50 } },
      { what: "ndcg, MAP", value: 1, outcome: "kept", reason: { code: "few-ranked", minimum: 50 } },
    ]);
    expect((await decide([country([ranked("Cuba", 49, 0.1)])], toml)).message).toBe(
      "ndcg, MAP not judged in 1 group of country with fewer than 50 ranked groups that have a relevant row, and in no other (gates.slices.min-size)",
    );
    const told = (await decide([country([ranked("Peru", 51, 0.7)])], toml)).message;
    expect(told).toContain("country=Peru: ndcg 0.7 (at least 0.8), 51 ranked groups");
  });

  test("are not judged by a column with several values in a group: it is told once, and metrics of rows are judged", async () => {
    const varying = { within: "query", columns: [{ column: "country", groups: 12 }], total: 180 };
    const groups = [ranked("Peru", 50, 0.7), ranked("Cuba", 60, 0.7)].map(({ ranked: _none, ...group }) => group);
    const both = toml.replace("MAP = 0.5", "mae = 2");
    const { status, message, checks } = await decide([country(groups, { varying })], both);
    expect(status).toBe("failed");
    expect(message).toBe(
      "ndcg cannot be measured by country: country has several values in 12 of 180 groups of query; slice by a column with one value for each query, or by metrics of rows",
    );
    expect(checks).toMatchObject([{ what: "mae" }, { what: "mae" }, { what: "ndcg", outcome: "missing" }]);
  });

  test("are spoiled by the order of the rows, and metrics of rows by answers", () => {
    const names = (metrics: string): string[] => {
      const { settings } = settingsOf(
        slicesGate,
        configOf(`[gates.slices]\ncolumns = ["a"]\nmetrics = { ${metrics} }`).gates,
      );
      return slicesGate.mutants(settings as never, { ranked: true }).map(({ name }) => name);
    };
    expect(names("ndcg = 0.1")).toEqual(["the order turned in one group of a"]);
    expect(names("mae = 1")).toEqual(["every answer wrong in one group of a"]);
    expect(names("mae = 1, mrr = 0.1")).toHaveLength(2);
  });
});

describe("other limits", () => {
  test("of any metric, in either direction", async () => {
    const toml = '[gates.slices]\ncolumns = ["sex"]\nmetrics = { mae = { max = 5 } }';
    const of = (mae: number) => [slice([group("1", 0, { candidate: { mae: { value: mae } } })])];
    expect((await decide(of(5), toml)).status).toBe("passed");
    expect((await decide(of(5.1), toml)).message).toContain("mae 5.1 (at most 5)");
    expect((await decide([slice([group("1", 1)])], toml)).message).toContain("mae cannot be computed by group");
  });

  test("against the baseline: a drop beyond the limit and beyond noise", async () => {
    const toml = '[gates.slices]\ncolumns = ["sex"]\nmax-drop = { accuracy = 0.02 }';
    const drop = (value: number, low: number, high: number) => [
      slice([group("Female", 0.8, { differences: { accuracy: { value, interval: { low, high } } } })]),
    ];
    expect((await decide(drop(-0.05, -0.08, -0.02), toml)).message).toContain(
      "accuracy -0.05 [-0.08, -0.02] against the baseline (at most 0.02 worse)",
    );
    expect((await decide(drop(-0.05, -0.08, -0.02), toml)).status).toBe("failed");
    expect((await decide(drop(-0.05, -0.12, 0.02), toml)).status).toBe("passed");
    expect((await decide(drop(-0.02, -0.03, -0.01), toml)).status).toBe("passed");
  });

  test("any spelling of a loss has its direction, as a limit and as a drop", async () => {
    const limit = '[gates.slices]\ncolumns = ["sex"]\nmetrics = { Mean-Absolute-Error = 5 }';
    const of = (mae: number) => [slice([group("1", 0, { candidate: { mae: { value: mae } } })])];
    expect((await decide(of(4), limit)).status).toBe("passed");
    expect((await decide(of(6), limit)).status).toBe("failed");
    const drop = '[gates.slices]\ncolumns = ["sex"]\nmax-drop = { MAE = 0.5 }';
    const worse = (value: number) => [slice([group("1", 0, { differences: { mae: { value } } })])];
    expect((await decide(worse(1), drop)).status).toBe("failed");
    expect((await decide(worse(-1), drop)).status).toBe("passed");
  });

  test("a drop of a metric that groups do not have is no pass", async () => {
    const toml = '[gates.slices]\ncolumns = ["sex"]\nmax-drop = { roc_auc = 0.02 }';
    expect(await decide([slice([group("1", 0.8, { differences: {} })])], toml)).toMatchObject({
      status: "failed",
      message: expect.stringContaining("roc_auc cannot be computed by group"),
    });
  });

  test("crossed columns are found by their list", async () => {
    const toml = '[gates.slices]\ncolumns = [["sex", "race"]]\nmin-accuracy = 0.75';
    const crossed = slice([group("x", 0.5, { values: ["Female", "Black"] })], { columns: ["sex", "race"] });
    expect((await decide([crossed], toml)).message).toContain("sex=Female, race=Black: accuracy 0.5");
  });

  test("at least one limit is required", () => {
    expect(userError(() => configOf('[gates.slices]\ncolumns = ["sex"]'))).toContain(
      "gates.slices: expected min-accuracy, metrics or max-drop",
    );
  });
});

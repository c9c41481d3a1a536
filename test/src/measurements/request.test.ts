import { describe, expect, test } from "vitest";
import { requestOf } from "../../../src/gates/gates.ts";
import { merged } from "../../../src/measurements/request.ts";
import { configOf } from "../support.ts";

describe("two requests", () => {
  const slice = { columns: ["sex"], minimumSize: 50, metrics: ["f1"] };

  test("request what either requests", () => {
    expect(merged({ summary: { classes: ["a"] } }, { cases: {} })).toEqual({ summary: { classes: ["a"] }, cases: {} });
    expect(merged({}, {})).toEqual({});
  });

  test("of lists are joined", () => {
    const fairness = [{ columns: ["race"], minimumSize: 10, favorable: "yes" }];
    expect(merged({ predictions: { slices: [slice] } }, { predictions: { slices: [slice], fairness } })).toEqual({
      predictions: { slices: [slice, slice], fairness },
    });
    expect(merged({ summary: { classes: ["a", "b"] } }, { summary: { classes: ["b", "c"], rowsOf: ["x"] } })).toEqual({
      summary: { classes: ["a", "b", "c"], rowsOf: ["x"] },
    });
  });

  test("of the same measurement take the larger count, and otherwise the first setting", () => {
    const load = { requests: 200, batchSize: 32, users: 4 };
    expect(merged({ load }, { load: { requests: 500, batchSize: 8, users: 1 } }).load).toEqual({
      ...load,
      requests: 500,
    });
    expect(merged({ comparison: {} }, { comparison: { metric: "f1" } }).comparison).toEqual({ metric: "f1" });
    const shadow = { requests: "a.jsonl", tolerance: 0.1 };
    expect(merged({ shadow }, { shadow: { ...shadow, requests: "b.jsonl" } }).shadow).toBe(shadow);
  });
});

describe("what gates request", () => {
  test("are their defaults when the project has no table", () => {
    expect(requestOf(configOf("").gates)).toEqual({
      ...{ summary: {}, metrics: {}, comparison: {}, cases: {} },
      ...{ rows: { sample: 100 }, served: { tolerance: 0.001 }, leaks: { power: 0.99 } },
      load: { requests: 200, batchSize: 32, users: 4 },
      shadow: { tolerance: 0.01 },
    });
  });

  test("are the settings of their tables, of all gates together", () => {
    const toml = `
[gates.schema]
classes = ["no", "yes"]
rows-of = ["test*.csv"]
[gates.regression]
metric = "f1"
[gates.latency]
requests = 90
batch-size = 8
users = 2
[gates.slices]
columns = ["sex", ["sex", "race"]]
metrics = { f1 = 0.5 }
max-drop = { recall = 0.1 }
[gates.fairness]
columns = ["race"]
favorable = 1
min-size = 20
[gates.shadow]
requests = "recorded.jsonl"
rate = "recorded"
`;
    expect(requestOf(configOf(toml).gates)).toEqual({
      ...{ summary: { classes: ["no", "yes"], rowsOf: ["test*.csv"] }, metrics: {}, cases: {} },
      ...{ rows: { sample: 100 }, served: { tolerance: 0.001 }, leaks: { power: 0.99 } },
      comparison: { metric: "f1" },
      load: { requests: 90, batchSize: 8, users: 2 },
      predictions: {
        slices: [
          { columns: ["sex"], minimumSize: 50, metrics: ["f1", "recall"] },
          { columns: ["sex", "race"], minimumSize: 50, metrics: ["f1", "recall"] },
        ],
        fairness: [{ columns: ["race"], minimumSize: 20, favorable: 1 }],
      },
      shadow: { requests: "recorded.jsonl", tolerance: 0.01, rate: "recorded" },
    });
  });
});

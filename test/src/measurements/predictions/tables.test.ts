import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MeasurementPlan, ModelPlan } from "../../../../src/measurements/predictions/plan.ts";
import {
  columnsOfRows,
  type PairFacts,
  readNumbers,
  readTables,
  reasonAgainstPairing,
  toRows,
} from "../../../../src/measurements/predictions/tables.ts";
import { model, plan } from "./plans.ts";

test("what is missing in a row of JSON is no zero", () => {
  expect(columnsOfRows([{ rows: 2, relative_error: null }])).toEqual({
    rows: Float64Array.of(2),
    relative_error: Float64Array.of(Number.NaN),
  });
});

describe("numbers of a CSV", () => {
  test("by column, an empty field as NaN", () => {
    expect(readNumbers("label,rows,score\n0,12,\n1,3,1e-05\n")).toEqual({
      label: Float64Array.of(0, 1),
      rows: Float64Array.of(12, 3),
      score: Float64Array.of(Number.NaN, 1e-5),
    });
  });

  test("a header alone has columns without numbers", () => {
    expect(readNumbers("a,b\n")).toEqual({ a: new Float64Array(), b: new Float64Array() });
  });

  test("are those that were written", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const rows = fc.array(fc.tuple(number, number), { minLength: 1 });
    fc.assert(
      fc.property(rows, (pairs) => {
        // JavaScript writes -0 as 0.
        const written = pairs.map((pair) => pair.map((one) => one + 0));
        const { a, b } = readNumbers(`a,b\n${written.map((pair) => pair.join()).join("\n")}\n`);
        expect([...(a ?? [])]).toEqual(written.map(([one]) => one));
        expect([...(b ?? [])]).toEqual(written.map(([, other]) => other));
      }),
    );
  });

  test("of rows in JSON", () => {
    expect(
      columnsOfRows([
        { a: 1, b: "2" },
        { a: 3, b: 4 },
      ]),
    ).toEqual({
      a: Float64Array.of(1, 3),
      b: Float64Array.of(2, 4),
    });
    expect(columnsOfRows([])).toEqual({});
  });
});

describe("rows of a classifier", () => {
  const csv = [
    "label,prediction,prediction_b,bin,bin_b,rows,score,log_loss,squared_error,score_b",
    "0,0,1,0,0,7,0.25,0.29,0.0625,-3",
    "1,1,1,1,1,2,0.75,0.29,0.0625,8",
    "",
  ].join("\n");
  const [counts, labels] = [Float64Array.of(7, 2), Int32Array.of(0, 1)];

  test("have what each model's columns hold", () => {
    expect(toRows(readNumbers(csv), plan(), 2)).toEqual({
      task: "classification",
      classes: ["no", "yes"],
      positive: 1,
      counts,
      labels,
      models: [
        {
          predictions: Int32Array.of(0, 1),
          scores: Float64Array.of(0.25, 0.75),
          logLosses: Float64Array.of(0.29, 0.29),
          squaredErrors: Float64Array.of(0.0625, 0.0625),
        },
        { predictions: Int32Array.of(1, 1), scores: Float64Array.of(-3, 8) },
      ],
    });
  });

  test("in one bin have one score, whatever their labels", () => {
    const [head = "", first = "", second = ""] = csv.split("\n");
    const oneBin = [head, first, second.replace("1,1,1,1,1,2", "1,1,1,0,1,2"), ""].join("\n");
    const [candidate, baseline] = toRows(readNumbers(oneBin), plan(), 2).models;
    const mean = (7 * 0.25 + 2 * 0.75) / 9;
    expect(candidate).toMatchObject({ scores: Float64Array.of(mean, mean) });
    expect(baseline).toMatchObject({ scores: Float64Array.of(-3, 8) });
  });

  test("of the candidate alone leave the baseline's out", () => {
    expect(toRows(readNumbers(csv), plan(), 1).models).toHaveLength(1);
  });

  test("without a positive class have none", () => {
    const rows = toRows(readNumbers(csv), plan({ classes: ["a", "b", "c"], positive: undefined }), 1);
    expect(rows).toMatchObject({ classes: ["a", "b", "c"], positive: undefined });
  });

  test("need their columns", () => {
    expect(() => toRows(readNumbers("label,rows\n0,1\n"), plan(), 1)).toThrow(
      "the measurement has no column prediction",
    );
    expect(() => toRows(readNumbers("label,prediction,rows\n0,1,1\n"), plan(), 2)).toThrow("no column prediction_b");
  });
});

test("rows of a regression model", () => {
  const csv =
    "rows,label,squared_label,absolute_error,squared_error,relative_error,absolute_error_b,squared_error_b,relative_error_b\n" +
    "3,-1,1.5,0.5,0.25,0.1,2,4,0.2\n";
  expect(toRows(readNumbers(csv), plan({ task: "regression", classes: [], positive: undefined }), 2)).toEqual({
    task: "regression",
    counts: Float64Array.of(3),
    labels: Float64Array.of(-1),
    squaredLabels: Float64Array.of(1.5),
    models: [
      {
        absoluteErrors: Float64Array.of(0.5),
        squaredErrors: Float64Array.of(0.25),
        relativeErrors: Float64Array.of(0.1),
      },
      { absoluteErrors: Float64Array.of(2), squaredErrors: Float64Array.of(4), relativeErrors: Float64Array.of(0.2) },
    ],
  });
});

describe("the rows of two models", () => {
  const same: PairFacts = {
    candidate: 10,
    baseline: 10,
    candidateKeys: 10,
    baselineKeys: 10,
    matched: 10,
    differing: 0,
  };
  const both = (hasId: boolean, otherHasId = hasId): ModelPlan[] => [
    model({ hasId }),
    model({ role: "baseline", hasId: otherHasId }),
  ];
  const reason = (changes: Partial<PairFacts>, models = both(true)) =>
    reasonAgainstPairing({ ...same, ...changes }, plan({ models }));

  test("are not the same ones where they count otherwise", () => {
    expect(reasonAgainstPairing({ ...same, differing: 2 }, plan({ models: both(true), weight: "w" }))).toBe(
      "2 rows of the same id have other labels or weights",
    );
  });

  test("can be compared when they are the same ones", () => {
    expect(reason({})).toBeUndefined();
    expect(reason({}, both(false))).toBeUndefined();
  });

  test.each([
    ["the candidate has 10 predictions and the baseline 9", { baseline: 9, baselineKeys: 9, matched: 9 }],
    ["the column id has a value twice", { candidateKeys: 9 }],
    ["the column id has a value twice", { baselineKeys: 9, matched: 9 }],
    ["3 rows of the candidate have no row of the same id in the baseline's predictions", { matched: 7 }],
    ["2 rows of the same id have other labels", { differing: 2 }],
  ])("cannot: %s, %#", (expected, changes) => {
    expect(reason(changes)).toBe(expected);
  });

  test("are identified by their position when either lacks ids", () => {
    for (const models of [both(false), both(true, false), both(false, true)]) {
      expect(reason({ differing: 2 }, models)).toBe("2 rows of the same place in the file have other labels");
    }
  });
});

describe("the tables that the script wrote", () => {
  const contents: Readonly<Record<string, string>> = {
    "answers-cells.csv": "label,rows\n0,1\n",
    "answers-cells-baseline.csv": "label,rows\n0,2\n",
    "answers-values-candidate.csv": "rows\n3\n",
    "answers-values-baseline.csv": "rows\n4\n",
    "pairs.json": JSON.stringify([
      { candidate: 1, baseline: 1, candidateKeys: 1, baselineKeys: 1, matched: 1, differing: 0 },
    ]),
    "groups.json": '[{"grouping": 0, "key": "[\\"a\\"]", "rows": 1, "judged": true, "total": 1}]',
    "answers-group-cells.json": '[{"grouping": 0, "key": "[\\"a\\"]", "rows": 1}]',
    "scatter-candidate.json": '[{"label": 1, "prediction": 2}]',
    "scatter-baseline.json": "[]",
  };

  async function read(changes: Partial<MeasurementPlan>) {
    const names: string[] = [];
    const tables = await readTables(plan(changes), async (name) => {
      names.push(name);
      return contents[name] ?? "";
    });
    return { tables, names: names.sort() };
  }

  test("of a model alone are its cells and values", async () => {
    const { tables, names } = await read({});
    expect(names).toEqual(["answers-cells.csv", "answers-values-candidate.csv"]);
    expect(tables).toEqual({
      answers: {
        cells: { label: Float64Array.of(0), rows: Float64Array.of(1) },
        values: [{ rows: Float64Array.of(3) }],
        groupCells: [],
      },
      groups: [],
    });
  });

  test("of two models in groups, with the scatter of a regression", async () => {
    const { tables, names } = await read({
      task: "regression",
      models: [model(), model({ role: "baseline" })],
      groupings: [{ columns: ["sex"], minimumSize: 1 }],
    });
    expect(names).toEqual(Object.keys(contents).sort());
    expect(tables).toMatchObject({
      pairs: { candidate: 1 },
      answers: { baselineCells: { rows: Float64Array.of(2) }, groupCells: [{ rows: 1 }] },
      groups: [{ key: '["a"]', total: 1 }],
      scatters: [[{ label: 1, prediction: 2 }], []],
    });
    expect(tables.answers.values.map(({ rows }) => rows?.[0])).toEqual([3, 4]);
  });
});

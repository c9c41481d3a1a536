import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requestOf } from "../../../../src/gates/gates.ts";
import { classNaming } from "../../../../src/measurements/predictions/class-names.ts";
import { type MeasurementPlan, planMeasurement } from "../../../../src/measurements/predictions/plan.ts";
import type { PredictionSummary } from "../../../../src/measurements/predictions/summary.ts";
import { configOf, predictionSummary } from "../../support.ts";

const answersOf = (...names: string[]) => names.map((answer) => ({ answer, rows: 1 }));

/** A classifier's summary with these labels and, when given, other answers. */
const classes = (labels: readonly string[], answers = labels): Partial<PredictionSummary> => ({
  labels: answersOf(...labels),
  answers: answersOf(...answers),
});

const planOrReason = (forms: readonly Partial<PredictionSummary>[], toml = "") =>
  planMeasurement(
    forms.map((one) => predictionSummary(one)),
    forms.map((_, index) => `table ${index}`),
    configOf(toml).evaluation,
    requestOf(configOf(toml).gates),
  );

function plan(forms: readonly Partial<PredictionSummary>[], toml = ""): MeasurementPlan {
  const found = planOrReason(forms, toml);
  if (typeof found === "string") throw new Error(found);
  return found;
}

describe("the classes", () => {
  test.each([
    ["texts by their characters", ["no", "yes", "Yes"], ["Yes", "no", "yes"]],
    ["whole numbers by their size", ["10", "9", "-1", "0"], ["-1", "0", "9", "10"]],
    ["numbers beside a text as texts", ["10", "9", "none"], ["10", "9", "none"]],
    // By UTF-16 units, as JavaScript sorts, the emoji would be first.
    ["characters beyond 16 bits last", ["😀", "ﬁ"], ["ﬁ", "😀"]],
  ])("are in scikit-learn's order: %s", (_name, labels, expected) => {
    expect(plan([classes(labels)]).classes).toEqual(expected);
  });

  test("are those of all labels and answers of both models, and the declared ones", () => {
    const forms = [classes(["b"], ["c"]), classes(["b"], ["a", "c"])];
    expect(plan(forms).classes).toEqual(["a", "b", "c"]);
    expect(plan(forms, '[gates.schema]\nclasses = ["d", "b"]').classes).toEqual(["a", "b", "c", "d"]);
  });

  test("are one by value, however the models and the settings write them", () => {
    const places = (forms: Parameters<typeof plan>[0], toml = "") =>
      plan(forms, toml).spellings.map(({ spelling, at }) => [spelling, at]);
    const spelled = (answer: string, ...spellings: string[]) => ({ answer, rows: 1, spellings });
    const truths = { labels: [spelled("1", "True"), spelled("0", "False")], answers: answersOf("1", "0") };
    expect(plan([truths]).classes).toEqual(["0", "1"]);
    expect(places([truths])).toEqual([
      ["False", 0],
      ["0", 0],
      ["True", 1],
      ["1", 1],
    ]);
    expect(plan([classes(["true", "false"]), classes(["True", "False"])]).classes).toEqual(["false", "true"]);
    expect(plan([classes(["True", "False"])]).classes).toEqual(["False", "True"]);
    expect(plan([classes(["0", "1"])], "[gates.schema]\nclasses = [false, true]").classes).toEqual(["0", "1"]);
    expect(places([classes(["0", "1"])], "[gates.schema]\nclasses = [0.0, 1.0]")).toEqual([
      ["0", 0],
      ["1", 1],
    ]);
  });

  test("do not depend on the order of the labels", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(names, (labels) => {
        const found = plan([classes(labels)]).classes;
        expect(plan([classes(labels.toReversed())]).classes).toEqual(found);
        expect(new Set(found)).toEqual(new Set(labels.map(classNaming(labels))));
      }),
    );
  });

  test("there are none in a regression, nor a positive one", () => {
    const numbers: Partial<PredictionSummary> = { task: "regression", numeric: { label: 100, prediction: 100 } };
    expect(plan([numbers])).toMatchObject({ task: "regression", classes: [], positive: undefined });
  });
});

describe("the positive class", () => {
  const fairness = (favorable: string) => `[gates.fairness]\ncolumns = ["sex"]\nfavorable = ${favorable}\n`;

  test.each([
    ["is the last of two", ["no", "yes"], "", "yes"],
    ["is the larger of two numbers", ["1", "0"], "", "1"],
    ["is the configured one", ["no", "yes"], '[evaluation]\npositive = "no"', "no"],
    ["may be configured as a number", ["1", "0"], "[evaluation]\npositive = 0", "0"],
    ["may be configured as text", ["1", "0"], '[evaluation]\npositive = "0.0"', "0"],
    ["may be configured as a truth value", ["1", "0"], "[evaluation]\npositive = false", "0"],
    ["may be a truth value in Python's words", ["True", "False"], "[evaluation]\npositive = 0", "False"],
    ["is the larger of minus one and one", ["1", "-1"], "", "1"],
    ["is not the favourable one", ["no", "yes"], fairness('"no"'), "yes"],
    ["is none of three", ["a", "b", "c"], '[evaluation]\npositive = "a"', undefined],
    ["is none of one", ["a"], "", undefined],
  ])("%s", (_name, labels, toml, positive) => {
    expect(plan([classes(labels)], toml).positive).toBe(positive);
  });

  test("has to be among the classes", () => {
    expect(planOrReason([{}], '[evaluation]\npositive = "1"')).toBe(
      'evaluation.positive is "1", which is no label and no answer (there are no, yes)',
    );
  });
});

describe("the models", () => {
  test("are the candidate and the baseline, each with its table", () => {
    expect(plan([{ rows: 100 }]).models).toEqual([
      {
        role: "candidate",
        table: "table 0",
        rows: 100,
        score: "probability",
        scores: ["score"],
        quantiles: [],
        hasId: false,
      },
    ]);
    expect(plan([{}, {}]).models.map(({ role, table }) => [role, table])).toEqual([
      ["candidate", "table 0"],
      ["baseline", "table 1"],
    ]);
  });

  test("are identified by an id that no row lacks", () => {
    const columns = ["id", "label", "prediction"];
    const hasId = (missing: number): boolean | undefined =>
      plan([{ columns, missing: { id: missing, label: 0, prediction: 0 } }]).models[0]?.hasId;
    expect([hasId(0), hasId(1)]).toEqual([true, false]);
  });

  test.each([
    ["probability", {}],
    ["any", { extent: { score: { low: -0.1, high: 1 } } }],
    ["any", { extent: { score: { low: 0, high: 1.1 } } }],
    ["none", { columns: ["label", "prediction"] }],
    ["none", { numeric: { label: 0, prediction: 0, score: 99 } }],
    ["none", { nonfinite: { label: 0, prediction: 0, score: 1 } }],
    // A score is of the positive class: without one it says nothing.
    ["none", classes(["a", "b", "c"])],
  ] as const)("have scores: %s, %#", (score, changes) => {
    expect(plan([changes]).models[0]?.score).toBe(score);
  });
});

describe("the groupings", () => {
  const columns = ["label", "prediction", "sex", "age"];
  const slices = (list: string, size: number) =>
    `[gates.slices]\nmin-accuracy = 0.5\ncolumns = ${list}\nmin-size = ${size}\n`;
  const fairness = (list: string, size: number) =>
    `[gates.fairness]\ncolumns = ${list}\nfavorable = "yes"\nmin-size = ${size}\n`;

  test("are those of slices and of fairness, each once, with the smaller size", () => {
    const toml = slices('["sex", ["sex", "age"]]', 50) + fairness('["age", "sex"]', 30);
    expect(plan([{ columns }], toml)).toMatchObject({
      groupings: [
        { columns: ["sex"], minimumSize: 30 },
        { columns: ["sex", "age"], minimumSize: 50 },
        { columns: ["age"], minimumSize: 30 },
      ],
      absentColumns: [],
    });
  });

  test("without a column that the candidate's predictions lack", () => {
    const toml = slices('["sex", ["age", "city"], "street", "city"]', 50);
    const found = plan([{ columns }, { columns: [...columns, "city"] }], toml);
    expect(found.groupings.map((grouping) => grouping.columns)).toEqual([["sex"]]);
    expect(found.absentColumns).toEqual(["city", "street"]);
  });

  test("need only be in the candidate's predictions", () => {
    const found = plan([{ columns }, {}], slices('["sex"]', 50));
    expect(found.groupings).toHaveLength(1);
    expect(found.absentColumns).toEqual([]);
  });

  test("there are none unless they are configured", () => {
    expect(plan([{ columns }])).toMatchObject({ groupings: [], absentColumns: [] });
  });
});

describe("nothing is measured", () => {
  const number = { label: 100, prediction: 100 };

  test.each([
    ["predictions.csv has no rows", { rows: 0 }],
    ["predictions.csv has no column label", { columns: ["prediction"] }],
    ["predictions.csv has no column prediction", { columns: ["label"] }],
    ["label is empty in some rows of predictions.csv", { missing: { label: 1 } }],
    ["prediction is empty in some rows of predictions.csv", { missing: { prediction: 1 } }],
    [
      "prediction is not a number in some rows of predictions.csv",
      { task: "regression", numeric: { ...number, prediction: 99 } },
    ],
    [
      "label is not a number in some rows of predictions.csv",
      { task: "regression", numeric: { ...number, label: 99 } },
    ],
  ] as const)("when %s", (reason, changes) => {
    expect(planOrReason([changes])).toBe(reason);
  });

  test("and decimal commas are told, with what reads them", () => {
    const answers = { answers: [{ answer: "0,75", rows: 100 }] };
    const hint = /; numbers have a decimal point here, unless predictions\.decimal = "," says otherwise$/;
    expect(planOrReason([{ task: "regression", numeric: { label: 100 }, ...answers }])).toMatch(hint);
    expect(planOrReason([{ moreAnswers: true, ...answers }])).toMatch(hint);
  });

  test("when the baseline's file has a flaw, or there is no file", () => {
    expect(planOrReason([{}, { file: "old.csv", rows: 0 }])).toBe("old.csv has no rows");
    expect(planOrReason([])).toBe("there are no predictions");
  });

  test("when there are more than a thousand classes", () => {
    const many = (count: number) => classes(Array.from({ length: count }, (_, index) => `c${index}`));
    expect(planOrReason([many(1001)])).toMatch(
      /^there are more than 1000 different labels and answers; set evaluation\.task/,
    );
    expect(plan([many(1000)]).classes).toHaveLength(1000);
  });
});

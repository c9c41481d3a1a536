import { describe, expect, test } from "vitest";
import {
  type ColumnSetting,
  dataColumns,
  logColumns,
  meaningOf,
  namedTable,
} from "../../../src/drift/model-columns.ts";
import { type PredictionsSettings, predictionsSettings } from "../../../src/measurements/predictions/file-settings.ts";
import { type Table, tableRows } from "../../../src/tables/table.ts";
import { described } from "../data/support.ts";

/** A value of each setting that names columns, and one of its columns. */
const NAMED: Readonly<Record<ColumnSetting, { readonly value: string | readonly string[]; readonly column: string }>> =
  {
    label: { value: "truth", column: "truth" },
    prediction: { value: "answer", column: "answer" },
    score: { value: "risk", column: "risk" },
    scores: { value: "p_{class}", column: "p_cat" },
    quantiles: { value: "at_{quantile}", column: "at_0.9" },
    group: { value: "query", column: "query" },
    weight: { value: "w", column: "w" },
    id: { value: "row", column: "row" },
  };
const OF_FILES = ["files", "delimiter", "decimal"];
const settingsWith = (setting: string, value: unknown): PredictionsSettings =>
  predictionsSettings.parse({ [setting]: value });
const tableWith = (...columns: string[]): Table =>
  ({ name: "log", mount: "/log", files: [described("a.csv", columns)] }) as unknown as Table;

test("every setting is about files or about columns that are known here", () => {
  expect(Object.keys(predictionsSettings.shape).toSorted()).toEqual([...OF_FILES, ...Object.keys(NAMED)].toSorted());
});

describe.each(Object.entries(NAMED))("predictions.%s", (setting, { value, column }) => {
  const settings = settingsWith(setting, value);

  test("is honoured in data: its column is no feature", () => {
    const { outcomes, unfeatured, roleOf } = dataColumns(settings, ["x", column], "y");
    expect([...outcomes, ...unfeatured.keys()].toSorted()).toEqual(["y", column].toSorted());
    expect([roleOf("x"), roleOf("y")]).toEqual(["feature", "label"]);
    expect(outcomes.includes(column)).toBe(roleOf(column) !== "feature");
    // Without the setting it is one.
    expect(meaningOf({}, column)).toBeUndefined();
  });

  test("is honoured in the log: its column has the common name, or is measured and compared", () => {
    const { columns, rows } = tableRows(namedTable(tableWith("x", column), settings));
    const { measured, settings: passed } = logColumns(settings, columns, columns);
    if (["label", "prediction", "score", "id"].includes(setting)) {
      expect(columns.toSorted()).toEqual(["x", setting].toSorted());
      expect(rows).toContain(`"${column}" AS "${setting}"`);
    } else {
      expect([measured, passed]).toEqual([[column], { [setting]: value }]);
      // What only one of the two has cannot be compared.
      expect(logColumns(settings, columns, ["x"])).toMatchObject({ compared: [], measured: [], settings: {} });
    }
  });
});

describe("roles", () => {
  test("are of outputs, and neither groups nor weights have one", () => {
    const settings = { quantiles: "at_{quantile}", scores: ["p", "q"], group: "query", weight: "w", score: "risk" };
    const names = ["at_10", "p", "q", "query", "w", "risk", "score", "prediction", "atlas"];
    const { roleOf, unfeatured } = dataColumns(settings, names, undefined);
    expect(names.map((name) => roleOf(name))).toEqual([
      ...["prediction", "score", "score", "feature", "feature", "score", "score", "prediction", "feature"],
    ]);
    expect([...unfeatured]).toEqual([
      ["query", "names-groups"],
      ["w", "weighs-rows"],
    ]);
  });

  test("the label of the data is one, whatever it is called", () => {
    const { roleOf, unfeatured } = dataColumns({ group: "grade" }, ["grade"], "grade");
    expect([roleOf("grade"), unfeatured.size]).toEqual(["label", 0]);
  });

  test("quantiles have a name by default; scores of classes only where somebody says so, in data", () => {
    expect(meaningOf({}, "prediction_q90")).toEqual({ role: "prediction" });
    expect(meaningOf({}, "score_credit")).toBeUndefined();
    const both = ["prediction", "score_cat", "prediction_q90"];
    expect(logColumns({}, both, both)).toMatchObject({
      compared: ["prediction_q90", "score_cat"],
      scores: ["score_cat"],
      measured: ["prediction_q90", "score_cat"],
    });
  });
});

describe("a log", () => {
  test("under the common names stays as it is", () => {
    const table = tableWith("id", "prediction");
    expect(namedTable(table, { prediction: "answer", id: "row" })).toBe(table);
  });

  test("has a quantile that is the answer twice", () => {
    const table = namedTable(tableWith("at_50", "at_90"), { prediction: "at_50", quantiles: "at_{quantile}" });
    expect(tableRows(table).columns).toEqual(["prediction", "at_50", "at_90"]);
  });

  test("keeps the column that labels are joined by, where monitoring names it", () => {
    expect(tableRows(namedTable(tableWith("row"), { id: "row" })).columns).toEqual(["id"]);
    expect(tableRows(namedTable(tableWith("row"), { id: "row" }, "row")).columns).toEqual(["row"]);
  });
});

import { expect, test } from "vitest";
import { adoption } from "../../../src/adopt/adopt.ts";
import { planOf } from "../../../src/adopt/plan.ts";
import { patternInData, readTogether } from "../../../src/adopt/read-together.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { argument, findings, type Made, script, withArguments } from "./support.ts";

const trains = { does: ["fits", "saves"], saves: [{ by: "joblib", path: "models/m.pkl" }], labels: ["y"] };
const COLUMNS = ["x", "y"];
const YEARS = { "raw/2023.csv": COLUMNS, "raw/2024.csv": COLUMNS };
const project = (patterns: readonly string[], tables: NonNullable<Made["tables"]>): Made => ({
  scripts: [script("train.py", { ...trains, read_patterns: [...patterns] })],
  tables,
});
const files = (made: Made): unknown =>
  settingsFor(planOf(findings(made), {})).find(({ path }) => path.join(".") === "data.files")?.value;
const evaluation = (made: Made): string => adoption({}, findings(made)).get("ml_pipeline/evaluate.py") ?? "";

test.each<[string, string | undefined]>([
  ["data/raw/*.csv", "raw/*.csv"],
  ["../data/raw/*.csv", "raw/*.csv"],
  ["./data/**/*.csv", "**/*.csv"],
  ["?/*.csv", "**/*.csv"],
  ["?/raw/*.csv", "raw/*.csv"],
  ["*.csv", "**/*.csv"],
  ["raw/202?.csv", "raw/202?.csv"],
  ["data/raw/*", "raw/*.csv"],
  ["data/raw/*.parquet", undefined],
  ["logs/*.txt", undefined],
])("%s is %s below the data", (pattern, expected) => expect(patternInData(pattern, Object.keys(YEARS))).toBe(expected));

test("tables are one where a program reads them by a pattern or a list, and they have the same columns", () => {
  const together = (patterns: readonly string[], tables: Readonly<Record<string, readonly string[]>> = YEARS) =>
    readTogether(
      [script("a.py", { read_patterns: [...patterns] })],
      Object.entries(tables).map(([path, columns]) => ({ path, columns: [...columns] })),
    );
  expect(together(["data/raw/*.csv"])).toEqual({ files: ["raw/*.csv"], paths: Object.keys(YEARS), by: "a.py" });
  expect(together(["2023.csv", "2024.csv"])).toMatchObject({ paths: Object.keys(YEARS) });
  expect(together(["2023.csv"])).toBeUndefined();
  expect(together(["data/raw/2024*.csv"])).toBeUndefined();
  expect(together(["data/*.csv"], { "a.csv": ["id", "y"], "b.csv": ["id", "name"] })).toBeUndefined();
  // A list of what is trained on and what is held out is no table.
  expect(together(["train.csv", "test.csv"], { "train.csv": COLUMNS, "test.csv": COLUMNS })).toBeUndefined();
  expect(together(["?/*"], { "a.csv": COLUMNS, "b.csv": COLUMNS })?.files).toEqual(["*.csv"]);
});

test("all tables of a pattern are checked, and no others that training does not read", () => {
  expect(files(project(["data/raw/*.csv"], YEARS))).toBeUndefined();
  const others = { "cities.csv": ["city"], ...YEARS };
  expect(files(project(["data/raw/*.csv"], others))).toEqual(["raw/*.csv"]);
  expect(files(project([], others))).toEqual(Object.keys(YEARS));
  // What else has the label, such as a table to evaluate on, is checked as well.
  expect(files(project(["data/raw/*.csv"], { "test.csv": COLUMNS, ...others }))).toEqual(["raw/*.csv", "test.csv"]);
});

test("a table that is read by its name is not the only one where others are read by a pattern", () => {
  const one = script("train.py", { ...trains, reads: ["data/test.csv"], read_patterns: ["data/raw/*.csv"] });
  const tables = { "test.csv": COLUMNS, "cities.csv": ["city"], ...YEARS };
  const found = findings({ scripts: [one], tables });
  expect(files({ scripts: [one], tables })).toEqual(["raw/*.csv", "test.csv"]);
  expect(planOf(found, {}).read).toEqual([]);
});

test("an evaluation that is written reads all of them", () => {
  const all = evaluation(project(["data/raw/*.csv"], YEARS));
  expect(all).toContain('paths = sorted(folder.glob("raw/*.csv"))');
  expect(all).toContain("parts = [pd.read_csv(path) for path in paths]");
  expect(all).toContain("rows = pd.concat(parts, ignore_index=True)");
  const listed = project(["2023.csv", "2024.csv"], YEARS);
  expect(evaluation(listed)).toContain('paths = [folder / name for name in ["raw/2023.csv", "raw/2024.csv"]]');
  const split = { splits: [{ test_size: "0.2", random_state: "1", stratify: false }], read_with: { "?": 'sep=";"' } };
  const some = {
    ...project([], YEARS),
    scripts: [script("train.py", { ...trains, ...split, read_patterns: ["?/*.csv"] })],
  };
  expect(evaluation(some)).toMatch(
    /read_csv\(path, sep=";"\)[\s\S]*_, held_out = train_test_split\(rows, test_size=0.2/,
  );
  // A table of its own is what a model is evaluated on, unless training reads that too.
  expect(evaluation(project(["data/raw/*.csv"], { "test.csv": COLUMNS, ...YEARS }))).toContain(
    'return pd.read_csv(folder / "test.csv")',
  );
  const both = { "2023.csv": COLUMNS, "test.csv": COLUMNS };
  expect(evaluation(project(["data/*.csv"], both))).toContain('folder.glob("*.csv")');
});

test("an argument that takes a pattern or several files is told all of them", () => {
  const told = (name: string, more: { readonly several: true } | Readonly<Record<string, string>>): unknown => {
    const one = { ...argument(name), several: more.several === true };
    const used = typeof more.several === "boolean" ? {} : { used_as: { ...more } as Record<string, string> };
    const train = withArguments("train.py", [], {
      ...{ ...trains, ...used },
      commands: [{ word: "", arguments: [one], function: "" }],
    });
    return settingsFor(planOf(findings({ scripts: [train], tables: YEARS }), {})).find(
      ({ path }) => path[1] === "train",
    )?.value;
  };
  const command = (line: string) => ({ command: line, "output-folder": "models" });
  expect(told("--data!", { data: "pattern" })).toEqual(command("python train.py --data '{data}/raw/*.csv'"));
  expect(told("--data=data/raw/2*.csv", { data: "pattern" })).toEqual(
    command("python train.py --data '{data}/raw/2*.csv'"),
  );
  expect(told("--csv!", { several: true })).toEqual(
    command("python train.py --csv {data}/raw/2023.csv {data}/raw/2024.csv"),
  );
  expect(told("csv", { several: true })).toEqual(command("python train.py {data}/raw/2023.csv {data}/raw/2024.csv"));
});

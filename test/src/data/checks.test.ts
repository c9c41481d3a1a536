import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataFindings, type FileCounts, toFileCounts } from "../../../src/data/checks.ts";
import { configOf } from "../support.ts";

const counts = (present: number, numeric = 0, nonfinite = 0) => ({ present, numeric, nonfinite });
const file = (columns: FileCounts["columns"], rows = 1000, name = "train.csv"): FileCounts => ({
  file: name,
  rows,
  columns,
});
const rules = (toml: string) => configOf(`[data]\n${toml}`).data;

describe("reading DuckDB's flat row", () => {
  test("columns of any name; the pipeline's own is none", () => {
    const row = JSON.parse(
      '{"file":"$(touch x) \\"ü.csv","rows":"3","present:a:b":2,"numeric:a:b":1,"nonfinite:a:b":0,"present:n\\nl":3,' +
        '"present:__proto__":1,"present:constructor":3,"numeric:constructor":3,"nonfinite:constructor":1,' +
        '"present:ml_pipeline_file":3,"numeric:ml_pipeline_file":0}',
    );
    const read = toFileCounts(row);
    expect(read).toMatchObject({ file: '$(touch x) "ü.csv', rows: 3 });
    expect(Object.entries(read.columns)).toEqual([
      ["a:b", counts(2, 1, 0)],
      ["n\nl", counts(3)],
      ["__proto__", counts(1)],
      ["constructor", counts(3, 3, 1)],
    ]);
  });

  test("a file that DuckDB took for a pattern keeps its name", () => {
    expect(toFileCounts({ file: "./a[1]*.csv", rows: 1 }).file).toBe("a[1]*.csv");
  });
});

describe("findings", () => {
  test("none", () => {
    expect(dataFindings([file({ age: counts(1000, 1000) })], rules('required = ["age"]'))).toEqual([]);
  });

  test("too few rows, over all files; exactly enough is enough", () => {
    expect(dataFindings([file({}, 800)], rules(""))).toEqual([
      "800 rows in 1 file, at least 1,000 are needed (data.min-rows)",
    ]);
    expect(dataFindings([file({}, 800), file({}, 199, "b.csv")], rules(""))).toHaveLength(1);
    expect(dataFindings([file({}, 800), file({}, 200, "b.csv")], rules(""))).toEqual([]);
    expect(dataFindings([], rules("min-rows = 0"))).toEqual([]);
  });

  test("a missing column, also one that every object has", () => {
    const [finding, more] = dataFindings([file({ a: counts(1000), "b c": counts(1000) })], rules('required = ["age"]'));
    expect(finding).toBe('train.csv: column "age" is missing; it has "a", "b c"');
    expect(more).toBeUndefined();
    expect(dataFindings([file({})], rules('required = ["constructor", "__proto__"]'))).toHaveLength(2);
  });

  test("the label is mandatory, and said once when it is required, too", () => {
    expect(dataFindings([file({})], rules('label = "y"\nrequired = ["y"]'))).toHaveLength(1);
  });

  test("nulls matter in mandatory columns only", () => {
    const files = [file({ age: counts(998, 998), note: counts(0) })];
    expect(dataFindings(files, rules('required = ["age"]'))).toEqual([
      'train.csv: mandatory column "age" is empty in 2 of 1,000 rows (0.20 %)',
    ]);
    expect(dataFindings(files, rules(""))).toEqual([]);
  });

  test("NaN and infinity stop the run in columns of numbers and in mandatory ones, not among words", () => {
    const files = [file({ age: counts(1000, 1000, 1), name: counts(1000, 3, 3), empty: counts(0) })];
    expect(dataFindings(files, rules(""))).toEqual([
      'train.csv: column "age" is NaN or infinite in 1 of 1,000 rows (0.10 %)',
    ]);
    expect(dataFindings(files, rules('required = ["name"]'))).toContain(
      'train.csv: column "name" is NaN or infinite in 3 of 1,000 rows (0.30 %)',
    );
  });

  test("all at once, for each file", () => {
    const broken = file({ age: counts(399, 399, 1) }, 400);
    const findings = dataFindings([broken, { ...broken, file: "b.csv" }], rules('required = ["age", "sex"]'));
    expect(findings).toHaveLength(7);
  });
});

describe("against a slow reference", () => {
  const COLUMNS = ["age", "sex", "label", "note"];
  const cell = fc.constantFrom("1", "2.5", "NaN", "inf", "word", null);
  const table = fc.array(fc.record(Object.fromEntries(COLUMNS.map((name) => [name, cell]))), { maxLength: 12 });
  type Table = Record<string, string | null>[];

  const isNumber = (text: string | null): boolean => text !== null && text !== "word";
  const isFiniteNumber = (text: string | null): boolean => text === "1" || text === "2.5";

  const count = (rows: Table, names: readonly string[]): FileCounts =>
    file(
      Object.fromEntries(
        names.map((name) => [
          name,
          counts(
            rows.filter((row) => row[name] !== null).length,
            rows.filter((row) => isNumber(row[name] ?? null)).length,
            rows.filter((row) => isNumber(row[name] ?? null) && !isFiniteNumber(row[name] ?? null)).length,
          ),
        ]),
      ),
      rows.length,
    );

  /** Row by row, as the specification reads: may this table be trained on? */
  function acceptable(rows: Table, names: readonly string[], mandatory: readonly string[], least: number): boolean {
    if (rows.length < least || mandatory.some((name) => !names.includes(name))) return false;
    return names.every((name) => {
      const values = rows.map((row) => row[name] ?? null);
      if (mandatory.includes(name)) return values.every((value) => value === "word" || isFiniteNumber(value));
      const there = values.filter((value) => value !== null);
      return there.some((value) => !isNumber(value)) || there.every(isFiniteNumber);
    });
  }

  test("there are findings exactly where a table must not be trained on", () => {
    fc.assert(
      fc.property(
        table,
        fc.subarray(COLUMNS),
        fc.subarray(COLUMNS, { minLength: 1 }),
        fc.nat(12),
        (rows, names, mandatory, least) => {
          const config = rules(`required = ${JSON.stringify(mandatory)}\nmin-rows = ${least}`);
          const findings = dataFindings([count(rows, names)], config);
          expect(findings.length === 0, findings.join("\n")).toBe(acceptable(rows, names, mandatory, least));
        },
      ),
      { numRuns: 300 },
    );
  });
});

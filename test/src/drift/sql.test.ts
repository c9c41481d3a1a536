import { describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../../src/drift/columns.ts";
import { idFacts, labelledRows, referencePredictions } from "../../../src/drift/log-sql.ts";
import { BIN_WIDTH, countScript, describeScript } from "../../../src/drift/sql.ts";
import { tableRows } from "../../../src/tables/table.ts";
import { described, typed } from "../data/support.ts";

const HOSTILE = `a"; DROP TABLE x; --'b`;
const SIDES = {
  reference: tableRows({ mount: "/reference", files: [typed("a.parquet", { x: "DOUBLE" })] }),
  current: tableRows({ mount: "/data", files: [typed("a.parquet", { x: "DOUBLE" })] }),
};
const column = (more: Partial<ColumnPlan>): ColumnPlan => ({
  ...{ name: HOSTILE, kind: "number", numeric: true, exact: true, center: 0, scale: 1 },
  ...more,
});

describe("the scripts", () => {
  test("have names of columns and files as names and texts, whatever is in them", () => {
    const kinds = (["number", "category", "text", "skipped"] as const).map((kind) => column({ kind }));
    const counting = countScript("/d'b", "/out'", SIDES, { columns: kinds, rows: 10 });
    expect(counting).toContain(`"a""; DROP TABLE x; --'b"`);
    expect(counting.replaceAll(`"a""; DROP TABLE x; --'b"`, "")).not.toContain("DROP TABLE x");
    expect(counting).toContain("ATTACH '/d''b'");
    const describing = describeScript("/db", "/out", {
      ...SIDES,
      reference: tableRows({ mount: "/reference", files: [described("it's [1].csv", ["x"])] }),
    });
    expect(describing).toContain("'/reference/it''s [[]1].csv'");
  });

  test("leave Parquet where it is, and load everything else once", () => {
    const mixed = tableRows({
      ...{ mount: "/r", files: [typed("a.parquet", { x: "DOUBLE" }), described("b.csv", ["x"])] },
    });
    const script = describeScript("/db", "/out", { ...SIDES, reference: mixed });
    expect(script).toContain(`CREATE TABLE reference AS ${mixed.rows};`);
    expect(script).toContain(`CREATE VIEW current AS ${SIDES.current.rows};`);
  });

  test("begin with what reading needs, also where what is counted is read in place", () => {
    const named = tableRows({ mount: "/c", files: [typed("a.parquet", { filename: "VARCHAR" })] });
    expect(describeScript("/db", "/out", { ...SIDES, current: named })).toMatch(/^SET disabled_optimizers/);
    expect(countScript("/db", "/out", { ...SIDES, current: named }, { columns: [], rows: 0 })).toMatch(
      /^SET disabled_optimizers/,
    );
    expect(countScript("/db", "/out", SIDES, { columns: [], rows: 0 })).toMatch(/^ATTACH/);
  });

  describe("of a wide table", () => {
    const wide = Array.from({ length: 120 }, (_, index) => column({ name: `c${index}` }));
    const copies = (rows: number, sides = SIDES): string[] =>
      countScript("/db", "/out", sides, { columns: wide, rows }).match(/CREATE OR REPLACE TEMP TABLE \w+/g) ?? [];
    const text = tableRows({ mount: "/c", files: [described("a.csv", ["x"])] });

    test("copy fifty columns at a time, and count in the copy", () => {
      expect(copies(1000)).toHaveLength(6);
      const script = countScript("/db", "/out", SIDES, { columns: wide, rows: 1000 });
      const [, , third = ""] = script.split(/CREATE OR REPLACE TEMP TABLE reference_part/);
      expect(third).toContain('try_cast("c50" AS DOUBLE) AS v FROM reference_part');
      expect(third).not.toContain('"c49"');
      expect(script).toContain("SELECT 100 AS first, list_value(");
    });

    test("copy fewer columns of more rows, and none where one column is as much", () => {
      expect(copies(1_000_000)).toHaveLength(12);
      expect(copies(15_000_000)).toEqual([]);
    });

    test("copy only what is read in place", () => {
      expect(new Set(copies(10, { ...SIDES, current: text }))).toEqual(
        new Set(["CREATE OR REPLACE TEMP TABLE reference_part"]),
      );
      expect(copies(10, { reference: text, current: text })).toEqual([]);
    });
  });

  test("write a file of every kind, of none too", () => {
    const files = ["numbers", "categories", "lengths", "words", "reference-present", "current-present"];
    for (const file of files)
      expect(countScript("/db", "/out", SIDES, { columns: [], rows: 0 })).toContain(`/out/${file}.json`);
  });
});

test("no bin has more than 0.0015 of a normal distribution, by which the distance can be too small", () => {
  expect(BIN_WIDTH / Math.sqrt(2 * Math.PI)).toBeLessThan(0.0015);
});

describe("the log", () => {
  const logOf = (columns: string[]) => tableRows({ mount: "/log", files: [described("a.csv", columns)] });
  const labels = tableRows({ mount: "/labels", files: [described("b.csv", [HOSTILE, "label"])] });
  const log = logOf(["prediction", "label", "score"]);

  test("is joined by the configured column, and a later label counts more than its own", () => {
    const sql = labelledRows({ log, labels, id: HOSTILE });
    expect(sql).toMatch(
      /trim\(log\."a""; DROP TABLE x; --'b"::VARCHAR\).* = .*trim\(later\."a""; DROP TABLE x; --'b"::VARCHAR\)/,
    );
    expect(sql).toContain("coalesce(later.label::VARCHAR, log.label::VARCHAR) AS label");
    expect(idFacts(log, labels, HOSTILE)).toMatch(/count\(DISTINCT .*trim\("a""; DROP TABLE x; --'b"::VARCHAR\)/);
  });

  test("has further columns that are measured, and those of the reference", () => {
    const more = logOf(["prediction", "score", HOSTILE, "p_90"]);
    const wanted = `prediction, log."score" AS "score", log."p_90" AS "p_90" FROM`;
    expect(labelledRows({ log: more, labels, id: HOSTILE, further: ["p_90"] }).replaceAll(/\s+/g, " ")).toContain(
      wanted,
    );
    expect(referencePredictions(logOf(["y", "prediction", "p_90"]), "y", ["p_90"])).toContain(
      'SELECT "y" AS label, prediction, "p_90" FROM',
    );
  });

  test("needs no join where it has the labels", () => {
    expect(labelledRows({ log, id: HOSTILE })).not.toContain("JOIN");
    expect(labelledRows({ log: logOf(["prediction", "label"]), id: HOSTILE })).not.toContain("score");
  });
});

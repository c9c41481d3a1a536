import { describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../../src/drift/columns.ts";
import { idFacts, labelledRows } from "../../../src/drift/log-sql.ts";
import { BIN_WIDTH, countScript, describeScript } from "../../../src/drift/sql.ts";

const HOSTILE = `a"; DROP TABLE x; --'b`;
const column = (more: Partial<ColumnPlan>): ColumnPlan => ({
  ...{ name: HOSTILE, kind: "number", numeric: true, exact: true, center: 0, scale: 1 },
  ...more,
});

describe("the scripts", () => {
  test("have names of columns and files as names and texts, whatever is in them", () => {
    const kinds = (["number", "category", "text", "skipped"] as const).map((kind) => column({ kind }));
    const counting = countScript("/d'b", "/out'", kinds);
    expect(counting).toContain(`"a""; DROP TABLE x; --'b"`);
    expect(counting.replaceAll(`"a""; DROP TABLE x; --'b"`, "")).not.toContain("DROP TABLE x");
    expect(counting).toContain("ATTACH '/d''b'");
    const describing = describeScript("/db", "/out", {
      reference: { paths: ["/reference/it's [1].csv"] },
      current: { paths: ["/data/b.parquet"] },
    });
    expect(describing).toContain("'/reference/it''s [[]1].csv'");
  });

  test("leave Parquet where it is, and load everything else once", () => {
    const tables = { reference: { paths: ["/r/a.parquet", "/r/b.csv"] }, current: { paths: ["/c/a.parquet"] } };
    const script = describeScript("/db", "/out", tables);
    expect(script).toContain("CREATE TABLE reference AS SELECT * FROM (SELECT * FROM read_csv");
    expect(script).toContain("UNION ALL BY NAME SELECT * FROM read_parquet");
    expect(script).toContain("CREATE VIEW current AS SELECT * FROM (SELECT * FROM read_parquet");
  });

  test("write a file of every kind, of none too", () => {
    const files = ["numbers", "categories", "lengths", "words", "reference-present", "current-present"];
    for (const file of files) expect(countScript("/db", "/out", [])).toContain(`/out/${file}.json`);
  });
});

test("no bin has more than 0.0015 of a normal distribution, by which the distance can be too small", () => {
  expect(BIN_WIDTH / Math.sqrt(2 * Math.PI)).toBeLessThan(0.0015);
});

describe("the log", () => {
  const sources = {
    log: ["/log/a.csv"],
    columns: ["prediction", "label", "score"],
    labels: ["/labels/b.csv"],
    id: HOSTILE,
  };

  test("is joined by the configured column, and a later label counts more than its own", () => {
    const sql = labelledRows(sources);
    expect(sql).toContain(`log."a""; DROP TABLE x; --'b"::VARCHAR = later."a""; DROP TABLE x; --'b"::VARCHAR`);
    expect(sql).toContain("coalesce(later.label::VARCHAR, log.label::VARCHAR) AS label");
    expect(idFacts(sources)).toContain(`count(DISTINCT "a""; DROP TABLE x; --'b"::VARCHAR)`);
  });

  test("needs no join where it has the labels", () => {
    expect(labelledRows({ ...sources, labels: [] })).not.toContain("JOIN");
    expect(labelledRows({ ...sources, labels: [], columns: ["prediction", "label"] })).not.toContain("score");
  });
});

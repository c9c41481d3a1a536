import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { OpenedTable } from "../../../src/data/open.ts";
import type { SuggestedTable } from "../../../src/data/suggest/header.ts";
import { writeHeader } from "../../../src/data/suggest/header.ts";
import { unitsOf } from "../../../src/data/suggest/units.ts";
import { configOf } from "../support.ts";
import { described } from "./support.ts";

const files = [described("in.csv", ["id", "a", "b"]), described("out.csv", ["id", "y"])];
const opened = (name: string | undefined, toml: string, checked = files): OpenedTable => {
  const { data } = configOf(toml);
  const config = name === undefined ? data : (data.tables?.[name] ?? data);
  return { table: { name, config }, subject: { checked, described: checked, matches: new Map() } };
};

describe("rules are suggested", () => {
  const units = (toml: string, tables = [opened(undefined, toml)]) =>
    unitsOf(tables, configOf(toml).data).map(({ name, label, guesses, reading, written }) => ({
      ...{ name, label, guesses, reading: reading.files, written: written.files },
    }));

  test("for each kind of table, with the label where it has that column", () => {
    expect(units('[data]\nlabel = "y"')).toEqual([
      { name: "in", label: undefined, guesses: false, reading: ["in.*", "in/**"], written: undefined },
      { name: "out", label: "y", guesses: false, reading: ["out.*", "out/**"], written: undefined },
    ]);
  });

  test("for the only table as ever", () => {
    const only = opened(undefined, "", files.slice(0, 1));
    expect(units("", [only])).toEqual([
      { name: undefined, label: undefined, guesses: true, reading: undefined, written: undefined },
    ]);
  });

  test("for tables that have names, beside the files that are left", () => {
    const toml = '[data.tables.q]\nfiles = ["in.csv"]\nlabel = "a"';
    const tables = [opened(undefined, toml, files.slice(1)), opened("q", toml, files.slice(0, 1))];
    expect(units(toml, tables)).toEqual([
      { name: undefined, label: undefined, guesses: false, reading: ["out.csv"], written: undefined },
      { name: "q", label: "a", guesses: false, reading: ["in.csv"], written: ["in.csv"] },
    ]);
  });
});

describe("above the sections of several tables stands", () => {
  const suggested = (name: string, columns: number, label?: string): SuggestedTable => ({
    unit: { name, reading: {}, written: {}, label, guesses: true, files: [`${name}.csv`] },
    draft: {
      ...(label === undefined ? {} : { label: { value: label, comment: "" } }),
      ...{ required: { value: [], comment: "" }, unique: [], minRows: { value: 0, comment: "" } },
      ...{ maxDuplicates: { value: 0, comment: "" }, types: {}, values: {}, ranges: {}, maxNulls: {}, text: {} },
    },
    ...{ rows: 10, columns },
  });
  const header = (...tables: SuggestedTable[]) => writeHeader(tables, {}, "data");

  test("which there are, and the other way", () => {
    expect(header(suggested("a", 1), suggested("b", 2))).toMatch(
      /2 tables .*: a \(a\.csv\), b \(b\.csv\)\.\n# .*data\.files/,
    );
  });

  test("which table the model is about, where several have the label", () => {
    const text = header(suggested("a", 2, "y"), suggested("b", 3, "y"));
    expect(parse(text)).toEqual({ data: { "evaluated-table": "b" } });
    expect(text).toContain("# or a?");
    expect(header(suggested("a", 2, "y"), suggested("b", 3))).not.toContain("evaluated-table");
  });
});

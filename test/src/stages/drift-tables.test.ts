import { describe, expect, test } from "vitest";
import type { TableFiles } from "../../../src/data/table-files.ts";
import { columnsOfTable, pairedTables } from "../../../src/stages/drift-tables.ts";
import { configOf } from "../support.ts";

const side = (toml: string, ...names: string[]): TableFiles[] => {
  const { data } = configOf(toml);
  return names.map((name) => ({
    table: { name: name === "" ? undefined : name, config: data.tables?.[name] ?? data },
    paths: [`${name}.csv`],
  }));
};
const TOML = '[data.tables.in]\n[data.tables.out]\nlabel = "y"';

describe("tables are compared", () => {
  test("with those of the same name, the one that the model is about first", () => {
    const pairs = pairedTables(side(TOML, "in", "out"), side(TOML, "in", "out"), "out");
    expect(pairs.map(({ table }) => table.name)).toEqual(["out", "in"]);
  });

  test("but not labels, which production has not yet", () => {
    const pairs = pairedTables(side(TOML, "in"), side(TOML, "in", "out"), "out");
    expect(pairs.map(({ table }) => table.name)).toEqual(["in"]);
  });

  test("or it is said which side lacks one", () => {
    expect(() => pairedTables(side(TOML, "out"), side(TOML, "in", "out"), "out")).toThrow(
      "The reference folder has files of data.tables.in, and the data folder has none.",
    );
    expect(() => pairedTables(side("", ""), [], undefined)).toThrow("The data folder has files that no table takes");
  });
});

describe("columns are compared", () => {
  test.each([
    [undefined, "in", undefined],
    [["x"], undefined, ["x"]],
    [["in.a", "x", "in.b"], "in", ["a", "b"]],
    [["in.a", "x"], undefined, ["x"]],
    [["in.a"], "out", []],
  ])("%j: those of %s", (columns, name, own) => {
    expect(columnsOfTable(columns, name, ["in", "out"])).toEqual(own);
  });

  test("by their names alone where no table has one", () => {
    expect(columnsOfTable(["in.a"], undefined, [])).toEqual(["in.a"]);
  });
});

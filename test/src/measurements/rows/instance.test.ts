import { expect, test } from "vitest";
import { instancesOf } from "../../../../src/measurements/rows/instance.ts";
import type { Column } from "../../../../src/tables/columns.ts";

const column = (name: string, textual = true): Column => ({ name, kind: "text", textual, absentIn: [] });

test("numbers, truth values and gaps of a file of text are values; texts stay texts", () => {
  const rows = [
    { age: "39", gain: "1e3", member: "True", zip: "0123x", note: "" },
    { age: "NA", gain: "-0.5", member: "false", zip: "7", note: null },
  ];
  const found = instancesOf(
    rows,
    ["age", "gain", "member", "zip", "note"].map((name) => column(name)),
    {},
  );
  expect(found).toEqual([
    { instance: { age: 39, gain: 1000, member: true, zip: "0123x", note: "" }, text: rows[0] },
    {
      instance: { age: null, gain: -0.5, member: false, zip: "7", note: null },
      text: { age: "NA", gain: "-0.5", member: "false", zip: "7" },
    },
  ]);
});

test("a file with types keeps them, and lines of JSON say which texts are values", () => {
  const rows = [{ size: 1.5, code: "12", tags: '["a","b"]' }];
  const columns = [column("size", false), column("code"), column("tags")];
  const [found] = instancesOf(rows, columns, { code: "VARCHAR", tags: "VARCHAR[]" });
  expect(found?.instance).toEqual({ size: 1.5, code: "12", tags: ["a", "b"] });
});

test("decimals and large whole numbers, which DuckDB writes as texts, are numbers", () => {
  const columns = [
    { ...column("price", false), kind: "number" as const },
    { ...column("count", false), kind: "integer" as const },
    { ...column("day", false), kind: "date" as const },
  ];
  const [found] = instancesOf([{ price: "1.50", count: "12345678901", day: "2024-01-31" }], columns, {});
  expect(found?.instance).toEqual({ price: 1.5, count: 12345678901, day: "2024-01-31" });
});

import { expect, test } from "vitest";
import { z } from "zod";
import { parseRows, reasonOf } from "../../../src/tables/duckdb.ts";

test.each([
  [
    "Invalid Input Error:\nCSV Error on Line: 1202\nOriginal Line: only\nExpected Number of Columns: 3 Found: 1\nPossible fixes:\n* Disable",
    "Invalid Input Error: CSV Error on Line: 1202; Original Line: only; Expected Number of Columns: 3 Found: 1",
  ],
  ["Catalog Error: no such table\n\nLINE 1: SELECT", "Catalog Error: no such table"],
  [
    "Binder Error: no such function\nWARNING: Deprecated lambda arrow (->) detected.\n",
    "Binder Error: no such function",
  ],
  ["Binder Error: no cast is known\n┌───┐\n│ a │\n└───┘\n", "Binder Error: no cast is known"],
  ["killed\n", "killed"],
  ["", "DuckDB did not run"],
])("the reason in %j", (output, reason) => {
  expect(reasonOf(output)).toBe(reason);
});

test("NaN and infinity, which JSON does not have, are null outside of texts", () => {
  const rows = parseRows(
    '[{"x":NaN,"y":[1.5,-Infinity],"z":"a \\"NaN, Infinity"},{"x":Infinity,"y":[],"NaN":1}]',
    z.record(z.string(), z.unknown()),
    "rows.json",
  );
  expect(rows).toEqual([
    { x: null, y: [1.5, null], z: 'a "NaN, Infinity' },
    { x: null, y: [], NaN: 1 },
  ]);
});

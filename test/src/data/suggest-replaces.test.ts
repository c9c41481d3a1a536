import { expect, test } from "vitest";
import { hasTable, replacesTable } from "../../../src/data/suggest/header.ts";

test.each([
  ['[data]\nlabel = "y"', "data", true],
  ["x = 1\n [ data.types ]\n", "data", true],
  ["[tool.ml-pipeline.data]\n", "tool.ml-pipeline.data", true],
  ["[tool . ml-pipeline . data . ranges]\n", "tool.ml-pipeline.data", true],
  ["[database]\n[evaluation]\n# [data]\n", "data", false],
  ["[tool.ml-pipeline.gates]\n", "tool.ml-pipeline.data", false],
])("%j has the table %s: %s", (text, table, has) => {
  expect(hasTable(text, table)).toBe(has);
});

test("what takes the place of a table says so, as a comment", () => {
  expect(replacesTable("data", "ml-pipeline.toml")).toMatch(
    /^# It takes the place of \[data\] in ml-pipeline\.toml, .*\n$/,
  );
});

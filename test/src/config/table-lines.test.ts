import { expect, test } from "vitest";
import { keyLines, lineOfSetting, lineOfTable, tableLines } from "../../../src/config/table-lines.ts";

const TEXT = `[project]
name = "x"
[tool.ml-pipeline]
python = "3.11"
[tool."ml-pipeline".data] # rules
[ tool . ml-pipeline . gates . metrics ]
accuracy = 0.9
[[tool.ml-pipeline.gates.slices]]
[[tool.ml-pipeline.gates.slices]]
[tool.ml-pipeline.data.ranges."a.b"]
[tool.ml-pipelines]
list = [
  [1]
]
`;

test("the lines of tables below a prefix, by their names without it", () => {
  expect(tableLines(TEXT, ["tool", "ml-pipeline"])).toEqual({
    ...{ "": 3, data: 5, "gates.metrics": 6, "gates.slices": 8, "data.ranges.a.b": 10 },
  });
  expect(tableLines("[data]\r\n[gates.metrics]\r\n", [])).toEqual({ data: 1, "gates.metrics": 2 });
});

test.each([
  ["gates.metrics", 6],
  ["data.ranges.age", 5],
  ["gates.latency", 3],
  ["constructor", 3],
])("%s is in line %i, or in that of the nearest table", (table, line) => {
  expect(lineOfTable(tableLines(TEXT, ["tool", "ml-pipeline"]), table)).toBe(line);
});

test("where no table has a line, the first one of the file stands for it", () => {
  expect(lineOfTable({}, "gates.metrics")).toBe(1);
});

const KEYS = `top = 1
[data]
ranges.age = { min = 0 }
"odd name" = 2
[gates]
metrics = { accuracy = 0.9 }
[gates.slices.income]
min = 0.8
`;
const WRITTEN = { tables: tableLines(KEYS, []), keys: keyLines(KEYS, []) };

test("the lines of keys, with the names of their tables before theirs", () => {
  expect(WRITTEN.keys).toEqual({
    ...{ top: 1, "data.ranges.age": 3, "data.odd name": 4, "gates.metrics": 6, "gates.slices.income.min": 8 },
  });
  expect(keyLines(TEXT, ["tool", "ml-pipeline"])).toEqual({ python: 4, "gates.metrics.accuracy": 7 });
});

test.each<[string, string, number | undefined]>([
  ["a key", "data.ranges.age", 3],
  ["what a key holds", "data.ranges.age.min", 3],
  ["a table in a line of its parent", "gates.metrics", 6],
  ["a table of which only a part has a heading", "gates.slices", 7],
  ["a table", "data", 2],
  ["a limit that nobody has written", "gates.latency", undefined],
  ["a rule that nobody has written", "data.min-rows", undefined],
  ["a name of every object", "constructor", undefined],
])("%s has its line, if any", (_what, name, line) => {
  expect(lineOfSetting(WRITTEN, name)).toBe(line);
});

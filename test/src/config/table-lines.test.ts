import { expect, test } from "vitest";
import { lineOfTable, tableLines } from "../../../src/config/table-lines.ts";

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

import { expect, test } from "vitest";
import { rowSets } from "../../../../src/measurements/rows/row-sets.ts";

test("each file, each folder and all of them, each once", () => {
  const sets = rowSets(["test/a.csv", "test/b.csv", "train.csv"], undefined);
  expect(sets.map(({ files }) => files.join())).toEqual([
    "test/a.csv,test/b.csv,train.csv",
    "test/a.csv,test/b.csv",
    "test/a.csv",
    "test/b.csv",
    "train.csv",
  ]);
  expect(sets.map(({ name }) => name).slice(1, 3)).toEqual(["the 2 tables of the data", "test/a.csv"]);
  expect(rowSets(["x/rows.csv"], undefined)).toEqual([{ name: "x/rows.csv", files: ["x/rows.csv"] }]);
});

test("the evaluation data that a project names are the only ones", () => {
  expect(rowSets(["a.csv", "b.csv"], ["b.csv"])).toEqual([{ name: "b.csv", files: ["b.csv"] }]);
});

import { expect, test } from "vitest";
import { firstTable } from "../../../../src/measurements/serving/instances.ts";
import { described } from "../../data/support.ts";

test("the first rows are those of the first table in all its parts, and not of another one", () => {
  const files = [
    described("2024/part-0.csv", ["x", "y"]),
    described("2024/part-1.csv", ["x", "y"]),
    described("cities.csv", ["name"]),
  ];
  expect(firstTable({ files }).map(({ path }) => path)).toEqual(["2024/part-0.csv", "2024/part-1.csv"]);
});

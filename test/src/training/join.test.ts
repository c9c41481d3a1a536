import { expect, test } from "vitest";
import { joinedFiles } from "../../../src/training/join.ts";

test("rows of a window come to the file of their name, or to the only one", () => {
  expect(joinedFiles(["a.csv", "b.csv"], ["a.csv", "b.csv", "c.csv"], undefined)).toEqual([
    { target: "a.csv", window: ["a.csv"] },
    { target: "b.csv", window: ["b.csv"] },
  ]);
  expect(joinedFiles(["mon.csv", "tue.csv"], ["rows.csv"], undefined)).toEqual([
    { target: "rows.csv", window: ["mon.csv", "tue.csv"] },
  ]);
  expect(joinedFiles(["mon.csv"], ["rows.csv", "test.csv"], "rows.csv")).toEqual([
    { target: "rows.csv", window: ["mon.csv"] },
  ]);
});

test("a file that fits none is refused with what there is", () => {
  expect(() => joinedFiles(["mon.csv"], ["rows.csv", "test.csv"], undefined)).toThrow(
    "The window has the table mon.csv, and the data have rows.csv, test.csv",
  );
  expect(() => joinedFiles(["mon.csv"], ["rows.csv"], "row.csv")).toThrow("retraining.into is row.csv");
});

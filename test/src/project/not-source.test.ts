import { expect, test } from "vitest";
import { isNeverRead, NOT_READ, NOT_SOURCE } from "../../../src/project/not-source.ts";

/** Dagger reads both lists from the text of the module, where one cannot be made of the other. */
test("what init and doctor read is what stages get, and the data", () =>
  expect(NOT_READ).toEqual(NOT_SOURCE.filter((pattern) => pattern !== "data")));

test.each([
  ["models", true],
  ["models/data", true],
  ["src/models", false],
  ["report", true],
  [".venv/data", true],
  ["src/.venv", true],
  ["pkg.egg-info/data", true],
  ["data", false],
  ["reports", false],
])("whether %s is never read: %s", (path, is) => {
  expect(isNeverRead(path)).toBe(is);
});

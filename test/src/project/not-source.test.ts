import { expect, test } from "vitest";
import { NOT_READ, NOT_SOURCE } from "../../../src/project/not-source.ts";

/** Dagger reads both lists from the text of the module, where one cannot be made of the other. */
test("what init and doctor read is what stages get, and the data", () =>
  expect(NOT_READ).toEqual(NOT_SOURCE.filter((pattern) => pattern !== "data")));

import { expect, test } from "vitest";
import { foldersAbove, inRepository } from "../../../src/project/repository.ts";

test.each([
  ["", []],
  ["model", [""]],
  ["a/b/model", ["a/b", "a", ""]],
])("above %j there are %j", (root, folders) => {
  expect(foldersAbove({ root })).toEqual(folders);
});

test("paths of the project have the project's folder before them in the repository", () => {
  expect(inRepository({ root: "" }, "x/y.txt")).toBe("x/y.txt");
  expect(inRepository({ root: "services/model" }, "x.txt")).toBe("services/model/x.txt");
});

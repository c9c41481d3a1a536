import { expect, test } from "vitest";
import { folderInRepository, foldersAbove, inRepository } from "../../../src/project/repository.ts";
import { userError } from "../support.ts";

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

test.each([
  [undefined, undefined, ""],
  ["services/model/", undefined, "services/model"],
  [".", "", ""],
  ["services", "model", "services/model"],
  ["./a", "", "a"],
])("of --folder=%s and --root=%s the project is at %j", (folder, root, path) => {
  expect(folderInRepository(folder, root)).toBe(path);
});

test.each(["/etc", "../x", "a/../../x", "a\nb"])("--folder=%j is none of a repository", (folder) => {
  expect(userError(() => folderInRepository(folder))).toContain("expected a folder of the repository");
});

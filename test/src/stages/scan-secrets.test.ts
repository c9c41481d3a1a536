import { expect, test } from "vitest";
import { foldersLike, leftOutText } from "../../../src/stages/scan-secrets.ts";

const dockerIgnore = ".dockerignore";
test.each([
  [{ secret: [], ".gitignore": [], ".dockerignore": [] }, dockerIgnore, ""],
  [{ secret: [".env"], ".gitignore": [], ".dockerignore": [] }, dockerIgnore, "1 file of secrets (.env)"],
  [
    { secret: [], ".gitignore": ["a", "b", "c", "d", "src/e.py"], ".dockerignore": ["x"] },
    dockerIgnore,
    "5 files named by .gitignore (src/e.py, a, b and 2 more), 1 file named by .dockerignore (x)",
  ],
  [
    { secret: [], ".gitignore": [], ".dockerignore": ["x"] },
    "Dockerfile.dockerignore",
    "1 file named by Dockerfile.dockerignore (x)",
  ],
])("what is left out is counted, with code first and the file that names it", (leftOut, name, text) => {
  expect(leftOutText({ leftOut, dockerIgnore: name })).toBe(text);
});

test.each<[readonly string[], readonly string[], readonly string[]]>([
  [["tables/a.csv", "tables/b.csv", "src/a.py"], ["a.csv", "b.csv"], ["tables"]],
  [["tables/train/a.csv", "tables/README.md"], ["train/"], ["tables"]],
  [["in/tables/a.csv", "src/a.csv.py"], ["a.csv", ".gitkeep"], ["in/tables"]],
  [["tables/a.csv"], ["a.csv", "b.csv"], []],
  [["a.csv"], ["a.csv"], []],
  [["tables/a.csv"], [], []],
  [["tables/a.csv"], [".gitkeep"], []],
])("of %j, with data of %j, %j hold the data", (files, names, folders) => {
  expect(foldersLike(files, names)).toEqual(folders);
});

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { committedFiles } from "./support/ci-files.ts";
import { repository } from "./support/docs/pages.ts";

test("the files in ci/ are those that are written today: npm run docs writes them anew", () => {
  const entries = readdirSync(`${repository}ci`, { recursive: true, withFileTypes: true });
  const there = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(repository.length))
    .sort();
  const expected = committedFiles();
  expect(there).toEqual([...expected.keys()].sort());
  for (const [path, text] of expected) expect(readFileSync(`${repository}${path}`, "utf8"), path).toBe(text);
});

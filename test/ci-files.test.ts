import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { committedFiles } from "./support/ci-files.ts";
import { repository } from "./support/docs/pages.ts";

test("the files in ci/ are those that are written today: npm run docs writes them anew", () => {
  const entries = readdirSync(`${repository}ci`, { recursive: true, withFileTypes: true });
  const there = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(repository.length))
    .filter((path) => path !== "ci/README.md")
    .sort();
  const expected = committedFiles();
  expect(there).toEqual([...expected.keys()].sort());
  for (const [path, text] of expected) expect(readFileSync(`${repository}${path}`, "utf8"), path).toBe(text);
});

test("runners get this version of the module where nobody says which", () => {
  const { version } = JSON.parse(readFileSync(`${repository}package.json`, "utf8"));
  const surface = readFileSync(`${repository}test/__snapshots__/surface.snap`, "utf8");
  expect(surface).toContain(`"github.com/OWNER/ml-pipeline@v${version}"`);
});

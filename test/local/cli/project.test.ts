import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { isPythonProject } from "../../../local/cli/project.ts";

test.each([
  ["pyproject.toml", true],
  ["ml-pipeline.toml", true],
  ["requirements.txt", true],
  ["src/train.py", true],
  ["src/index.ts", false],
  ["dagger.json", false],
  ["notes/pyproject.toml", false],
])("a folder with %s is a project: %s", (path, isProject) => {
  const folder = mkdtempSync(join(tmpdir(), "project-"));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), "");
  expect(isPythonProject(folder)).toBe(isProject);
});

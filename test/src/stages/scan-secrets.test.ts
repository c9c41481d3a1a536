import { expect, test } from "vitest";
import { leftOutText } from "../../../src/stages/scan-secrets.ts";

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

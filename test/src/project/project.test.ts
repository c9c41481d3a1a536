import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isThisModule } from "../../../src/project/project.ts";

test("the module is not taken for a project", () => {
  expect(isThisModule(readFileSync("dagger.json", "utf8"))).toBe(true);
});

test.each([
  '{"name":"census","sdk":{"source":"typescript"}}',
  '{"name":"ml-pipeline","sdk":{"source":"python"}}',
  '{"name":"census","toolchains":[{"name":"ml-pipeline","source":"github.com/OWNER/ml-pipeline"}]}',
  "{}",
  "[]",
  "not JSON",
  "",
])("a project's own dagger.json is its own: %s", (text) => {
  expect(isThisModule(text)).toBe(false);
});

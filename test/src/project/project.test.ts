import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isThisModule, moduleFolder } from "../../../src/project/ci-folders.ts";

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

test.each([
  ["the folder that dagger.json at the root names", "dagger.json", '{"sdk":{"source":"go"},"source":"ci"}', "ci"],
  ["the folder of a dagger.json below", "tools/ci/dagger.json", '{"sdk":{"source":"python"}}', "tools/ci"],
  [
    "a checkout of this module, wherever it is",
    "vendor/x/dagger.json",
    readFileSync("dagger.json", "utf8"),
    "vendor/x",
  ],
  ["a checkout below src", "src/x/dagger.json", readFileSync("dagger.json", "utf8"), "src/x"],
  ["nothing where the module's code is in the root", "dagger.json", '{"sdk":{"source":"go"}}', undefined],
  ["nothing where it is in src", "dagger.json", '{"sdk":"typescript","source":"./src/"}', undefined],
  ["nothing where it is outside", "dagger.json", '{"sdk":"go","source":"../ci"}', undefined],
  ["nothing of a file that only uses modules", "dagger.json", '{"toolchains":[],"source":"ci"}', undefined],
  ["nothing of another program's file", "x/dagger.json", "[1]", undefined],
])("code of CI is %s", (_what, file, text, folder) => {
  expect(moduleFolder(file, text)).toBe(folder);
});

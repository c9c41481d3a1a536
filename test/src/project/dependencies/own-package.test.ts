import { describe, expect, test } from "vitest";
import { buildTables, isPackage } from "../../../../src/project/dependencies/own-package.ts";

const BUILD = '[build-system]\nrequires = ["hatchling"]\n';
const given = (pyproject: string | undefined, files: readonly string[] = [], requiresItself = false) => ({
  ...{ pyproject, requiresItself },
  listing: new Set(files),
});

describe("a project is installed", () => {
  test.each([
    ["with a package of its name in src/", `${BUILD}[project]\nname = "My-Model"`, ["src/my_model/__init__.py"], true],
    ["with a package of its name at the root", `${BUILD}[tool.poetry]\nname = "model"`, ["model/__init__.py"], true],
    ["not without a build system", '[project]\nname = "model"', ["model/__init__.py"], false],
    ["not with modules of another name alone", `${BUILD}[project]\nname = "model"`, ["src/train.py"], false],
    [
      "not where poetry is told not to",
      `${BUILD}[tool.poetry]\nname = "m"\npackage-mode = false`,
      ["m/__init__.py"],
      false,
    ],
    [
      "not where uv is told not to",
      `${BUILD}[project]\nname = "m"\n[tool.uv]\npackage = false`,
      ["m/__init__.py"],
      false,
    ],
    ["not without a name", BUILD, ["m/__init__.py"], false],
  ])("%s", (_, pyproject, files, expected) => {
    expect(isPackage(given(pyproject, files))).toBe(expected);
  });

  test("where its requirements name it, whatever builds it", () => {
    expect(isPackage(given(undefined, [], true))).toBe(true);
  });
});

test("what a package is built by has neither linters nor the pipeline's settings", () => {
  const tables = buildTables(
    `${BUILD}[project]\nname = "m"\n[tool.hatch.version]\npath = "m/v.py"\n[tool.ruff]\n[tool.ml-pipeline]\npython = "3.12"`,
  );
  expect(tables).toEqual({
    project: { name: "m" },
    "build-system": { requires: ["hatchling"] },
    tool: { hatch: { version: { path: "m/v.py" } } },
  });
});

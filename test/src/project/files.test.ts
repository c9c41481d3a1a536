import fc from "fast-check";
import { parse, stringify } from "smol-toml";
import { describe, expect, test } from "vitest";
import { pyprojectForTraining } from "../../../src/project/files.ts";
import { userError } from "../support.ts";

const BASE = `
[project]
name = "census"
version = "1.0"
description = "text"
dependencies = ["numpy"]
[project.optional-dependencies]
dev = ["pytest"]
[dependency-groups]
dev = ["ruff"]
[build-system]
requires = ["hatchling"]
[tool.census]
depth = 3
[tool.ruff]
line-length = 100
[tool.ml-pipeline]
python = "3.11"
`;

describe("what training sees of pyproject.toml", () => {
  test("its own tables and who it is; neither dependencies nor settings of tools", () => {
    expect(parse(pyprojectForTraining(BASE))).toEqual({
      project: { name: "census", version: "1.0" },
      tool: { census: { depth: 3 } },
    });
  });

  test.each([
    "[tool.pytest.ini_options]",
    "[tool.mypy]",
    "[tool.black]",
    "[tool.uv]",
    "[tool.coverage.run]",
    "# a remark",
  ])("%s changes nothing", (more) =>
    expect(pyprojectForTraining(`${BASE}\n${more}\n`)).toBe(pyprojectForTraining(BASE)),
  );

  test("a setting of the project itself does", () => {
    expect(pyprojectForTraining(BASE.replace("depth = 3", "depth = 4"))).not.toBe(pyprojectForTraining(BASE));
  });

  test("nothing is left of one that only configures tools", () => {
    expect(pyprojectForTraining('[build-system]\nrequires = ["x"]\n[tool.ruff]\nline-length = 1').trim()).toBe("");
    expect(pyprojectForTraining("").trim()).toBe("");
  });

  test("one that is no TOML is a user's mistake", () => {
    expect(userError(() => pyprojectForTraining("[project"))).toMatch(/^pyproject\.toml, line 1/);
  });

  test("doing it twice is doing it once, whatever is in it", () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(fc.string()),
      fc.dictionary(fc.string(), fc.double()),
    );
    const tables = fc.dictionary(
      fc.constantFrom("project", "tool", "build-system", "x"),
      fc.dictionary(fc.string(), value),
    );
    fc.assert(
      fc.property(tables, (tree) => {
        const once = pyprojectForTraining(stringify(tree));
        expect(pyprojectForTraining(once)).toBe(once);
      }),
    );
  });
});

import { expect, test } from "vitest";
import { projectName } from "../../../src/project/name.ts";

const named = (pyproject?: string, setup?: string): string | undefined =>
  projectName({ files: { pyproject }, toolTexts: setup === undefined ? {} : { "setup.cfg": setup } });

test.each([
  ["pyproject.toml", '[project]\nname = "census"\n[tool.poetry]\nname = "other"', undefined, "census"],
  ["Poetry's table", '[tool.poetry]\nname = "census"', undefined, "census"],
  ["setup.cfg", "[tool.ruff]", "[flake8]\nname = no\n[metadata]\nversion = 1\nname = census\n[options]\n", "census"],
  ["setup.cfg without a line at its end", undefined, "[metadata]\r\nname: census", "census"],
  ["no file", undefined, undefined, undefined],
  ["a name that is none", "[project]\nname = 3", "[metadata]\nlong_name = x\nname =\n[options]\nname = y", undefined],
  ["several lines", '[project]\nname = """a\nb"""', undefined, "a b"],
])("the name of a project is that of %s", (_what, pyproject, setup, name) => {
  expect(named(pyproject, setup)).toBe(name);
});

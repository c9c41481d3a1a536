import { expect, test } from "vitest";
import { checkLint } from "../../../src/adopt/check-lint.ts";
import { loadConfig } from "../../../src/context/load.ts";

const told = (pyproject: string, mlPipeline = ""): string[] =>
  checkLint({
    project: { root: new Set(["pyproject.toml"]), files: { pyproject }, toolTexts: {} },
    config: loadConfig({ mlPipeline }),
  } as never).map(({ text }) => text);

test("checkers that the project does not say that it uses only warn, and what makes them count is said", () => {
  expect(told("[project]\nname = 'x'\n")).toEqual([
    'lint: what ruff, black, mypy find only warns, since the project neither configures nor names them: lint.tools = ["ruff", "black", "mypy"] makes it count',
  ]);
  expect(told("[tool.ruff]\n[tool.black]\n")).toEqual([
    'lint: what mypy finds only warns, since the project neither configures nor names it: lint.tools = ["ruff", "black", "mypy"] makes it count',
  ]);
});

test("nothing is said where all count", () => {
  expect(told("[tool.ruff]\n[tool.black]\n[tool.mypy]\n")).toEqual([]);
  expect(told("[project]\nname = 'x'\n", '[lint]\ntools = ["ruff"]\n')).toEqual([]);
});

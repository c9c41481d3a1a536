import { expect, test } from "vitest";
import { type LintFiles, needsPackages, plannedCheckers } from "../../../../src/project/lint/checkers.ts";
import type { LintSettings } from "../../../../src/project/lint/settings.ts";

function planned(files: Partial<Omit<LintFiles, "root">> & { root?: string[] }, settings: LintSettings = {}): string {
  const { root = [], ...rest } = files;
  return plannedCheckers({ pyproject: undefined, texts: {}, ...rest, root: new Set(root) }, settings)
    .map(({ name, required }) => (required ? name : `(${name})`))
    .join(" ");
}

test.each([
  ["a project that names none", {}, "(ruff) (black) (mypy)"],
  ["tables of pyproject.toml", { pyproject: "[tool.ruff]\n[tool.black]\n[tool.mypy]\n" }, "ruff black mypy"],
  ["ruff's formatter", { pyproject: "[tool.ruff.format]\n" }, "ruff ruff-format (mypy)"],
  ["files of their own", { root: [".flake8", "mypy.ini", "pyrightconfig.json"] }, "(ruff) (black) flake8 mypy pyright"],
  [
    "sections",
    { texts: { "setup.cfg": "[flake8]\nx=1\n[mypy-numpy.*]\ny=1\n[isort]\n" } },
    "(ruff) (black) isort flake8 mypy",
  ],
  [
    "development requirements",
    { texts: { "requirements-dev.txt": "black==24.1\npylint\nmypy-extensions\n" } },
    "(ruff) black pylint (mypy)",
  ],
  [
    "dependencies in pyproject.toml",
    { pyproject: '[dependency-groups]\ndev = ["ruff>=0.4", "ty"]\n' },
    "ruff (black) (mypy) ty",
  ],
  ["Poetry's", { pyproject: '[tool.poetry.group.dev.dependencies]\nblack = "^24"\n' }, "(ruff) black (mypy)"],
  ["hooks", { texts: { ".pre-commit-config.yaml": "  - id: ruff-format\n  - id: mypy\n" } }, "(ruff) ruff-format mypy"],
  ["a word that is none", { pyproject: '[project]\ndescription = "a black box"\n' }, "(ruff) (black) (mypy)"],
])("%s", (_what, files, expected) => {
  expect(planned(files)).toBe(expected);
});

test("the settings' list is all that runs, and all of it counts", () => {
  expect(planned({ pyproject: "[tool.black]\n" }, { tools: ["mypy", "flake8"] })).toBe("flake8 mypy");
});

test.each([
  ["checkers that read no packages", ["ruff", "black"], {}, false],
  ["a type checker", ["ruff", "mypy"], {}, true],
  ["the pipeline's own settings", ["ruff"], { pyproject: '[tool.ml-pipeline.lint]\ntools = ["ruff"]\n' }, false],
  ["a version of the project's", ["ruff"], { pyproject: '[dependency-groups]\ndev = ["ruff==0.4.1"]\n' }, true],
  ["the formatter of a pinned ruff", ["ruff-format"], { texts: { "requirements-dev.txt": "ruff==0.4.1\n" } }, true],
  ["another tool", ["black"], { texts: { "requirements-dev.txt": "ruff==0.4.1\n" } }, false],
] as const)("lint with %s needs the project's packages: %s, %s", (_what, tools, files, expected) => {
  const all = { pyproject: undefined, texts: {}, root: new Set<string>(), ...files };
  expect(needsPackages(plannedCheckers(all, { tools: [...tools] }), all)).toBe(expected);
});

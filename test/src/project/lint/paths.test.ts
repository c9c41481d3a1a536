import { describe, expect, test } from "vitest";
import { entryPoints } from "../../../../src/project/commands/entry-point.ts";
import { nothingToLint, pathsToLint } from "../../../../src/project/lint/paths.ts";
import { packageFolders } from "../../../../src/project/packages.ts";
import { configOf } from "../../support.ts";

const linted = (pythonFiles: string[], commands: readonly string[] = []): readonly string[] =>
  pathsToLint({
    packages: packageFolders(pythonFiles),
    pythonFiles,
    entryPoints: entryPoints(
      new Set(),
      configOf(commands.length === 0 ? "" : `[commands]\n${commands.join("\n")}`).commands,
    ),
  });

test.each<[string, string[], string[], string[]]>([
  ["packages, and nothing else", ["src/train.py", "scripts/x.py"], ['train = "python scripts/x.py"'], ["src"]],
  [
    "a script and a folder without __init__.py",
    ["scripts/energy.py", "ml_pipeline/serve.py", "ml_pipeline/evaluate.py"],
    ['train = "python scripts/energy.py"', 'serve = "python -m ml_pipeline.serve"'],
    ["ml_pipeline", "scripts/energy.py"],
  ],
  [
    "a script whose folder a command runs in",
    ["examples/a/fit.py"],
    ['train = { command = "python fit.py", folder = "examples/a" }'],
    ["examples/a/fit.py"],
  ],
  [
    "a module in a folder of scripts",
    ["scripts/fit.py", "scripts/old.py"],
    ['train = "python -m scripts.fit"'],
    ["scripts/fit.py"],
  ],
  [
    "a package that is run",
    ["scripts/fit/__main__.py"],
    ['train = "python -m scripts.fit"'],
    ["scripts/fit/__main__.py"],
  ],
  ["folders of folders", ["pipelines/a/b.py", "notebooks/x.py", "tests/unit/test_a.py"], [], ["pipelines"]],
  [
    "what a command does not run",
    ["scripts/a.py", "scripts/b.py"],
    ['train = "python scripts/a.py --with scripts/none.py"'],
    ["scripts/a.py"],
  ],
])("lint looks at %s", (_name, files, commands, paths) => {
  expect(linted(files, commands)).toEqual(paths);
});

describe("where there is nothing to look at", () => {
  test("it is said what is not looked at, and the setting", () => {
    const pythonFiles = ["scripts/a.py", "setup.py", "notebooks/b.py"];
    expect(linted(pythonFiles)).toEqual([]);
    expect(nothingToLint({ pythonFiles })).toBe(
      "Python is in notebooks/, scripts/, setup.py alone, which is not looked at unless lint.folders names it",
    );
  });

  test("or that there is none", () => {
    expect(nothingToLint({ pythonFiles: [] })).toBe("the project has no Python code");
  });
});

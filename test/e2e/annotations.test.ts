import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* What a run found stands at its lines, by paths of the repository that the project is a folder of. */

let project: TestProject;
beforeEach(async () => {
  project = await tinyProject();
});
afterEach(() => project.remove());

const git = (...args: string[]): string =>
  execFileSync(
    "git",
    ["-C", dirname(project.source), "-c", "user.name=somebody", "-c", "user.email=somebody@example.com", ...args],
    { encoding: "utf8" },
  );

it("an import, a test and a gate", async () => {
  await project.edit("src/model.py", "import csv\n", "import csv\nimport os\n");
  await project.edit("tests/unit/test_model.py", '0.6) == "yes"', '0.6) == "no"');
  await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.99");
  await project.edit("tests/unit/test_model.py", "assert", 'print("::add-mask::yes")\n    assert');
  git("init", "--quiet");
  git("add", "project");
  git("commit", "--quiet", "--message=All of it");
  const lineOf = async (file: string, words: string): Promise<number> =>
    (await readFile(join(project.source, file), "utf8")).split("\n").findIndex((line) => line.includes(words)) + 1;

  const report = join(project.out, "report");
  const inputs = [`--source=${project.source}`, `--data=${project.data}`, "--keep-going"];
  const ended = await mlPipeline(["run", ...inputs, "report", "export", `--path=${report}`]);
  expect(ended.exitCode, ended.stderr).toBe(0);

  const text = await readFile(join(report, "annotations.txt"), "utf8");
  const lines = text.trimEnd().split("\n");
  const [gate, test, unused] = await Promise.all([
    lineOf("pyproject.toml", "[tool.ml-pipeline.gates.metrics]"),
    lineOf("tests/unit/test_model.py", '0.6) == "no"'),
    lineOf("src/model.py", "import os"),
  ]);
  expect(lines[0]).toMatch(
    new RegExp(
      `^::error file=project/pyproject\\.toml,line=${gate},title=gate metrics::metrics failed: accuracy 0\\.96`,
    ),
  );
  expect(text).toMatch(
    new RegExp(`^::error file=project/tests/unit/test_model\\.py,line=${test},title=test unit::test_\\w+: .*'no'`, "m"),
  );
  expect(text).toContain(`::error file=project/src/model.py,line=${unused},col=8,title=ruff F401::`);
  expect(lines.filter((line) => !/^::(error|warning) /.test(line))).toEqual([]);

  const issues: { check_name: string; location: object }[] = JSON.parse(
    await readFile(join(report, "codequality.json"), "utf8"),
  );
  expect(issues).toContainEqual(
    expect.objectContaining({
      ...{ check_name: "ruff F401", severity: "major", fingerprint: expect.stringMatching(/^\w{64}$/) },
      location: { path: "project/src/model.py", lines: { begin: unused } },
    }),
  );
  expect(issues.map(({ check_name }) => check_name)).toEqual(
    expect.arrayContaining(["gate metrics", "test unit", "ruff F401"]),
  );
}, 300_000);

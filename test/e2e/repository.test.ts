import { dirname } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* A project in a folder of a repository, which needs a package beside it, and brings and makes its data by programs of its own. */

let project: TestProject;
beforeEach(async () => {
  project = await tinyProject();
  // The repository is the folder above the project.
  await project.write("../common/pyproject.toml", '[project]\nname = "common"\nversion = "1"\n');
  await project.write("../common/common/__init__.py", "LIMIT = 0.5\n");
  await project.write("requirements.txt", "-e ../common\n");
  await project.write(
    "fetch.py",
    'import pathlib\n\nfrom common import LIMIT\n\nfolder = pathlib.Path("raw")\nfolder.mkdir(exist_ok=True)\n' +
      "rows = \"\".join(f\"{i / 1200:.4f},{'yes' if i / 1200 > LIMIT else 'no'}\\n\" for i in range(1200))\n" +
      '(folder / "all.csv").write_text("x,label\\n" + rows)\n',
  );
  await project.write(
    "prepare.py",
    'import pathlib\nimport sys\n\nrows = pathlib.Path("raw/all.csv").read_text().splitlines(keepends=True)\n' +
      'pathlib.Path(sys.argv[1], "ready.csv").write_text("".join(rows[:1101]))\n',
  );
  await project.edit("pyproject.toml", 'label = "label"', 'label = "label"\nfiles = ["ready.csv"]');
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    '[tool.ml-pipeline.commands]\nfetch = { command = "python fetch.py", output-folder = "raw" }\nprepare = "python prepare.py {output}"\n\n[tool.ruff]',
  );
});
afterEach(() => project.remove());

it("is validated on what its programs made, with the package that it names", async () => {
  const inputs = [`--source=${dirname(project.source)}`, `--data=${project.data}`];
  const ended = await mlPipeline(["--root=project", "validate-data", ...inputs]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stdout).toMatch(/validate data: 1,100 rows in 1 file/);

  const alone = await mlPipeline(["validate-data", `--source=${project.source}`, `--data=${project.data}`]);
  expect(alone.exitCode).not.toBe(0);
  expect(alone.stderr).toMatch(/requirements\.txt names \.\.\/common, which is not in the source.*--root=/);
}, 300_000);

it.each([
  [
    "poetry.lock",
    `[tool.poetry]
package-mode = false
[tool.poetry.dependencies]
python = "*"
common = { path = "../common", develop = true }
`,
    `[[package]]
name = "common"
version = "1"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = []
develop = true

[package.source]
type = "directory"
url = "../common"

[metadata]
lock-version = "2.1"
python-versions = "*"
content-hash = "4fdc88bd122431833cf184054a9d1cb2d01497c00b90706720af41ea8918b5d1"
`,
  ],
  [
    "pdm.lock",
    `[project]
name = "model"
version = "0"
requires-python = ">=3.9"
dependencies = ["common @ file:///\${PROJECT_ROOT}/../common"]
[tool.pdm]
distribution = false
`,
    `[metadata]
groups = ["default"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:${"0".repeat(64)}"

[[package]]
name = "common"
version = "1"
path = "../common"
summary = ""
groups = ["default"]
`,
  ],
])(
  "is tested with the package that its %s takes from a folder beside it",
  async (name, tables, lock) => {
    await project.write("../locked/pyproject.toml", `${tables}[tool.ml-pipeline]\npython = "3.11"\n`);
    await project.write(`../locked/${name}`, lock);
    await project.write("../locked/src/__init__.py", "");
    await project.write(
      "../locked/tests/unit/test_common.py",
      "import common\n\n\ndef test_limit():\n    assert common.LIMIT == 0.5\n",
    );
    const test = () => mlPipeline(["--root=locked", "test", `--source=${dirname(project.source)}`]);
    const passed = await test();
    expect(passed.exitCode, passed.stderr).toBe(0);
    expect(passed.stdout).toMatch(/test unit: 1 test passed/);

    await project.write("../common/common/__init__.py", "LIMIT = 0.6\n");
    const failed = await test();
    expect(failed.exitCode).not.toBe(0);
    expect(failed.stderr).toMatch(/test unit: .*1 failed/);
  },
  300_000,
);

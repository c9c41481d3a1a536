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

import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* Data that are in another folder of the project than `data/`, and no --data. */

let project: TestProject;
beforeEach(async () => {
  project = await tinyProject();
});
afterEach(() => project.remove());

/** Puts the data into a folder of the project. */
async function putInto(folder: string): Promise<void> {
  const to = join(project.source, folder);
  await mkdir(dirname(to), { recursive: true });
  await rename(project.data, to);
}

const setFolder = (folder: string): Promise<void> =>
  project.edit("pyproject.toml", 'label = "label"', `label = "label"\nfolder = ${JSON.stringify(folder)}`);

const validate = (...more: string[]): Promise<Ended> =>
  mlPipeline(["validate-data", `--source=${project.source}`, ...more]);

it.each(["datasets", "input", "src/tiny/data"])(
  "%s is found by init, and named by one setting",
  async (folder) => {
    await putInto(folder);
    const before = await validate();
    expect(before.exitCode).not.toBe(0);
    expect(before.stderr).toContain(`There are tables in ${folder}: data.folder = "${folder}"`);

    const init = await mlPipeline(["init", `--source=${project.source}`, "--yes"]);
    expect(init.stdout).toMatch(new RegExp(`^\\+folder = "${folder}"$`, "m"));
    const after = await validate();
    expect(after.exitCode, after.stderr).toBe(0);
    expect(after.stdout).toContain("1,200 rows in 1 file");
  },
  120_000,
);

it("is code and data at once where it is a package", async () => {
  await putInto("src/tiny/data");
  await setFolder("src/tiny/data");
  await project.write("src/tiny/__init__.py", "");
  await project.write(
    "src/tiny/data/__init__.py",
    'from pathlib import Path\n\nROWS = Path(__file__).parent / "rows.csv"\n',
  );
  await project.edit("src/train.py", "from src.model", "from src.tiny.data import ROWS\nfrom src.model");
  await project.edit("src/train.py", "    limit = best_limit(", "    assert ROWS.is_file()\n    limit = best_limit(");
  const run = await mlPipeline(["train", `--source=${project.source}`, "export", `--path=${project.out}`]);
  expect(run.exitCode, run.stderr).toBe(0);
}, 120_000);

it("gives way to --data", async () => {
  await setFolder("datasets");
  const ended = await validate(`--data=${project.data}`);
  expect(ended.exitCode, ended.stderr).toBe(0);
}, 60_000);

it.each<[string, () => Promise<void>, RegExp]>([
  ["is not there", () => putInto("dataset"), /no folder datasets, which data\.folder names; did you mean dataset\?/],
  ["is empty", () => project.write("datasets/.gitkeep", ""), /datasets\/ \(data\.folder\) has no files of data/],
  ["is a file", () => project.write("datasets", "x"), /datasets \(data\.folder\) is a file/],
  [
    "is outside of the source",
    () => symlink(project.data, join(project.source, "datasets")),
    /datasets\/ \(data\.folder\) is a link to a folder outside of the source.*--data=DIR/,
  ],
])(
  "a folder that %s is told in one message",
  async (_, prepare, message) => {
    await setFolder("datasets");
    await rm(join(project.source, "datasets"), { recursive: true, force: true });
    await prepare();
    const ended = await validate();
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stderr).toMatch(message);
  },
  60_000,
);

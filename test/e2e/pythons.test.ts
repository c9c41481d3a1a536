import { afterEach, beforeEach, expect, it } from "vitest";
import { reachesMaven } from "../support/maven.ts";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

let project: TestProject;
beforeEach(async () => {
  project = await tinyProject();
});
afterEach(() => project.remove());

/** What a Python without one of its libraries could not run. */
const modules = "bz2, ctypes, lzma, multiprocessing, sqlite3, ssl, uuid, zlib";

/** Python 3.12 is in no suite of Debian: without a registry of images it is that of Maven Central. */
it.skipIf(!(await reachesMaven()))(
  "a project runs on a Python that Debian lacks, and so does its image",
  async () => {
    await project.edit("pyproject.toml", 'python = "3.11"', 'python = "3.12"');
    const version = "assert sys.version_info[:2] == (3, 12)";
    await project.write(
      "tests/unit/test_python.py",
      `import sys\n\nimport ${modules}\n\n\ndef test_python():\n    ${version}\n`,
    );
    // It fails to start on another version, so the served image is held to it.
    await project.write("src/__init__.py", `"""A project for one version of Python."""\n\nimport sys\n\n${version}\n`);
    const args = ["full-pipeline", `--source=${project.source}`, `--data=${project.data}`];
    const { exitCode, stdout, stderr } = await mlPipeline(args);
    expect(exitCode, stdout + stderr).toBe(0);
  },
  900_000,
);

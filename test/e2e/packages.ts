import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { startHttp } from "../support/dvc.ts";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

const run = promisify(execFile);

/** While it is built, it waits until `shared` has been downloaded, and alters every copy that it finds. */
const altering = `
import os, pathlib, time

def build_wheel(folder, settings=None, metadata=None):
    end = time.monotonic() + 5
    found = []
    while not found and time.monotonic() < end:
        found = [
            path
            for root in ("/root", "/tmp", "/opt", "/var")
            for path in pathlib.Path(root).rglob("shared_module.py")
        ]
        time.sleep(0.05)
    for path in found:
        path.write_text("VALUE = 'altered'\\n")
    raise SystemExit(f"altered {len(found)} copies")
`;

async function files(folder: string, texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Makes a wheel with one module, and a source distribution that attacks it. Gives the SHA-256 of the wheel. */
async function publish(folder: string): Promise<string> {
  const version = Date.now();
  const metadata = (name: string): string => `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
  const wheel = `shared-${version}-py3-none-any.whl`;
  const info = `shared-${version}.dist-info`;
  await files(join(folder, "wheel"), {
    "shared_module.py": "VALUE = 'right'\n",
    [`${info}/METADATA`]: metadata("shared"),
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${info}/RECORD`]: `shared_module.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
  });
  const zip = "import shutil, sys; shutil.make_archive(sys.argv[1], 'zip', sys.argv[2])";
  await run("python3", ["-c", zip, join(folder, "shared"), join(folder, "wheel")]);
  await run("mv", [join(folder, "shared.zip"), join(folder, wheel)]);
  await files(join(folder, "attack-1.0"), {
    "PKG-INFO": metadata("attack"),
    "backend.py": altering,
    "pyproject.toml":
      `[project]\nname = "attack"\nversion = "1.0"\n` +
      `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`,
  });
  await run("tar", ["-czf", "attack-1.0.tar.gz", "attack-1.0"], { cwd: folder });
  const content = await readFile(join(folder, wheel));
  await writeFile(join(folder, "wheel.txt"), wheel);
  return createHash("sha256").update(content).digest("hex");
}

/** A project builds a package that alters what it finds of another one, and a second project installs that by its hash. */
export async function installsWhatItNames(project: TestProject): Promise<void> {
  const folder = join(project.out, "index");
  await mkdir(folder, { recursive: true });
  const sha256 = await publish(folder);
  const server = await startHttp(folder);
  const attacker = await tinyProject();
  try {
    const shared = `shared @ ${server.url}/${await readFile(join(folder, "wheel.txt"), "utf8")}`;
    const tests = (of: TestProject): string[] => ["test", `--source=${of.source}`, "--suite=unit"];
    await attacker.write("requirements.txt", `${shared}\nattack @ ${server.url}/attack-1.0.tar.gz\n`);
    const attacked = await mlPipeline(tests(attacker));
    expect(attacked.stdout + attacked.stderr).toMatch(/altered [1-9]\d* copies/);
    await project.write("requirements.txt", `${shared} --hash=sha256:${sha256}\n`);
    const uses = "import shared_module\n\n\ndef test_is_right() -> None:\n    assert shared_module.VALUE == 'right'\n";
    await project.write("tests/unit/test_shared.py", uses);
    const { exitCode, stdout, stderr } = await mlPipeline(tests(project));
    expect(exitCode, stdout + stderr).toBe(0);
  } finally {
    server.close();
    await attacker.remove();
  }
}

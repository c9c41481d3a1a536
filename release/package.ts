import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadModule } from "../local/runner/module/load.ts";
import { bundle, oldestNode } from "./bundle.ts";
import { inPackage, root } from "./paths.ts";

/** What package.json says that the published one says as well. */
interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

const manifest = (): Manifest => JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The version of the project, which stands in package.json alone. */
export const version = (): string => manifest().version;

/**
 * Writes the npm package to a folder: the command line and the engine as JavaScript, the module as it is for the Dagger engine, and
 * what a clone would make on its first use.
 */
export async function writePackage(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "description"), { recursive: true });
  const cache = mkdtempSync(join(tmpdir(), "ml-pipeline-package-"));
  try {
    const { hash, bundle: code } = loadModule(root, cache);
    const read = dirname(code);
    cpSync(join(read, "module.json"), join(out, "description/module.json"));
    cpSync(join(read, "core"), join(out, "description/core"), { recursive: true });
    await bundle(out, hash);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  copySources(out);
  writeManifest(out);
}

/** What the code reads beside it, and the module's own source, which Dagger reads. */
function copySources(out: string): void {
  const beside = filesBelow(join(root, "local")).filter((file) => /\.(sh|pl)$/.test(file));
  for (const file of [
    ...beside.map((name) => `local/${name}`),
    ...filesBelow(join(root, "src")).map((name) => `src/${name}`),
    "bin/ml-pipeline",
    // Dagger installs what the module itself needs.
    ...["dagger.json", "tsconfig.json", "package.json", "package-lock.json"],
  ]) {
    copy(file, join(out, inPackage(file)));
  }
  copy("release/start.cjs", join(out, "local/start.cjs"));
  copy("release/README.md", join(out, "README.md"));
  for (const name of ["LICENSE", "CHANGELOG.md"]) copy(name, join(out, name));
}

function copy(file: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(root, file), to);
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** The published manifest, which has no dependencies: all that the command line needs is in its own files. */
function writeManifest(out: string): void {
  const { version, description, license } = manifest();
  const published = {
    ...{ name: "ml-pipeline", version, description, license },
    repository: { type: "git", url: "git+https://github.com/OWNER/ml-pipeline.git" },
    bin: { "ml-pipeline": "bin/ml-pipeline" },
    engines: { node: `>=${oldestNode}` },
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
}

import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { neededPackages } from "../cpython/packed.ts";
import { empty, makeRoot } from "./bootstrap.ts";
import { withStagedCPython } from "./cpython.ts";
import { type Mirror, sourceLines } from "./mirror.ts";
import { type Recipe, releaseOf } from "./recipes.ts";

const packages = ["python3", "python3-venv", "python3-pip", "ca-certificates"];

/**
 * What a build leaves behind that differs from build to build, or that nobody needs. The sandbox provides its own /dev.
 */
const leftovers = [
  ["var/log", "var/cache/apt", "var/cache/debconf", "var/cache/ldconfig", "var/lib/apt/lists", "dev", "tmp", "run"],
  ["etc/machine-id", "var/lib/dbus/machine-id", "etc/hostname", "etc/resolv.conf", "etc/.pwd.lock"],
  [
    "etc/passwd-",
    "etc/group-",
    "etc/shadow-",
    "etc/gshadow-",
    "var/lib/dpkg/status-old",
    "var/lib/dpkg/diversions-old",
  ],
  ["var/lib/dpkg/available", "etc/apt/apt.conf.d/99mmdebstrap"],
] as const;

/** Makes the root file system of a recipe in `target`, an empty folder. */
export async function makeDebian(context: Context, recipe: Recipe, target: string): Promise<void> {
  const { suite, python, packed } = recipe;
  if (packed === undefined) {
    await finish(target, await makeRoot(context, { suite, packages, hooks: [] }, target), suite);
    await useDebiansPython(target, python);
    return;
  }
  const mirror = await withStagedCPython(context, { packed, python, suite }, (hooks) =>
    makeRoot(context, { suite, packages: neededPackages, hooks }, target),
  );
  await finish(target, mirror, suite);
}

/** Gives the value for `PYTHON_VERSION`: for a root with Debian's Python its version without Debian's revision. */
export async function pythonVersion({ suite, python, packed }: Recipe, target: string): Promise<string> {
  if (packed !== undefined) return releaseOf(packed);
  const status = await readFile(join(target, "var/lib/dpkg/status"), "utf8");
  const version = new RegExp(`^Package: python${python}\\n(?:.+\\n)*?Version: ([0-9.]+)`, "m").exec(status)?.[1];
  if (version === undefined) throw new Error(`Debian ${suite} was made without python${python}`);
  return version;
}

async function finish(target: string, mirror: Mirror, suite: Recipe["suite"]): Promise<void> {
  for (const path of leftovers.flat()) {
    const full = join(target, path);
    // Folders are emptied but kept, because programs rely on them.
    if (!(await empty(full))) await rm(full, { force: true });
  }
  const apt = join(target, "etc/apt");
  await writeFile(join(apt, "sources.list"), `${sourceLines(mirror, suite, { signed: false }).join("\n")}\n`);
  await writeFile(join(apt, "apt.conf.d/slim"), 'Acquire::Languages "none";\nAPT::Install-Recommends "false";\n');
}

/** Gives Debian's Python the names that it has in the official images. */
async function useDebiansPython(target: string, python: string): Promise<void> {
  await rm(join(target, "usr/lib", `python${python}`, "EXTERNALLY-MANAGED"), { force: true });
  const links = [
    ["python", "python3"],
    ["python3", "python3"],
    [`python${python}`, "python3"],
    ["pip", "pip3"],
    ["pip3", "pip3"],
  ] as const;
  for (const [name, program] of links) {
    const path = join(target, "usr/local/bin", name);
    await rm(path, { force: true });
    await symlink(`/usr/bin/${program}`, path);
  }
}

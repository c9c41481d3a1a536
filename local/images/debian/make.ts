import { randomUUID } from "node:crypto";
import { access, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../base/errors.ts";
import { type ChildResult, runChild } from "../child.ts";
import type { Context } from "../context.ts";
import { requireProgram } from "../programs.ts";
import { archiveMirror, hostMirror, type Mirror, sourceLines } from "./mirror.ts";
import type { Recipe } from "./recipes.ts";

/**
 * The time that packages see is the same on every machine. It is not zero, which login programs take for an expired
 * password. When it is set, Python checks byte code by content, so that changing file times afterwards does not
 * invalidate it.
 */
const buildEpoch = "1700000000";

const packages = ["python3", "python3-venv", "python3-pip", "ca-certificates"];

/** Files that nobody reads in a container. They are left out when packages are installed. */
const excluded = [
  "/usr/share/man/*",
  "/usr/share/doc/*",
  "/usr/share/info/*",
  "/usr/share/locale/*",
  "/usr/share/lintian/*",
];

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

/** How mmdebstrap is started on this host. */
interface Way {
  /** The words before it. */
  readonly before: readonly string[];
  readonly options: readonly string[];
}

/**
 * Gives the way for this host. Where there is one user, packages are told that their files have the owners they ask
 * for, and our hook mounts the devices: mmdebstrap's own terminals would belong to a user that is not there.
 */
async function wayHere({ oneUser }: Context, { suite }: Recipe): Promise<Way> {
  if (oneUser === undefined) return { before: [], options: [] };
  const found = await oneUser();
  if ("missing" in found)
    throw new EngineError(
      `Debian ${suite} cannot be made by a user without subordinate ids (/etc/subuid), as its files have several owners, and ` +
        `a filter of system calls that would hide that cannot be had: ${found.missing}. \`ml-pipeline doctor\` says how to get ids.`,
    );
  // The hook is a line of shell.
  const devices = `'${join(import.meta.dirname, "devices.sh").replaceAll("'", "'\\''")}'`;
  return { before: found.command, options: ["--skip=chroot/mount/dev", `--extract-hook=sh ${devices} "$1"`] };
}

/** Makes the root file system of a recipe in `target`, an empty folder. It takes about half a minute and 140 MB. */
export async function makeDebian(context: Context, recipe: Recipe, target: string): Promise<void> {
  await requireProgram("mmdebstrap");
  const way = await wayHere(context, recipe);
  const mirror = await hostMirror();
  await access(mirror.keyring).catch(() => {
    throw new EngineError(
      "The keys of Debian's archive are not installed. Type: apt-get install -y --no-install-recommends debian-archive-keyring",
    );
  });
  const aptConfig = join(await context.store.scratch(), `apt-${randomUUID()}.conf`);
  await writeFile(aptConfig, await aptSettings(recipe), { mode: 0o600 });
  try {
    const first = await bootstrap(recipe, mirror, way, { aptConfig, target });
    if (first.exitCode === 0) return await finish(target, mirror, recipe);
    // Mirrors drop a suite when Debian's archive has taken it over.
    const dropped = /\b404\b|does not have a Release file/.test(first.stderr);
    if (!dropped || recipe.suite !== "bullseye") throw bootstrapError(recipe, mirror, first);
    await empty(target);
    const second = await bootstrap(recipe, archiveMirror, way, { aptConfig, target });
    if (second.exitCode !== 0) throw bootstrapError(recipe, archiveMirror, second);
    await finish(target, archiveMirror, recipe);
  } finally {
    await rm(aptConfig, { force: true });
  }
}

/** Runs mmdebstrap in root mode, which only needs to be root in a user namespace. */
async function bootstrap(
  recipe: Recipe,
  mirror: Mirror,
  way: Way,
  { aptConfig, target }: { readonly aptConfig: string; readonly target: string },
): Promise<ChildResult> {
  const args = ["--mode=root", "--format=directory", "--variant=minbase", `--include=${packages.join(",")}`];
  const options = [`--aptopt=${aptConfig}`, "--dpkgopt=force-unsafe-io", ...way.options];
  const excludes = excluded.map((pattern) => `--dpkgopt=path-exclude=${pattern}`);
  // Without this hook, bookworm installs Perl to merge / and /usr.
  const hook = "/usr/share/mmdebstrap/hooks/maybe-merged-usr";
  const merged = await access(hook).then(
    () => [`--hook-dir=${hook}`],
    () => [],
  );
  const positional = [recipe.suite, target, ...sourceLines(mirror, recipe.suite, { signed: true })];
  const [program = "", ...words] = [
    ...way.before,
    "mmdebstrap",
    ...args,
    ...options,
    ...excludes,
    ...merged,
    ...positional,
  ];
  const result = await runChild(program, words, {
    env: { ...process.env, SOURCE_DATE_EPOCH: buildEpoch, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" },
  });
  await releaseMounts(target);
  return result;
}

/**
 * Unmounts the host's /proc, /sys and devices, which mmdebstrap mounts in the root it makes and leaves behind when it
 * is killed. They must be gone before anything in that root is removed.
 */
async function releaseMounts(target: string): Promise<void> {
  const real = await realpath(target);
  const mounted = async (): Promise<readonly string[]> => {
    const table = await readFile("/proc/self/mountinfo", "utf8");
    const points = table.split("\n").map((line) => line.split(" ")[4]?.replaceAll("\\040", " ") ?? "");
    return points.filter((point) => point.startsWith(`${real}/`));
  };
  for (const point of (await mounted()).toReversed()) await runChild("umount", ["--lazy", point]);
  const left = await mounted();
  if (left.length > 0) throw new StillMounted(`mmdebstrap left mounts that cannot be undone: ${left.join(", ")}`);
}

/** Host folders are still mounted in the folder, so it must not be removed. */
export class StillMounted extends Error {}

function bootstrapError(recipe: Recipe, mirror: Mirror, result: ChildResult): EngineError {
  const lines = result.stderr.split("\n").filter((line) => /^(?:E|Err|dpkg|W):|^Err:/.test(line));
  // The line about a full disk may be far above: what follows are its consequences.
  const full = /No space left on device/.exec(result.stderr)?.[0];
  const reason = full ?? (lines.slice(-4).join("; ") || result.stderr.slice(-400));
  return new EngineError(`Debian ${recipe.suite} cannot be made from ${mirror.main}: ${reason}`);
}

/** Writes the settings with which the host's apt reaches its mirrors: proxies, certificates, retries. */
async function aptSettings(recipe: Recipe): Promise<string> {
  const dump = await runChild("apt-config", ["dump", "--no-empty", "--format", '%F "%v";%n']);
  const host = dump.stdout
    .toString()
    .split("\n")
    .filter((line) => /^Acquire::(?:https?|Retries|Check-)/.test(line));
  // Security support for bullseye has ended, and its signature is not renewed any more.
  const ended = recipe.suite === "bullseye" ? ['Acquire::Check-Valid-Until "false";'] : [];
  return [...host, ...ended, 'Acquire::Languages "none";', ""].join("\n");
}

/** Reads the value for `PYTHON_VERSION` from a root that was made: Debian's version without its revision. */
export async function pythonVersion(recipe: Recipe, target: string): Promise<string> {
  const status = await readFile(join(target, "var/lib/dpkg/status"), "utf8");
  const version = new RegExp(`^Package: python${recipe.python}\\n(?:.+\\n)*?Version: ([0-9.]+)`, "m").exec(status)?.[1];
  if (version === undefined) throw new Error(`Debian ${recipe.suite} was made without python${recipe.python}`);
  return version;
}

async function finish(target: string, mirror: Mirror, recipe: Recipe): Promise<void> {
  for (const path of leftovers.flat()) {
    const full = join(target, path);
    // Folders are emptied but kept, because programs rely on them.
    if (!(await empty(full))) await rm(full, { force: true });
  }
  const libraries = join(target, "usr/lib", `python${recipe.python}`);
  await rm(join(libraries, "EXTERNALLY-MANAGED"), { force: true });
  const links = [
    ["python", "python3"],
    ["python3", "python3"],
    [`python${recipe.python}`, "python3"],
    ["pip", "pip3"],
    ["pip3", "pip3"],
  ] as const;
  for (const [name, program] of links) {
    const path = join(target, "usr/local/bin", name);
    await rm(path, { force: true });
    await symlink(`/usr/bin/${program}`, path);
  }
  const apt = join(target, "etc/apt");
  await writeFile(join(apt, "sources.list"), `${sourceLines(mirror, recipe.suite, { signed: false }).join("\n")}\n`);
  await writeFile(join(apt, "apt.conf.d/slim"), 'Acquire::Languages "none";\nAPT::Install-Recommends "false";\n');
}

/** Removes what is in a folder. False when it is no folder. */
async function empty(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => undefined);
  for (const name of names ?? []) await rm(join(folder, name), { recursive: true, force: true });
  return names !== undefined;
}

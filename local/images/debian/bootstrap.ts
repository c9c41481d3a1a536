import { randomUUID } from "node:crypto";
import { access, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../base/errors.ts";
import { type ChildResult, runChild } from "../child.ts";
import type { Context } from "../context.ts";
import { requireProgram } from "../programs.ts";
import { archiveMirror, hostMirror, type Mirror, sourceLines } from "./mirror.ts";
import type { Suite } from "./recipes.ts";

/** What is made of Debian's packages. */
export interface Root {
  readonly suite: Suite;
  readonly packages: readonly string[];
  /** Lines of shell that are run once the packages are installed. `$1` is the root. */
  readonly hooks: readonly string[];
}

/**
 * The time that packages see is the same on every machine. It is not zero, which login programs take for an expired
 * password. When it is set, Python checks byte code by content, so that changing file times afterwards does not
 * invalidate it.
 */
const buildEpoch = "1700000000";

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
async function wayHere({ oneUser }: Context, { suite }: Root): Promise<Way> {
  if (oneUser === undefined) return { before: [], options: [] };
  const found = await oneUser();
  if ("missing" in found)
    throw new EngineError(
      `Debian ${suite} cannot be made by a user without subordinate ids (/etc/subuid), as its files have several owners, and ` +
        `a filter of system calls that would hide that cannot be had: ${found.missing}. \`ml-pipeline doctor\` says how to get ids.`,
    );
  return { before: found.command, options: ["--skip=chroot/mount/dev", extractHook("devices.sh")] };
}

/** Runs a program of this folder once the first packages are unpacked. A hook is a line of shell. */
const extractHook = (name: string): string =>
  `--extract-hook=sh '${join(import.meta.dirname, name).replaceAll("'", "'\\''")}' "$1"`;

/**
 * Makes a root file system in `target`, an empty folder. It takes about a quarter of a minute and 140 MB.
 * | @returns the mirror that its packages came from
 */
export async function makeRoot(context: Context, root: Root, target: string): Promise<Mirror> {
  await requireProgram("mmdebstrap");
  const way = await wayHere(context, root);
  const mirror = await hostMirror();
  await access(mirror.keyring).catch(() => {
    throw new EngineError(
      "The keys of Debian's archive are not installed. Type: apt-get install -y --no-install-recommends debian-archive-keyring",
    );
  });
  const aptConfig = join(await context.store.scratch(), `apt-${randomUUID()}.conf`);
  await writeFile(aptConfig, await aptSettings(root), { mode: 0o600 });
  try {
    const first = await bootstrap(root, mirror, way, { aptConfig, target });
    if (first.exitCode === 0) return mirror;
    // Mirrors drop a suite when Debian's archive has taken it over.
    const dropped = /\b404\b|does not have a Release file/.test(first.stderr);
    if (!dropped || root.suite !== "bullseye") throw bootstrapError(root, mirror, first);
    await empty(target);
    const second = await bootstrap(root, archiveMirror, way, { aptConfig, target });
    if (second.exitCode !== 0) throw bootstrapError(root, archiveMirror, second);
    return archiveMirror;
  } finally {
    await rm(aptConfig, { force: true });
  }
}

/** Runs mmdebstrap in root mode, which only needs to be root in a user namespace. */
async function bootstrap(
  root: Root,
  mirror: Mirror,
  way: Way,
  { aptConfig, target }: { readonly aptConfig: string; readonly target: string },
): Promise<ChildResult> {
  const args = ["--mode=root", "--format=directory", "--variant=minbase", `--include=${root.packages.join(",")}`];
  const options = [`--aptopt=${aptConfig}`, "--dpkgopt=force-unsafe-io", ...way.options];
  // As an option of dpkg, mmdebstrap would start a filter in Python for each of sixty packages, which takes 9 seconds.
  const bare = extractHook("bare.sh");
  // Without this hook, bookworm installs Perl to merge / and /usr.
  const hook = "/usr/share/mmdebstrap/hooks/maybe-merged-usr";
  const merged = await access(hook).then(
    () => [`--hook-dir=${hook}`],
    () => [],
  );
  const positional = [root.suite, target, ...sourceLines(mirror, root.suite, { signed: true })];
  const [program = "", ...words] = [
    ...way.before,
    "mmdebstrap",
    ...args,
    ...options,
    bare,
    ...merged,
    ...root.hooks.map((hook) => `--customize-hook=${hook}`),
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

function bootstrapError(root: Root, mirror: Mirror, result: ChildResult): EngineError {
  const said = result.stderr.split("\n");
  const errors = said.filter((line) => /^(?:E|Err|dpkg):/.test(line));
  // Warnings name folders that are other ones each time.
  const lines = errors.length > 0 ? errors : said.filter((line) => line.startsWith("W:"));
  // The line about a full disk may be far above: what follows are its consequences.
  const full = /No space left on device/.exec(result.stderr)?.[0];
  const reason = full ?? (lines.slice(-4).join("; ") || result.stderr.slice(-400));
  return new EngineError(`Debian ${root.suite} cannot be made from ${mirror.main}: ${reason}`);
}

/** Writes the settings with which the host's apt reaches its mirrors: proxies, certificates, retries. */
async function aptSettings(root: Root): Promise<string> {
  const dump = await runChild("apt-config", ["dump", "--no-empty", "--format", '%F "%v";%n']);
  const host = dump.stdout
    .toString()
    .split("\n")
    .filter((line) => /^Acquire::(?:https?|Retries|Check-)/.test(line));
  // Security support for bullseye has ended, and its signature is not renewed any more.
  const ended = root.suite === "bullseye" ? ['Acquire::Check-Valid-Until "false";'] : [];
  return [...host, ...ended, 'Acquire::Languages "none";', ""].join("\n");
}

/** Removes what is in a folder. False when it is no folder. */
export async function empty(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => undefined);
  for (const name of names ?? []) await rm(join(folder, name), { recursive: true, force: true });
  return names !== undefined;
}

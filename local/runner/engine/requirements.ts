import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withEnginesPage } from "../../base/errors.ts";
import { UsageError } from "../../base/usage-error.ts";
import { missingPrograms as missingForImages } from "../../images/programs.ts";
import { missingPrograms as missingForSandbox } from "../../sandbox/programs.ts";
import { cacheRoot, makeCacheRoot } from "../../store/paths.ts";
import { findProgram } from "./choice.ts";

export interface MissingProgram {
  readonly program: string;
  readonly package: string;
  readonly purpose: string;
  /** Much works without it, and what does not says so when it is used. */
  readonly optional: boolean;
}

const purposes = {
  everything: "runs containers",
  services: "gives containers networks of their own",
  network: "lets containers with networks of their own call out",
  filter: "keeps containers from system calls that they do not need",
};

/** Lists the programs that the local engine needs and this host lacks. */
export async function missingPrograms(): Promise<readonly MissingProgram[]> {
  const sandbox = missingForSandbox().map(({ program, package: name, neededFor }) => ({
    program,
    package: name,
    purpose: purposes[neededFor],
    optional: neededFor !== "everything",
  }));
  const images = (await missingForImages()).map((missing) => ({
    ...missing,
    optional: missing.program === "mmdebstrap",
  }));
  return [...sandbox, ...images];
}

export function installLine(missing: readonly MissingProgram[]): string {
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}apt-get install -y --no-install-recommends ${packagesOf(missing).join(" ")}`;
}

/**
 * Installs missing programs as root on Debian or Ubuntu, and says so. Optional programs that could not be installed are
 * left out, and are not tried again for a day.
 * | @throws UsageError with the line to type, when something necessary is missing and may not be installed
 */
export async function ensurePrograms(say: (text: string) => void): Promise<void> {
  const missing = await missingPrograms();
  if (missing.length === 0) return;
  const needed = missing.some(({ optional }) => !optional);
  if (!mayInstall()) {
    if (!needed) return;
    throw new UsageError(
      withEnginesPage(
        `the local engine needs ${listed(missing)}. On Debian or Ubuntu type:\n  ${installLine(missing)}`,
      ),
    );
  }
  if (!needed && triedToday()) return;
  say(`installing ${packagesOf(missing).join(", ")} with apt-get, once`);
  const failure = install(missing);
  const still = failure === undefined ? [] : await missingPrograms();
  if (still.some(({ optional }) => !optional))
    throw new UsageError(withEnginesPage(`the local engine needs ${listed(still)}\n${failure}`));
  if (still.length > 0) say(`going on without ${listed(still)}: apt-get could not install it`);
}

function listed(missing: readonly MissingProgram[]): string {
  return missing.map(({ program, purpose }) => `${program} (${purpose})`).join(", ");
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && isDebian() && findProgram("apt-get") !== undefined;
}

const mark = () => join(cacheRoot(), "apt-get-tried");

function triedToday(): boolean {
  const stats = statSync(mark(), { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < 24 * 60 * 60 * 1000;
}

/** @returns the message of apt-get when it failed */
function install(missing: readonly MissingProgram[]): string | undefined {
  makeCacheRoot(cacheRoot());
  writeFileSync(mark(), "");
  return (
    (hasPackageLists() ? undefined : apt(["update"])) ??
    apt(["install", "-y", "--no-install-recommends", ...packagesOf(missing)])
  );
}

function packagesOf(missing: readonly MissingProgram[]): string[] {
  return [...new Set(missing.map((each) => each.package))];
}

function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    // The system does not say what it is, so its package manager is not known.
    return false;
  }
}

function hasPackageLists(): boolean {
  try {
    return readdirSync("/var/lib/apt/lists").some((name) => name.endsWith("_Packages") || name.includes("_Packages."));
  } catch {
    // Images are often shipped without the folder.
    return false;
  }
}

/** Runs apt-get, after any other one has ended. Gives the end of its output when it failed. */
function apt(args: readonly string[]): string | undefined {
  const result = spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (result.status === 0) return undefined;
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}`.trim().split("\n").slice(-10).join("\n");
  return `apt-get ${args[0]} failed${result.error ? ` (${result.error.message})` : ""}\n${output}`;
}

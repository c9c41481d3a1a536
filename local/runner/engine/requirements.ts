import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../base/usage-error.ts";
import { missingPrograms as missingForImages } from "../../images/programs.ts";
import { missingPrograms as missingForSandbox } from "../../sandbox/programs.ts";
import { cacheRoot } from "../../store/paths.ts";
import { findProgram } from "./choice.ts";

export interface MissingProgram {
  readonly program: string;
  readonly package: string;
  readonly purpose: string;
  /** Much works without it; what does not says so when it comes to that. */
  readonly optional: boolean;
}

const purposes = {
  everything: "runs containers",
  services: "runs services",
  network: "lets services call out",
  filter: "keeps containers from system calls that they do not need",
};

/** Programs of the host that the local engine uses and does not find. */
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

/** The line that installs what is missing. */
export function installLine(missing: readonly MissingProgram[]): string {
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}apt-get install -y --no-install-recommends ${packagesOf(missing).join(" ")}`;
}

/**
 * Installs what is missing where that is allowed (root on Debian or Ubuntu), and says so. Without what is optional it
 * goes on; what could not be installed is not tried again for a day.
 * @throws UsageError with the line to type where something needed is missing and may not be installed
 */
export async function ensurePrograms(say: (text: string) => void): Promise<void> {
  const missing = await missingPrograms();
  if (missing.length === 0) return;
  const needed = missing.some(({ optional }) => !optional);
  if (!mayInstall()) {
    if (!needed) return;
    throw new UsageError(
      `the local engine needs ${listed(missing)}. On Debian or Ubuntu type:\n  ${installLine(missing)}`,
    );
  }
  if (!needed && triedToday()) return;
  say(`installing ${packagesOf(missing).join(", ")} with apt-get, once`);
  const failure = install(missing);
  const still = failure === undefined ? [] : await missingPrograms();
  if (still.some(({ optional }) => !optional))
    throw new UsageError(`the local engine needs ${listed(still)}\n${failure}`);
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

/** @returns what apt-get said when it failed */
function install(missing: readonly MissingProgram[]): string | undefined {
  mkdirSync(cacheRoot(), { recursive: true });
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
    // Not a system that says what it is: not one whose packages we know.
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

/** Waits for another apt-get to end. Gives the end of what it said when it failed. */
function apt(args: readonly string[]): string | undefined {
  const result = spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (result.status === 0) return undefined;
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}`.trim().split("\n").slice(-10).join("\n");
  return `apt-get ${args[0]} failed${result.error ? ` (${result.error.message})` : ""}\n${output}`;
}

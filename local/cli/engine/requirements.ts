import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { missingPrograms as missingForImages } from "../../images/programs.ts";
import { missingPrograms as missingForSandbox } from "../../sandbox/programs.ts";
import { UsageError } from "../usage-error.ts";
import { findProgram } from "./choice.ts";

export interface MissingProgram {
  readonly program: string;
  readonly package: string;
  readonly purpose: string;
}

/** Programs of the host that the local engine needs and does not find. */
export async function missingPrograms(): Promise<readonly MissingProgram[]> {
  const sandbox = missingForSandbox().map((missing) => ({
    program: missing.program,
    package: missing.package,
    purpose: { everything: "runs containers", services: "runs services", network: "lets services call out" }[
      missing.neededFor
    ],
  }));
  return [...sandbox, ...(await missingForImages())];
}

/** The line that installs what is missing. */
export function installLine(missing: readonly MissingProgram[]): string {
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}apt-get install -y --no-install-recommends ${packagesOf(missing).join(" ")}`;
}

/**
 * Installs what is missing where that is allowed (root on Debian or Ubuntu), and says so.
 * @throws UsageError with the line to type where it is not
 */
export async function ensurePrograms(say: (text: string) => void): Promise<void> {
  const missing = await missingPrograms();
  if (missing.length === 0) return;
  const names = missing.map(({ program, purpose }) => `${program} (${purpose})`).join(", ");
  if (process.getuid?.() !== 0 || !isDebian() || findProgram("apt-get") === undefined) {
    throw new UsageError(`the local engine needs ${names}. On Debian or Ubuntu type:\n  ${installLine(missing)}`);
  }
  say(`installing ${packagesOf(missing).join(", ")} with apt-get, once`);
  if (!hasPackageLists()) apt(["update"]);
  apt(["install", "-y", "--no-install-recommends", ...packagesOf(missing)]);
  const still = await missingPrograms();
  if (still.length > 0) {
    throw new UsageError(`apt-get did not bring ${still.map(({ program }) => program).join(", ")}`);
  }
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

function apt(args: readonly string[]): void {
  const result = spawnSync("apt-get", ["-q", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (result.status === 0) return;
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}`.trim().split("\n").slice(-10).join("\n");
  throw new UsageError(`apt-get ${args[0]} failed${result.error ? ` (${result.error.message})` : ""}\n${output}`);
}

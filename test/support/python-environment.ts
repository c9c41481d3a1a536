import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { TOOLS } from "../../src/containers/settings.ts";

/*
 * Python environments that tests need. One is made when it is first asked for and kept for as long as its pins stay the same.
 */

const FOLDER = join(homedir(), ".cache", "ml-pipeline-tests");

/** What it takes to make an environment, in a test's or a hook's milliseconds. */
export const ENVIRONMENT_MS = 600_000;

/** A lock whose holder has not touched it for so long belongs to a process that is gone. */
const STALE_MS = 30_000;
const TOUCH_MS = 5_000;
const POLL_MS = 200;

const run = promisify(execFile);

/** For the environment's own programs: what they import is compiled when it is first used, whatever the host's settings. */
export const KEEPS_BYTE_CODE = { PYTHONDONTWRITEBYTECODE: "" };

/** The folder of an environment's programs. */
export async function pythonEnvironment(name: string, pins: readonly string[]): Promise<string> {
  return join(await made(name, pins, (environment) => installWithUv(environment, pins)), "bin");
}

/**
 * The folder of an environment's packages, for the PYTHONPATH of programs that have no leave to write byte code: it is compiled before,
 * or each of them would compile all that it imports.
 */
export async function pythonPackages(name: string, pins: readonly string[]): Promise<string> {
  const environment = await made(name, pins, (folder) => installWithUv(folder, pins, "--compile-bytecode"));
  const [packages] = globSync(join(environment, "lib", "python*", "site-packages"));
  if (packages === undefined) throw new Error(`${environment} has no packages`);
  return packages;
}

type Install = (environment: string) => Promise<void>;

/** Of several processes that ask for an environment one installs it, and the others wait. */
export async function made(name: string, pins: readonly string[], install: Install): Promise<string> {
  const hash = createHash("sha256").update(pins.join("\n")).digest("hex").slice(0, 12);
  const environment = join(FOLDER, `${name}-${hash}`);
  const ready = join(environment, "ready");
  const lock = `${environment}.lock`;
  mkdirSync(FOLDER, { recursive: true });
  while (!existsSync(ready)) {
    if (takeLock(lock)) {
      const touching = setInterval(() => utimesSync(lock, new Date(), new Date()), TOUCH_MS);
      try {
        if (!existsSync(ready)) {
          rmSync(environment, { recursive: true, force: true });
          await install(environment);
          writeFileSync(ready, `${pins.join("\n")}\n`);
        }
      } finally {
        clearInterval(touching);
        rmSync(lock, { recursive: true, force: true });
      }
    } else await sleep(POLL_MS);
  }
  return environment;
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    dropStaleLock(lock);
    return false;
  }
}

function dropStaleLock(lock: string): void {
  const touched = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (touched === undefined || Date.now() - touched < STALE_MS) return;
  // Renaming succeeds for one process only; what it took away is nobody's.
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** uv needs a tenth of pip's time for DVC and its hundred dependencies; the environments share what it has downloaded. */
async function installWithUv(environment: string, pins: readonly string[], ...options: string[]): Promise<void> {
  const own = [`uv==${TOOLS.uv}`];
  const uv = join(await made("uv", own, (folder) => installWithPip(folder, own)), "bin", "uv");
  await run("python3", ["-m", "venv", "--without-pip", environment]);
  const install = ["pip", "install", "--quiet", ...options, "--python", join(environment, "bin", "python"), ...pins];
  try {
    await run(uv, install, { timeout: ENVIRONMENT_MS });
  } catch {
    // uv does not read pip's configuration, where a host may name an index of its own.
    rmSync(environment, { recursive: true, force: true });
    await installWithPip(environment, pins);
  }
}

async function installWithPip(environment: string, pins: readonly string[]): Promise<void> {
  // Debian's python3 lacks a part of venv, and says on its standard output which package has it.
  await run("python3", ["-m", "venv", environment]).catch((error: { readonly stdout?: string }) => {
    throw new Error(`python3 cannot make an environment: ${error.stdout?.trim() || String(error)}`);
  });
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pins];
  await run(join(environment, "bin", "python"), install, { timeout: ENVIRONMENT_MS });
}

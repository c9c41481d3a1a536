import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

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

/**
 * The folder of an environment's programs, installed where it is not yet; of several processes that ask one installs and the
 * others wait.
 */
export async function pythonEnvironment(name: string, pins: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(pins.join("\n")).digest("hex").slice(0, 12);
  const environment = join(FOLDER, `${name}-${hash}`);
  const ready = join(environment, "ready");
  const lock = `${environment}.lock`;
  mkdirSync(FOLDER, { recursive: true });
  while (!existsSync(ready)) {
    if (takeLock(lock)) {
      const touching = setInterval(() => utimesSync(lock, new Date(), new Date()), TOUCH_MS);
      try {
        if (!existsSync(ready)) await install(environment, pins);
      } finally {
        clearInterval(touching);
        rmSync(lock, { recursive: true, force: true });
      }
    } else await sleep(POLL_MS);
  }
  return join(environment, "bin");
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

async function install(environment: string, pins: readonly string[]): Promise<void> {
  rmSync(environment, { recursive: true, force: true });
  // Debian's python3 lacks a part of venv, and says on its standard output which package has it.
  await run("python3", ["-m", "venv", environment]).catch((error: { readonly stdout?: string }) => {
    throw new Error(`python3 cannot make an environment: ${error.stdout?.trim() || String(error)}`);
  });
  const python = join(environment, "bin", "python");
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pins], {
    timeout: ENVIRONMENT_MS,
  });
  writeFileSync(join(environment, "ready"), `${pins.join("\n")}\n`);
}

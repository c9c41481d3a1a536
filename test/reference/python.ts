import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { TOOLS } from "../../src/settings.ts";

/*
 * The libraries that the module's statistics are compared with, in a Python environment of their own. It is made when it is
 * first asked for and kept for as long as the pins stay the same.
 */

const PINS = [
  ...["scikit-learn==1.9.1", "scipy==1.17.1", "fairlearn==0.15.0", "numpy==2.4.6", "pandas==2.3.3"],
  `duckdb-cli==${TOOLS["duckdb-cli"]}`,
];

const hash = createHash("sha256").update(PINS.join("\n")).digest("hex").slice(0, 12);
const FOLDER = join(homedir(), ".cache", "ml-pipeline-tests");
const ENVIRONMENT = join(FOLDER, `reference-${hash}`);
const PYTHON = join(ENVIRONMENT, "bin", "python");
const READY = join(ENVIRONMENT, "ready");
const LOCK = `${ENVIRONMENT}.lock`;

/** What it takes to make the environment, in a test's or a hook's milliseconds. */
export const ENVIRONMENT_MS = 600_000;

/** A lock whose holder has not touched it for so long belongs to a process that is gone. */
const STALE_MS = 30_000;
const TOUCH_MS = 5_000;
const POLL_MS = 200;

const run = promisify(execFile);

/** The environment's Python, installed where it is not yet; of several processes that ask one installs and the others wait. */
async function environment(): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  while (!existsSync(READY)) {
    if (takeLock()) {
      const touching = setInterval(() => utimesSync(LOCK, new Date(), new Date()), TOUCH_MS);
      try {
        if (!existsSync(READY)) await install();
      } finally {
        clearInterval(touching);
        rmSync(LOCK, { recursive: true, force: true });
      }
    } else await sleep(POLL_MS);
  }
  return PYTHON;
}

function takeLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    dropStaleLock();
    return false;
  }
}

function dropStaleLock(): void {
  const touched = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
  if (touched === undefined || Date.now() - touched < STALE_MS) return;
  // Renaming succeeds for one process only; what it took away is nobody's.
  const aside = `${LOCK}.${process.pid}`;
  try {
    renameSync(LOCK, aside);
  } catch {
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}

async function install(): Promise<void> {
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  await run("python3", ["-m", "venv", ENVIRONMENT]);
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PINS], {
    timeout: ENVIRONMENT_MS,
  });
  writeFileSync(READY, `${PINS.join("\n")}\n`);
}

/** DuckDB's command-line program, as the pipeline pins it: the output of one call. */
export async function duckdb(...args: string[]): Promise<string> {
  await environment();
  const { stdout } = await run(join(ENVIRONMENT, "bin", "duckdb"), args, { maxBuffer: 2 ** 28 });
  return stdout;
}

/**
 * Runs a script with the reference libraries.
 * @param script a Python program that reads JSON from its standard input and writes JSON to its standard output
 * @throws Error with the traceback when it fails
 */
export async function reference(script: string, input: unknown): Promise<unknown> {
  const python = await environment();
  const text = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      python,
      ["-W", "ignore", "-c", script],
      {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`the reference failed: ${stderr.trim()}`));
      },
    );
    // A script that fails at once does not read its input; its traceback says more than the broken pipe.
    child.stdin?.on("error", () => {});
    child.stdin?.end(JSON.stringify(input));
  });
  return JSON.parse(text) as unknown;
}

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Ran {
  /** -1 of a program that was ended, as it is after a while. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const pathOf = (program: string): string =>
  fileURLToPath(new URL(`../../../src/python/${program}`, import.meta.url));

/** Runs one of the module's Python programs with the host's Python, as a container runs it. */
export const python = (program: string, ...args: string[]): Promise<Ran> => pythonWith({}, program, ...args);

/** The same with more in its environment. */
export const pythonWith = (
  variables: Readonly<Record<string, string>>,
  program: string,
  ...args: string[]
): Promise<Ran> => pythonIn(process.cwd(), variables, program, ...args);

/** The same in a folder. */
export function pythonIn(
  cwd: string,
  variables: Readonly<Record<string, string>>,
  program: string,
  ...args: string[]
): Promise<Ran> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...variables };
  return new Promise((resolve) => {
    execFile(
      "python3",
      [pathOf(program), ...args],
      { encoding: "utf8", timeout: 60_000, maxBuffer: 2 ** 26, env, cwd },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

/** A folder of a test's own, gone when the test has ended. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "helpers-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

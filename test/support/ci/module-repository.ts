import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The tag that a runner asks for. */
export const MODULE_REF = "v0.1.0";

/** Makes a folder a Git repository with all that is in it as one commit, and gives its hash. */
export async function committed(folder: string): Promise<string> {
  const git = async (...words: string[]): Promise<string> =>
    (await run("git", ["-C", folder, "-c", "user.name=test", "-c", "user.email=test@example.com", ...words])).stdout;
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--allow-empty", "--message=Test");
  return (await git("rev-parse", "HEAD")).trim();
}

/**
 * A repository as a runner clones the module from, with a program for a shell in the place of `bin/ml-pipeline`.
 *
 * @returns what `--module` takes
 */
export async function moduleRepository(folder: string, program: string): Promise<string> {
  await mkdir(join(folder, "bin"), { recursive: true });
  await writeFile(join(folder, "bin/ml-pipeline"), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  await committed(folder);
  await run("git", ["-C", folder, "tag", "--force", MODULE_REF]);
  return `file://${folder}@${MODULE_REF}`;
}

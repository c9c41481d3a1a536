import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Ran {
  readonly isGood: boolean;
  readonly printed: string;
}

export interface ShellHost {
  readonly home: string;
  /** The checkout of the project. */
  readonly work: string;
  /** Programs that a runner has and this machine should not be touched by, as lines of a shell by their names. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Runs scripts of jobs as a runner does: one shell for each, with a home of its own and what it is told of the environment. */
export async function shellsOn({
  home,
  work,
  programs = {},
}: ShellHost): Promise<(words: readonly string[], env: Readonly<Record<string, string>>) => Promise<Ran>> {
  const bin = join(home, "programs");
  await mkdir(bin, { recursive: true });
  for (const [name, text] of Object.entries({ sudo: "exit 0", ...programs })) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  return async ([program = "sh", ...words], env) => {
    // Without a shell above it, bash takes Node's socket for a login over the network, and reads no BASH_ENV.
    const all = { SHLVL: "1", PATH: `${bin}:${process.env.PATH}`, HOME: home, GIT_CONFIG_GLOBAL: "/dev/null", ...env };
    try {
      const { stdout, stderr } = await run(program, words, { cwd: work, env: all });
      return { isGood: true, printed: `${stdout}${stderr}` };
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      return { isGood: false, printed: `${stdout}${stderr}` };
    }
  };
}

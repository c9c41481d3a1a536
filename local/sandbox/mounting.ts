import { join } from "node:path";
import { tryExecute } from "./execute.ts";
import { program } from "./programs.ts";

/** One call of mount(8). */
export interface MountCall {
  /** `none` for binds. */
  readonly type: string;
  readonly options: string;
  readonly source: string;
  readonly target: string;
}

const script = join(import.meta.dirname, "mount.sh");

/** Does all mounts in order in one process. Relative paths, those in overlay options included, count from `cwd`. */
export async function mountAll(calls: readonly MountCall[], cwd?: string): Promise<void> {
  if (calls.length === 0) return;
  const args = calls.flatMap((call) => [call.type, call.options, call.source, call.target]);
  const { code, stderr } = await tryExecute(program("sh"), [script, program("mount"), ...args], {
    ...(cwd && { cwd }),
  });
  if (code !== 0) throw new Error(`A mount in the sandbox failed: ${stderr.trim() || `exit code ${code}`}`);
}

export const bindCall = (source: string, target: string, options = "bind"): MountCall => ({
  type: "none",
  options,
  source,
  target,
});

/** Takes a mount and all that is mounted below it out of sight; the kernel frees it when nobody uses it any more. */
export async function unmount(path: string): Promise<void> {
  const { code, stderr } = await tryExecute(program("umount"), ["-n", "-l", "-R", "--", path]);
  if (code !== 0) throw new Error(`Unmounting failed: ${stderr.trim()}`);
}

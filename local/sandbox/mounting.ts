import { unlinkSync, writeFileSync } from "node:fs";
import { tryExecute } from "./execute.ts";
import { program } from "./programs.ts";

/** One mount, as a line of a mount table has it. */
export interface MountCall {
  /** `none` for binds. */
  readonly type: string;
  readonly options: string;
  readonly source: string;
  readonly target: string;
}

/** A field of a mount table: everything but plain characters as octal numbers. */
function field(text: string): string {
  let line = "";
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    line += /[\w./,:=@%+-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return line;
}

/** A mount table that `mount --all` carries out from top to bottom: one process for many mounts. */
export const mountTable = (calls: readonly MountCall[]): string =>
  calls
    .map(({ source, target, type, options }) => [source, target, type, options].map(field).join(" "))
    .join("\n")
    .concat("\n");

export const bindCall = (source: string, target: string, options = "bind"): MountCall => ({
  type: "none",
  options,
  source,
  target,
});

/** Mounts and unmounts with the host's programs. */
export class Mounter {
  readonly #folder: string;
  #serial = 0;

  /** `folder`: where mount tables are written while they are carried out; this session's own. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a mount table and gives its path. */
  table(calls: readonly MountCall[]): string {
    const path = `${this.#folder}/table${this.#serial++}`;
    writeFileSync(path, mountTable(calls), { flag: "wx", mode: 0o600 });
    return path;
  }

  /** Does all mounts in order. Relative paths, those in overlay options included, count from `cwd`. */
  async mount(calls: readonly MountCall[], cwd?: string): Promise<void> {
    if (calls.length === 0) return;
    const table = this.table(calls);
    try {
      const args = ["-n", "-i", "--all", "--fstab", table];
      const { code, stderr } = await tryExecute(program("mount"), args, { ...(cwd && { cwd }) });
      if (code !== 0) throw new Error(`A mount in the sandbox failed: ${stderr.trim() || `exit code ${code}`}`);
    } finally {
      unlinkSync(table);
    }
  }

  /** Takes a mount, and with it all that is mounted below it, out of sight; the kernel frees it when nobody uses it any more. */
  async unmount(path: string): Promise<void> {
    const { code, stderr } = await tryExecute(program("umount"), ["-n", "-l", "--", path]);
    if (code !== 0) throw new Error(`Unmounting failed: ${stderr.trim()}`);
  }
}

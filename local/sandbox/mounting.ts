import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
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

/** Where a file system is mounted, and the flags that a user namespace may not take from it. */
interface HostMount {
  readonly path: string;
  readonly flags: readonly string[];
}

/** The mounts of a `mountinfo` table, the last ones first: they hide the earlier ones. */
export function hostMounts(mountinfo: string): readonly HostMount[] {
  const unescaped = (text: string) =>
    text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
  return mountinfo
    .split("\n")
    .map((line) => line.split(" "))
    .filter((fields) => fields.length > 5)
    .map(([, , , , path = "", options = ""]) => ({
      path: Buffer.from(unescaped(path), "latin1").toString(),
      flags: options.split(",").filter((option) => ["nosuid", "nodev", "noexec"].includes(option)),
    }))
    .reverse();
}

/** The flags of the mount that a path is on. */
export function flagsOf(mounts: readonly HostMount[], path: string): readonly string[] {
  let found: HostMount | undefined;
  for (const mount of mounts) {
    const covers = mount.path === "/" || path === mount.path || path.startsWith(`${mount.path}/`);
    if (covers && mount.path.length > (found?.path.length ?? 0)) found = mount;
  }
  return found?.flags ?? [];
}

/** Mounts and unmounts with the host's programs. */
export class Mounter {
  readonly #folder: string;
  readonly #mounts: readonly HostMount[];
  #serial = 0;

  /** `folder`: where mount tables are written while they are carried out; this session's own. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#mounts = hostMounts(readFileSync("/proc/self/mountinfo", "latin1"));
  }

  /** A read-only bind mount. Making one read only sets all flags anew, and the host's may not be dropped on the way. */
  readOnly(source: string, target: string): MountCall {
    return bindCall(source, target, ["bind", "ro", ...flagsOf(this.#mounts, source)].join(","));
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

import { readFileSync, realpathSync, unlinkSync, writeFileSync } from "node:fs";
import { tryExecute } from "./execute.ts";
import { program } from "./programs.ts";

/** One mount: a line of a mount table. */
export interface MountCall {
  /** `none` for binds. */
  readonly type: string;
  readonly options: string;
  readonly source: string;
  readonly target: string;
}

/** Encodes a field of a mount table. All but plain characters become octal numbers. */
function field(text: string): string {
  let line = "";
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    line += /[\w./,:=@%+-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return line;
}

/** Writes a mount table. `mount --all` carries it out from top to bottom, so many mounts take one process. */
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

/** A mounted file system, with the flags that a user namespace must keep. */
interface HostMount {
  readonly path: string;
  readonly flags: readonly string[];
}

/** Reads a `mountinfo` table. The last mounts come first, because they hide earlier ones. */
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

/** Gives the flags of the mount that a path is on. */
export const flagsOf = (mounts: readonly HostMount[], path: string): readonly string[] =>
  mountOf(mounts, path)?.flags ?? [];

/** Finds the mount that a path is on. */
function mountOf(mounts: readonly HostMount[], path: string): HostMount | undefined {
  let found: HostMount | undefined;
  for (const mount of mounts) {
    const covers = mount.path === "/" || path === mount.path || path.startsWith(`${mount.path}/`);
    if (covers && mount.path.length > (found?.path.length ?? 0)) found = mount;
  }
  return found;
}

/** Mounts and unmounts with the host's programs. */
export class Mounter {
  readonly #folder: string;
  readonly #mounts: readonly HostMount[];
  #serial = 0;

  /** `folder` belongs to this session. Mount tables are written there while they are carried out. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#mounts = hostMounts(readFileSync("/proc/self/mountinfo", "latin1"));
  }

  /**
   * Describes a bind mount with flags such as `ro`. Remounting sets all flags anew, and a user namespace may not drop
   * the host's, so they are repeated.
   */
  bind(source: string, target: string, flags: readonly string[]): MountCall {
    return bindCall(source, target, [...new Set(["bind", ...flags, ...flagsOf(this.#mounts, source)])].join(","));
  }

  readOnly(source: string, target: string): MountCall {
    return this.bind(source, target, ["ro"]);
  }

  /**
   * Makes the mounts read-only that the given files of the host are on, in the namespace where the table is carried out.
   * `mount --all` leaves out a target that is written as the root.
   */
  protect(files: readonly string[]): readonly MountCall[] {
    const found = files.flatMap((file) => mountOf(this.#mounts, realpathSync(file)) ?? []);
    return [...new Map(found.map((mount) => [mount.path, mount])).values()].map(({ path, flags }) => ({
      type: "none",
      options: ["remount", "bind", "ro", ...flags].join(","),
      source: "none",
      target: path === "/" ? "/." : path,
    }));
  }

  /** Writes a mount table to a file and gives its path. */
  table(calls: readonly MountCall[]): string {
    const path = `${this.#folder}/table${this.#serial++}`;
    writeFileSync(path, mountTable(calls), { flag: "wx", mode: 0o600 });
    return path;
  }

  /** Mounts in order. Relative paths start at `cwd`, also those in overlay options. */
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

  /** Detaches a mount and all mounts below it. The kernel frees them when nobody uses them any more. */
  async unmount(path: string): Promise<void> {
    const { code, stderr } = await tryExecute(program("umount"), ["-n", "-l", "--", path]);
    if (code !== 0) throw new Error(`Unmounting failed: ${stderr.trim()}`);
  }
}

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tryExecute } from "./execute.ts";
import type { Mode } from "./mode.ts";
import { bindCall, type Mounter } from "./mounting.ts";
import { program } from "./programs.ts";

/** What containers get of the host: made once a session, in memory and in the engine's own mount namespace. */
export interface HostParts {
  /** Files that exist in memory only. */
  readonly memory: string;
  readonly dev: string;
  readonly sys: string;
}

const devices = ["null", "zero", "full", "random", "urandom", "tty"];

/** Prepares `/dev` and `/sys` of all containers below `folder`. */
export async function prepareHostParts(mounter: Mounter, folder: string, mode: Mode): Promise<HostParts> {
  const parts = { memory: `${folder}/memory`, dev: `${folder}/dev`, sys: `${folder}/sys` };
  for (const path of Object.values(parts)) mkdirSync(path);
  await mounter.mount([
    { type: "tmpfs", options: "mode=711,nosuid,nodev", source: "memory", target: parts.memory },
    { type: "tmpfs", options: "mode=755,nosuid,noexec,size=64k", source: "dev", target: parts.dev },
  ]);
  await prepareDevices(mounter, parts.dev, mode);
  // With other mounts below it, a user namespace may take /sys only as a whole.
  await mounter.mount([mode.user ? bindCall("/sys", parts.sys, "rbind") : mounter.readOnly("/sys", parts.sys)]);
  return parts;
}

async function prepareDevices(mounter: Mounter, dev: string, mode: Mode): Promise<void> {
  const present = devices.filter((name) => existsSync(`/dev/${name}`));
  for (const name of present) closeSync(openSync(`${dev}/${name}`, "w"));
  for (const name of ["pts", "shm", "mqueue"]) mkdirSync(`${dev}/${name}`);
  const links = { fd: "/proc/self/fd", stdin: "/proc/self/fd/0", stdout: "/proc/self/fd/1", stderr: "/proc/self/fd/2" };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, `${dev}/${name}`);
  symlinkSync("pts/ptmx", `${dev}/ptmx`);
  await mounter.mount(present.map((name) => bindCall(`/dev/${name}`, `${dev}/${name}`)));
  await mountTerminals(`${dev}/pts`, mode);
  // The container's own root may not leave anything here for the next container.
  await mounter.mount([{ type: "none", options: "remount,bind,ro,nosuid,noexec", source: dev, target: dev }]);
}

/** Pseudo-terminals, where the host lets us have them: `script` and the like need them, hardly anything else. */
async function mountTerminals(target: string, mode: Mode): Promise<void> {
  const group = mode.ids === "all" ? ",gid=5" : "";
  const options = `newinstance,ptmxmode=0666,mode=0620${group},nosuid,noexec`;
  await tryExecute(program("mount"), ["-n", "-i", "-t", "devpts", "-o", options, "devpts", target]);
}

/** Files for a container's `/etc`. */
export interface EtcFiles {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly target: string }[];
}

/** Writes the files of `/etc` that a container gets for its network into `folder`. */
export function writeEtc(
  folder: string,
  files: Readonly<Record<"hosts" | "resolv.conf" | "hostname", string>>,
): EtcFiles {
  for (const [name, content] of Object.entries(files)) writeFileSync(`${folder}/${name}`, content, { mode: 0o644 });
  return { folder, files: Object.keys(files).map((name) => ({ path: `${folder}/${name}`, target: `/etc/${name}` })) };
}

/** A file of the host, or nothing where it does not have it. */
export function hostFile(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

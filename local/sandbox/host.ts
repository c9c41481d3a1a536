import { closeSync, existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tryExecute } from "./execute.ts";
import type { Mode } from "./mode.ts";
import { bindCall, type Mounter } from "./mounting.ts";
import { program } from "./programs.ts";

/**
 * The parts of the host that containers share. They are made once a session, in memory and in the engine's own mount
 * namespace.
 */
export interface HostParts {
  /** A folder for files that exist in memory only. */
  readonly memory: string;
  readonly dev: string;
  readonly sys: string;
}

const devices = ["null", "zero", "full", "random", "urandom", "tty"];

/** Prepares the `/dev` and `/sys` of all containers below `folder`. */
export async function prepareHostParts(mounter: Mounter, folder: string, mode: Mode): Promise<HostParts> {
  const parts = { memory: `${folder}/memory`, dev: `${folder}/dev`, sys: `${folder}/sys` };
  for (const path of Object.values(parts)) mkdirSync(path);
  await mounter.mount([
    { type: "tmpfs", options: "mode=711,nosuid,nodev", source: "memory", target: parts.memory },
    { type: "tmpfs", options: "mode=755,nosuid,noexec,size=64k", source: "dev", target: parts.dev },
  ]);
  await prepareDevices(mounter, parts.dev, mode);
  // Other file systems are mounted below /sys, and a user namespace may only bind such a tree as a whole.
  await mounter.mount([mode.user ? bindCall("/sys", parts.sys, "rbind") : mounter.readOnly("/sys", parts.sys)]);
  if (mode.user) await hideControlGroups(mounter, `${parts.sys}/fs/cgroup`);
  return parts;
}

/** A user may own a part of the control groups, and could stop the processes of a whole login there. */
async function hideControlGroups(mounter: Mounter, target: string): Promise<void> {
  if (!existsSync(target)) return;
  await mounter.mount([{ type: "tmpfs", options: "ro,mode=755,size=4k,nosuid,nodev,noexec", source: "none", target }]);
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
  // A container's root must not leave anything here for the next container.
  await mounter.mount([{ type: "none", options: "remount,bind,ro,nosuid,noexec", source: dev, target: dev }]);
}

/** Mounts pseudo-terminals where the host allows it. Few programs need them, such as `script`. */
async function mountTerminals(target: string, mode: Mode): Promise<void> {
  const group = mode.ids === "all" ? ",gid=5" : "";
  const options = `newinstance,ptmxmode=0666,mode=0620${group},nosuid,noexec`;
  await tryExecute(program("mount"), ["-n", "-i", "-t", "devpts", "-o", options, "devpts", target]);
}

export interface EtcFiles {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly target: string }[];
}

/** Writes the files of a container's `/etc` that describe its network into `folder`. */
export function writeEtc(
  folder: string,
  files: Readonly<Record<"hosts" | "resolv.conf" | "hostname", string>>,
): EtcFiles {
  for (const [name, content] of Object.entries(files)) writeFileSync(`${folder}/${name}`, content, { mode: 0o644 });
  return { folder, files: Object.keys(files).map((name) => ({ path: `${folder}/${name}`, target: `/etc/${name}` })) };
}

/** Reads a file of the host. Empty text when there is none. */
export function hostFile(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Gives a `resolv.conf` with another name server than the host's, and all else that the host's says. */
export function resolverAt(nameServer: string, host: string): string {
  const others = host.split("\n").filter((line) => /^\s*(search|domain|options)\s/.test(line));
  return [`nameserver ${nameServer}`, ...others, ""].join("\n");
}

/** Gives the lines of the host's `/etc/hosts` that name other machines: a container's loopback is its own. */
export const namesOfOthers = (hosts: string): readonly string[] =>
  hosts.split("\n").filter((line) => /^\s*[\da-f]/i.test(line) && !/^\s*(127\.|::1\s)/.test(line));

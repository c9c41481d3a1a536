import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, realpathSync } from "node:fs";
import { execute } from "./execute.ts";
import { findProgram, program } from "./programs.ts";

/**
 * The largest packets that all parts of the networks take. Between processes of one machine, fewer packets are faster.
 */
export const mtu = 65520;

/**
 * Lines of `ip -batch` for every namespace of a container. A cloud's metadata service, which gives credentials to
 * whoever asks, is at a link-local address, so such addresses lead nowhere.
 */
export const closedRoutes = ["link set lo up", "route add unreachable 169.254.0.0/16"] as const;

/** Makes a network namespace that exists as long as it is mounted on its file. */
export async function makeNamespace(folder: string, name: string): Promise<string> {
  const file = `${folder}/${name}`;
  closeSync(openSync(file, "wx"));
  const mount = [program("mount"), "-n", "-i", "-c", "--bind", "/proc/self/ns/net", file];
  await execute(program("unshare"), ["--net", "--", ...mount]);
  return file;
}

/** Runs lines of `ip -batch` in a namespace. Relative paths start at `folder`. */
export async function configure(folder: string, namespace: string, lines: readonly string[]): Promise<void> {
  const args = [`--net=${namespace}`, "--", program("ip"), "-batch", "-"];
  await execute(program("nsenter"), args, { cwd: folder, input: `${lines.join("\n")}\n` });
}

interface Outward {
  /** The network, such as `10.231.0.0/16`. slirp4netns is its .2 and answers for a name server at its .3. */
  readonly range: string;
  readonly device: string;
  /** Whether slirp4netns also gives the namespace the address .100 and the route to the outside. */
  readonly configure?: boolean;
}

/**
 * Connects a namespace with the outside, except the host's loopback. Undefined when slirp4netns is not installed or may
 * not make its device.
 */
export async function startSlirp(namespace: string, outward: Outward): Promise<ChildProcess | undefined> {
  const path = findProgram("slirp4netns");
  if (!path) return undefined;
  const args = [
    ...["--netns-type=path", `--cidr=${outward.range}`, `--mtu=${mtu}`, "--disable-host-loopback", "--ready-fd=3"],
    ...(outward.configure ? ["--configure"] : []),
  ];
  const target = [namespace, outward.device];
  // What it reads comes from containers, so it shuts itself in where the host allows that.
  const shutIn = seesResolver()
    ? await ready(path, [...args, "--enable-sandbox", "--enable-seccomp", ...target])
    : undefined;
  return shutIn ?? ready(path, [...args, ...target]);
}

/** Says whether a sandbox with nothing of the host but `/etc` and `/run` still has the host's `resolv.conf`. */
function seesResolver(): boolean {
  try {
    return /^\/(etc|run)\//.test(realpathSync("/etc/resolv.conf"));
  } catch {
    // Without the file there is nothing to see.
    return true;
  }
}

async function ready(path: string, args: readonly string[]): Promise<ChildProcess | undefined> {
  const child = spawn(path, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const isReady = await new Promise<boolean>((resolve) => {
    child.stdio[3]?.once("data", () => resolve(true));
    child.once("close", () => resolve(false));
    child.once("error", () => resolve(false));
  });
  return isReady ? child : undefined;
}

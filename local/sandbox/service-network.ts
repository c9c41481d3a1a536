import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, unlinkSync } from "node:fs";
import { freeNetwork, listensOn } from "./addresses.ts";
import { execute, tryExecute } from "./execute.ts";
import { hostFile } from "./host.ts";
import type { Mounter } from "./mounting.ts";
import { findProgram, program } from "./programs.ts";

/**
 * The largest packets that all parts of the network take. Between processes of one machine, fewer packets are faster.
 */
const mtu = 65520;

/** A container on the service network: a network namespace with an address. */
export interface Endpoint {
  /** The file that keeps the namespace. */
  readonly namespace: string;
  readonly address: string;
  /** Says whether something listens for others on a TCP port. */
  listens(port: number): Promise<boolean>;
  remove(): Promise<void>;
}

/**
 * The network of services: a bridge in a namespace of the session, and a namespace with a veth pair to the bridge for
 * each container. Nothing of it appears on the host's network. Services reach the outside through slirp4netns, where
 * that is installed and works.
 */
export class ServiceNetwork {
  readonly #folder: string;
  readonly #mounter: Mounter;
  readonly #prefix: string;
  readonly #slirp: ChildProcess | undefined;
  #endpoints = 0;

  private constructor(folder: string, mounter: Mounter, prefix: string, slirp: ChildProcess | undefined) {
    this.#folder = folder;
    this.#mounter = mounter;
    this.#prefix = prefix;
    this.#slirp = slirp;
  }

  /**
   * Builds the network below `folder`, which is created.
   * | @throws Error naming the package when `ip` is missing
   */
  static async build(folder: string, mounter: Mounter): Promise<ServiceNetwork> {
    program("ip");
    mkdirSync(folder);
    const prefix = `10.${freeNetwork(hostFile("/proc/net/route"), hostFile("/etc/resolv.conf"))}`;
    const bridge = await makeNamespace(folder, "bridge");
    await configure(folder, bridge, [
      "link set lo up",
      "link add bridge0 type bridge",
      `addr add ${prefix}.0.1/16 dev bridge0`,
      `link set bridge0 mtu ${mtu} up`,
    ]);
    const slirp = await startSlirp(bridge, `${prefix}.0.0/16`);
    if (slirp) await configure(folder, bridge, ["link set outward master bridge0", "link set outward up"]);
    return new ServiceNetwork(folder, mounter, prefix, slirp);
  }

  /** Whether its containers reach the outside. */
  get outward(): boolean {
    return this.#slirp !== undefined;
  }

  /**
   * Gives the `resolv.conf` of its containers. slirp4netns looks names up on the host's side, so any resolver of the
   * host works.
   */
  resolver(host: string): string {
    if (!this.#slirp) return host;
    const others = host.split("\n").filter((line) => /^\s*(search|domain|options)\s/.test(line));
    return [`nameserver ${this.#prefix}.0.3`, ...others, ""].join("\n");
  }

  /** Connects one more container. */
  async connect(): Promise<Endpoint> {
    const index = ++this.#endpoints;
    const address = `${this.#prefix}.${1 + (index >> 8)}.${index & 255}`;
    const name = `n${index}`;
    const namespace = await makeNamespace(this.#folder, name);
    const veth = `name c${index} mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ./${name}`;
    await configure(this.#folder, `${this.#folder}/bridge`, [
      `link add ${veth}`,
      `link set c${index} master bridge0`,
      `link set c${index} up`,
    ]);
    const outward = this.#slirp ? [`route add default via ${this.#prefix}.0.2`] : [];
    const commands = ["link set lo up", `addr add ${address}/16 dev eth0`, "link set eth0 up", ...outward];
    await configure(this.#folder, namespace, commands);
    return {
      namespace,
      address,
      listens: async (port) => {
        const tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
        const { stdout } = await tryExecute(program("nsenter"), [`--net=${namespace}`, "--", "cat", ...tables]);
        return listensOn(stdout, port);
      },
      remove: async () => {
        await this.#mounter.unmount(namespace);
        unlinkSync(namespace);
      },
    };
  }

  close(): void {
    this.#slirp?.kill("SIGKILL");
  }
}

/** Makes a network namespace that exists as long as it is mounted on its file. */
async function makeNamespace(folder: string, name: string): Promise<string> {
  const file = `${folder}/${name}`;
  closeSync(openSync(file, "wx"));
  const mount = [program("mount"), "-n", "-i", "-c", "--bind", "/proc/self/ns/net", file];
  await execute(program("unshare"), ["--net", "--", ...mount]);
  return file;
}

/** Runs lines of `ip -batch` in a namespace. Relative paths start at `folder`. */
async function configure(folder: string, namespace: string, lines: readonly string[]): Promise<void> {
  const args = [`--net=${namespace}`, "--", program("ip"), "-batch", "-"];
  await execute(program("nsenter"), args, { cwd: folder, input: `${lines.join("\n")}\n` });
}

/** Connects the bridge with the outside. Undefined when slirp4netns is not installed or may not make its device. */
async function startSlirp(namespace: string, range: string): Promise<ChildProcess | undefined> {
  const path = findProgram("slirp4netns");
  if (!path) return undefined;
  const args = ["--netns-type=path", `--cidr=${range}`, `--mtu=${mtu}`, "--disable-host-loopback", "--ready-fd=3"];
  const child = spawn(path, [...args, namespace, "outward"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const ready = await new Promise<boolean>((resolve) => {
    child.stdio[3]?.once("data", () => resolve(true));
    child.once("close", () => resolve(false));
    child.once("error", () => resolve(false));
  });
  return ready ? child : undefined;
}

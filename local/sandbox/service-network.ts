import type { ChildProcess } from "node:child_process";
import { mkdirSync, unlinkSync } from "node:fs";
import { freeNetwork, listensOn } from "./addresses.ts";
import { tryExecute } from "./execute.ts";
import { hostFile, resolverAt } from "./host.ts";
import type { Mounter } from "./mounting.ts";
import { closedRoutes, configure, makeNamespace, mtu, startSlirp } from "./namespaces.ts";
import { program } from "./programs.ts";

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
    const slirp = await startSlirp(bridge, { range: `${prefix}.0.0/16`, device: "outward" });
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
    return this.#slirp ? resolverAt(`${this.#prefix}.0.3`, host) : host;
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
    const commands = [...closedRoutes, `addr add ${address}/16 dev eth0`, "link set eth0 up", ...outward];
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

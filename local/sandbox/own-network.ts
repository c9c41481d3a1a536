import type { ChildProcess } from "node:child_process";
import { accessSync, constants, mkdirSync, unlinkSync } from "node:fs";
import { isMissing } from "../store/files.ts";
import { freeNetwork } from "./addresses.ts";
import { hostFile } from "./host.ts";
import { forwardPorts } from "./host-ports.ts";
import type { Mounter } from "./mounting.ts";
import { closedRoutes, configure, makeNamespace, startSlirp } from "./namespaces.ts";
import { findProgram } from "./programs.ts";

/** The network of one container: its own loopback, and a way to the outside that does not lead to the host's loopback. */
export interface OwnNetwork {
  /** The file that keeps the namespace. */
  readonly namespace: string;
  /** Says that all processes in it have ended, so that the next container may have it. */
  release(): void;
}

interface Kept extends OwnNetwork {
  /** Has ended when the namespace has no way to the outside any more. */
  readonly slirp: ChildProcess;
}

/** Says what a host lacks for containers with networks of their own, as far as that can be seen without trying. */
export function missingForOwnNetwork(): string | undefined {
  for (const name of ["slirp4netns", "ip"] as const) if (!findProgram(name)) return `${name} is not installed`;
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return isMissing(error)
      ? "there is no /dev/net/tun"
      : "this user may not open /dev/net/tun, which sudo chmod 666 /dev/net/tun allows";
  }
}

/**
 * Networks for containers that use no service. A namespace takes longer to make than to enter, and a container cannot
 * change it, so one whose container has ended is given to the next.
 */
export class OwnNetworks {
  /** The address at which slirp4netns answers for a name server, which it looks up on the host's side. */
  readonly nameServer: string;
  readonly #folder: string;
  readonly #mounter: Mounter;
  readonly #range: string;
  readonly #services: string;
  readonly #ports: readonly number[];
  readonly #free: Kept[] = [];
  readonly #helpers = new Set<ChildProcess>();
  #made = 0;
  /** The first network, which is made while the session has no container yet. */
  #first: Promise<Kept> | undefined;

  /**
   * Begins to make the first network. `folder` is created. `ports` of the host's loopback are reached from every network.
   * | @throws Error when this host has no free range of addresses
   */
  constructor(folder: string, mounter: Mounter, ports: readonly number[]) {
    const prefix = `10.${freeNetwork(hostFile("/proc/net/route"), hostFile("/etc/resolv.conf"))}`;
    this.nameServer = `${prefix}.0.3`;
    this.#range = `${prefix}.0.0/24`;
    // Services of this session and of others have addresses in this range, and none of them is outside.
    this.#services = `${prefix}.0.0/16`;
    this.#folder = folder;
    this.#mounter = mounter;
    this.#ports = ports;
    mkdirSync(folder);
    this.#first = this.#make();
    // Whoever takes it gets the failure.
    this.#first.catch(() => {});
  }

  /**
   * Gives a network that no other container has.
   * | @throws Error when this host does not allow one
   */
  async take(): Promise<OwnNetwork> {
    const first = this.#first;
    this.#first = undefined;
    if (first) return first;
    for (let kept = this.#free.pop(); kept; kept = this.#free.pop()) {
      if (kept.slirp.exitCode === null && kept.slirp.signalCode === null) return kept;
      await this.#remove(kept.namespace);
    }
    return this.#make();
  }

  async #make(): Promise<Kept> {
    const namespace = await makeNamespace(this.#folder, `o${this.#made++}`);
    try {
      const routes = [...closedRoutes, `route add unreachable ${this.#services}`];
      const [slirp] = await Promise.all([this.#connect(namespace), configure(this.#folder, namespace, routes)]);
      if (this.#ports.length > 0) this.#helpers.add(await forwardPorts(namespace, this.#ports));
      const kept: Kept = { namespace, slirp, release: () => this.#free.push(kept) };
      return kept;
    } catch (error) {
      await this.#remove(namespace);
      throw error;
    }
  }

  /** Connects a namespace with the outside until the session ends. */
  async #connect(namespace: string): Promise<ChildProcess> {
    const slirp = await startSlirp(namespace, { range: this.#range, device: "tap0", configure: true });
    if (!slirp) throw new Error("slirp4netns does not start");
    this.#helpers.add(slirp);
    return slirp;
  }

  async #remove(namespace: string): Promise<void> {
    await this.#mounter.unmount(namespace);
    unlinkSync(namespace);
  }

  async close(): Promise<void> {
    await this.#first?.catch(() => undefined);
    for (const helper of this.#helpers) helper.kill("SIGKILL");
  }
}

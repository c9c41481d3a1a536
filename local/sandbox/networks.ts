import { rm } from "node:fs/promises";
import { withEnginesPage } from "../base/errors.ts";
import { type EtcFiles, hostFile, namesOfOthers, resolverAt, writeEtc } from "./host.ts";
import { hostPorts } from "./host-ports.ts";
import type { Mode } from "./mode.ts";
import type { Mounter } from "./mounting.ts";
import { missingForOwnNetwork, OwnNetworks } from "./own-network.ts";
import { type Endpoint, ServiceNetwork } from "./service-network.ts";

/** The host name of a container without an address of its own. */
const plainName = "ml-pipeline";

const variable = "ML_PIPELINE_NETWORK";

/** What the user wants: networks of their own for containers whatever it takes, the host's, or the best that there is. */
export type NetworkSetting = "own" | "host" | "best";

/**
 * Reads the setting `ML_PIPELINE_NETWORK`.
 * | @throws Error for another value than `own` and `host`
 */
export function networkSetting(env: NodeJS.ProcessEnv = process.env): NetworkSetting {
  const value = env[variable] || "best";
  if (value === "own" || value === "host" || value === "best") return value;
  throw new Error(
    `${variable} is ${JSON.stringify(value)}: it must be own (each container has a network of its own, or does not ` +
      "run) or host (containers share this machine's network).",
  );
}

/** A container's place in a network. */
export interface Connection {
  readonly name: string;
  readonly etc: EtcFiles["files"];
  /** The file of the namespace. Without it, the container has the host's network. */
  readonly namespace?: string;
  /** Where other containers reach it. */
  readonly endpoint?: Endpoint;
  /** `ended` says that no process of the container runs any more. */
  release(ended: boolean): Promise<void>;
}

interface Circumstances {
  readonly mounter: Mounter;
  readonly mode: Mode;
  /** A folder of this session. */
  readonly base: string;
  /** Makes an empty folder of this session. */
  folder(): string;
  /** Tells the user. */
  notice(text: string): void;
}

/** Connects the containers of a session: services and those that use them with one another, all others with nobody. */
export class Networks {
  readonly #here: Circumstances;
  readonly #setting = networkSetting();
  readonly #resolver = hostFile("/etc/resolv.conf");
  readonly #hosts = hostFile("/etc/hosts");
  readonly #etc = new Map<string, EtcFiles["files"]>();
  #services: Promise<ServiceNetwork> | undefined;
  readonly #own: OwnNetworks | undefined;
  /** Why there are no networks of their own for containers. */
  readonly #failure: unknown;
  #worked = false;
  #shares: boolean;

  constructor(here: Circumstances) {
    this.#here = here;
    this.#shares = this.#setting === "host";
    if (this.#shares) return;
    const ports = hostPorts();
    try {
      this.#own = new OwnNetworks(`${here.base}/own`, here.mounter, ports);
    } catch (error) {
      // Whether that matters is known when there is a container.
      this.#failure = error;
    }
  }

  /** Connects a container: with a `hostname` as a service, and to services when there are `hosts`. */
  async connect(hosts: Readonly<Record<string, string>>, hostname?: string): Promise<Connection> {
    return hostname === undefined && Object.keys(hosts).length === 0
      ? this.#plain()
      : this.#amongServices(hosts, hostname ?? plainName);
  }

  async #amongServices(hosts: Readonly<Record<string, string>>, name: string): Promise<Connection> {
    this.#services ??= ServiceNetwork.build(`${this.#here.base}/network`, this.#here.mounter);
    const network = await this.#services;
    const endpoint = await network.connect();
    const bound = Object.entries(hosts).map(([host, address]) => `${address} ${host}`);
    const { folder, files } = writeEtc(this.#here.folder(), {
      hosts: this.#hostsFile([`${endpoint.address} ${name}`, ...bound]),
      "resolv.conf": network.resolver(this.#resolver),
      hostname: `${name}\n`,
    });
    const release = async (): Promise<void> => {
      await endpoint.remove();
      await rm(folder, { recursive: true, force: true });
    };
    return { name, etc: files, namespace: endpoint.namespace, endpoint, release };
  }

  async #plain(): Promise<Connection> {
    if (this.#shares) return this.#host();
    try {
      if (!this.#own) throw this.#failure;
      const network = await this.#own.take();
      this.#worked = true;
      const etc = this.#plainEtc("own", {
        hosts: this.#hostsFile([`127.0.0.1 ${plainName}`]),
        "resolv.conf": resolverAt(this.#own.nameServer, this.#resolver),
      });
      const release = async (ended: boolean): Promise<void> => {
        if (ended) network.release();
      };
      return { name: plainName, etc, namespace: network.namespace, release };
    } catch (error) {
      this.#share(error);
      return this.#host();
    }
  }

  /**
   * Lets containers share the host's network where they can have none of their own.
   * | @throws Error where that is not allowed: as the host's root a container would reach too much of it
   */
  #share(cause: unknown): void {
    if (this.#shares) return;
    const reason = missingForOwnNetwork() ?? (cause instanceof Error ? cause.message : String(cause));
    const problem = `Containers can have no network of their own here (${reason})`;
    if (this.#worked || this.#setting === "own" || !this.#here.mode.user) {
      throw new Error(
        withEnginesPage(
          `${problem}. Install slirp4netns and iproute2, where /dev/net/tun can be opened; or let containers share this ` +
            `machine's network, so that a project's code reaches what listens on it, with ${variable}=host.`,
        ),
        { cause },
      );
    }
    this.#shares = true;
    this.#here.notice(
      `${problem}: they share this machine's, and reach what listens on it. ${variable}=own forbids that.`,
    );
  }

  #host(): Connection {
    const hosts = `${this.#hosts.trimEnd()}\n127.0.0.1 localhost ${plainName}\n`;
    const etc = this.#plainEtc("host", { hosts, "resolv.conf": this.#resolver });
    return { name: plainName, etc, release: async () => {} };
  }

  /** Writes the files of containers without an address of their own, once for all of them. */
  #plainEtc(kind: string, files: Readonly<Record<"hosts" | "resolv.conf", string>>): EtcFiles["files"] {
    const known = this.#etc.get(kind);
    if (known) return known;
    const { files: written } = writeEtc(this.#here.folder(), { ...files, hostname: `${plainName}\n` });
    this.#etc.set(kind, written);
    return written;
  }

  #hostsFile(lines: readonly string[]): string {
    const own = ["127.0.0.1 localhost", "::1 localhost ip6-localhost"];
    return `${[...own, ...lines, ...namesOfOthers(this.#hosts)].join("\n")}\n`;
  }

  async close(): Promise<void> {
    await this.#own?.close();
    if (this.#services) (await this.#services).close();
  }
}

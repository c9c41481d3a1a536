import { existsSync, mkdirSync, unlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { DraftLayer, Snapshot, Store } from "../store/types.ts";
import { type Assembled, type AssemblyContext, assemble } from "./assemble.ts";
import { Certificates, hostBundle, proxySettings } from "./certificates.ts";
import { type Container, startContainer } from "./container.ts";
import { chooseDriver } from "./driver.ts";
import { type EtcFiles, hostFile, prepareHostParts, writeEtc } from "./host.ts";
import { currentMode, type Mode } from "./mode.ts";
import { bindCall, type MountCall, Mounter } from "./mounting.ts";
import { pathInRoot } from "./path-in-root.ts";
import { findFilter } from "./seccomp/load.ts";
import { type ServiceParts, serviceOf } from "./service.ts";
import { type Endpoint, ServiceNetwork } from "./service-network.ts";
import type { RunSpec, Sandbox } from "./types.ts";
import { lookUpUser } from "./users.ts";

export interface SandboxOptions {
  readonly store: Store;
}

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The host name of a container without an address of its own. */
const plainName = "ml-pipeline";

/**
 * Through these parts of `/proc`, the root of a container could change the host's kernel when it is also the host's
 * root.
 */
const guarded = ["sys", "sysrq-trigger", "irq", "bus"];

/** Opens a sandbox on a store. It works in the engine's namespaces only (`engineCommand`). */
export async function openSandbox({ store }: SandboxOptions): Promise<Sandbox> {
  const mode = currentMode();
  const scratch = await store.scratch();
  const base = `${scratch}/sandbox`;
  mkdirSync(base);
  const mounter = new Mounter(base);
  // As a mount of its own, the folder can be unmounted together with all mounts in it.
  await mounter.mount([bindCall(base, base)]);
  let serial = 0;
  const folder = (): string => {
    const path = `${base}/${(serial++).toString(36)}`;
    mkdirSync(path);
    return path;
  };
  const [driver, host, filter] = await Promise.all([
    chooseDriver(mounter, store.path, scratch),
    prepareHostParts(mounter, folder(), mode),
    findFilter(),
  ]);
  const directories = (snapshot: Snapshot) => snapshot.layers.map((id) => store.layerPath(id));
  const context: AssemblyContext = { ids: mode.ids, mounter, driver, host, folder, directories };
  const bundle = hostBundle();
  const certificates = bundle ? new Certificates(bundle) : undefined;
  const resolver = hostFile("/etc/resolv.conf");
  const plainEtc = writeEtc(folder(), { hosts: plainHosts(), "resolv.conf": resolver, hostname: `${plainName}\n` });
  let serviceNetwork: Promise<ServiceNetwork> | undefined;

  const connect = async (): Promise<Connection> => {
    serviceNetwork ??= ServiceNetwork.build(`${base}/network`, mounter);
    const network = await serviceNetwork;
    return { network, endpoint: await network.connect() };
  };

  const launch = async (spec: RunSpec, hostname?: string): Promise<Launched> => {
    spec.signal?.throwIfAborted();
    const needsNetwork = hostname !== undefined || Object.keys(spec.hosts ?? {}).length > 0;
    const connection = needsNetwork ? await connect() : undefined;
    const name = hostname ?? plainName;
    const etc = connection ? networkEtc(folder(), name, spec.hosts ?? {}, connection, resolver) : plainEtc;
    let assembled: Assembled | undefined;
    let table: string | undefined;
    const dispose = async (): Promise<void> => {
      await assembled?.dispose();
      if (table) unlinkSync(table);
      await connection?.endpoint.remove();
      if (connection) await rm(etc.folder, { recursive: true, force: true });
    };
    try {
      assembled = await assemble(spec, etc.files, context);
      const trust = (await certificates?.install(assembled.root)) ?? {};
      await assembled.root.flush();
      table = mounter.table(lateMounts(assembled.root.path, mode));
      const container = startIn(assembled, spec, {
        trust,
        table,
        name,
        mode,
        filter: "command" in filter ? filter.command : [],
        ...(connection && { network: connection.endpoint.namespace }),
      });
      return { container, endpoint: connection?.endpoint, seesProcesses: mode.proc, dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  };

  const mounted = async <T>(snapshot: Snapshot, draft: DraftLayer | undefined, use: (path: string) => Promise<T>) => {
    const path = folder();
    await driver.mount({ directories: directories(snapshot), ...(draft && { draft }) }, path);
    try {
      return await use(path);
    } finally {
      await mounter.unmount(path);
      await driver.unmounted(path);
      await rm(path, { recursive: true, force: true });
    }
  };

  return {
    run: async (spec) => {
      const { container, dispose } = await launch(spec);
      try {
        return await container.exited;
      } finally {
        await dispose();
      }
    },
    start: async (spec) => serviceOf(await launch(spec, spec.hostname), spec.hostname),
    withMounted: (snapshot, use) => mounted(snapshot, undefined, use),
    withWritable: (snapshot, draft, use) => mounted(snapshot, draft, use),
    close: async () => {
      if (serviceNetwork) (await serviceNetwork).close();
      await mounter.unmount(base);
    },
  };
}

interface Connection {
  readonly network: ServiceNetwork;
  readonly endpoint: Endpoint;
}

interface Launched extends ServiceParts {
  readonly container: Container;
  dispose(): Promise<void>;
}

/** A container that shares the host's network also knows the host's names. */
const plainHosts = (): string => `${hostFile("/etc/hosts").trimEnd()}\n127.0.0.1 localhost ${plainName}\n`;

function networkEtc(
  folder: string,
  name: string,
  hosts: Readonly<Record<string, string>>,
  { endpoint, network }: Connection,
  resolver: string,
): EtcFiles {
  const bound = Object.entries(hosts).map(([host, address]) => `${address} ${host}`);
  const lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost", `${endpoint.address} ${name}`, ...bound];
  return writeEtc(folder, {
    hosts: `${lines.join("\n")}\n`,
    "resolv.conf": network.resolver(resolver),
    hostname: `${name}\n`,
  });
}

/** Lists what can only be mounted in the container's own namespaces. */
function lateMounts(root: string, mode: Mode): readonly MountCall[] {
  if (!mode.proc) return [bindCall("/proc", `${root}/proc`, "rbind")];
  const proc = { type: "proc", options: "nosuid,nodev,noexec", source: "proc", target: `${root}/proc` };
  const guard = mode.user ? [] : guarded.filter((name) => existsSync(`/proc/${name}`));
  return [proc, ...guard.map((name) => bindCall(`${root}/proc/${name}`, `${root}/proc/${name}`, "bind,ro"))];
}

interface Start {
  readonly trust: Readonly<Record<string, string>>;
  readonly table: string;
  readonly name: string;
  readonly mode: Mode;
  readonly filter: readonly string[];
  readonly network?: string;
}

function startIn({ root }: Assembled, spec: RunSpec, start: Start): Container {
  const user = lookUpUser(root.path, spec.user);
  const workdir = spec.workdir || "/";
  mkdirSync(pathInRoot(root.path, workdir), { recursive: true });
  const direct = Object.entries(spec.hosts ?? {}).flat();
  const env = { PATH: defaultPath, HOME: user.home, ...start.trust, ...proxySettings(direct), ...spec.env };
  const { table, name, mode, filter, network } = start;
  return startContainer(
    { ...spec, root: root.path, table, env, workdir, user, hostname: name, filter, ...(network && { network }) },
    mode,
  );
}

import { mkdirSync, unlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { DraftLayer, Snapshot, Store } from "../store/types.ts";
import { askToEnd } from "./ask-to-end.ts";
import { type Assembled, type AssemblyContext, assemble } from "./assemble.ts";
import { countMounts, defaultBounds, explainKilled } from "./bounds.ts";
import { Certificates, hostBundle, proxySettings } from "./certificates.ts";
import { type Container, helpers, startContainer } from "./container.ts";
import { findControlGroups, makeControlGroup } from "./control-groups.ts";
import { chooseDriver } from "./driver.ts";
import { prepareHostParts } from "./host.ts";
import { currentMode, type Mode } from "./mode.ts";
import { bindCall, Mounter } from "./mounting.ts";
import { type Connection, Networks } from "./networks.ts";
import { pathInRoot } from "./path-in-root.ts";
import { procMounts } from "./proc.ts";
import { findFilter } from "./seccomp/load.ts";
import { type ServiceParts, serviceOf } from "./service.ts";
import type { RunSpec, Sandbox } from "./types.ts";
import { lookUpUser } from "./users.ts";

export interface SandboxOptions {
  readonly store: Store;
  /** Tells the user what the sandbox cannot do here. */
  readonly notice?: (text: string) => void;
}

/** How long commands may take to end that were asked to (milliseconds); less than the command line waits for the engine. */
const interruptTimeout = 2000;

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Opens a sandbox on a store. It works in the engine's namespaces only (`engineCommand`). */
export async function openSandbox({ store, notice = () => {} }: SandboxOptions): Promise<Sandbox> {
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
  const directories = (snapshot: Snapshot) => Promise.all(snapshot.layers.map((id) => store.layerPath(id)));
  const context: AssemblyContext = { ids: mode.ids, mounter, driver, host, folder, directories };
  const hierarchy = findControlGroups();
  const bundle = hostBundle();
  const certificates = bundle ? new Certificates(bundle) : undefined;
  const protection = mounter.protect(helpers());
  const networks = new Networks({ mounter, mode, base, folder, notice });

  const launch = async (spec: RunSpec, hostname?: string): Promise<Launched> => {
    spec.signal?.throwIfAborted();
    const bounds = { ...defaultBounds(), ...spec.bounds };
    const connection = await networks.connect(spec.hosts ?? {}, hostname);
    const group = hierarchy && makeControlGroup(hierarchy, bounds);
    let assembled: Assembled | undefined;
    let table: string | undefined;
    const dispose = async (ended: boolean): Promise<void> => {
      await assembled?.dispose();
      if (table) unlinkSync(table);
      await group?.remove();
      await connection.release(ended);
    };
    try {
      const mounts = group && spec.bounds ? [...spec.mounts, ...countMounts(group)] : spec.mounts;
      assembled = await assemble({ ...spec, mounts }, connection.etc, context);
      const trust = (await certificates?.install(assembled.root)) ?? {};
      await assembled.root.flush();
      table = mounter.table([...procMounts(assembled.root.path, mode), ...protection]);
      const filtering = "command" in filter ? filter.command : [];
      const start = { trust, table, connection, mode, filter: filtering, groups: group?.procs ?? [] };
      const started = startIn(assembled, spec, start);
      const exited = group ? explainKilled(started.exited, group, spec) : started.exited;
      return { container: { ...started, exited }, endpoint: connection.endpoint, seesProcesses: mode.proc, dispose };
    } catch (error) {
      await dispose(false);
      throw error;
    }
  };

  const mounted = async <T>(snapshot: Snapshot, draft: DraftLayer | undefined, use: (path: string) => Promise<T>) => {
    const path = folder();
    await driver.mount({ directories: await directories(snapshot), ...(draft && { draft }) }, path);
    try {
      return await use(path);
    } finally {
      await mounter.unmount(path);
      await driver.unmounted(path);
      await rm(path, { recursive: true, force: true });
    }
  };

  const running = new Set<Container>();

  return {
    run: async (spec) => {
      const { container, dispose } = await launch(spec);
      running.add(container);
      let ended = false;
      try {
        const result = await container.exited;
        ended = true;
        return result;
      } finally {
        running.delete(container);
        await dispose(ended);
      }
    },
    interrupt: async () => {
      const asked = mode.proc ? [...running].filter(({ pid }) => askToEnd(pid)) : [];
      const ended = Promise.allSettled(asked.map(({ exited }) => exited));
      await Promise.race([ended, sleep(interruptTimeout, undefined, { ref: false })]);
    },
    start: async (spec) => serviceOf(await launch(spec, spec.hostname), spec.hostname),
    withMounted: (snapshot, use) => mounted(snapshot, undefined, use),
    withWritable: (snapshot, draft, use) => mounted(snapshot, draft, use),
    close: async () => {
      await networks.close();
      await mounter.unmount(base);
    },
  };
}

interface Launched extends ServiceParts {
  readonly container: Container;
}

interface Start {
  readonly trust: Readonly<Record<string, string>>;
  readonly table: string;
  readonly connection: Connection;
  readonly mode: Mode;
  readonly filter: readonly string[];
  readonly groups: readonly string[];
}

function startIn({ root }: Assembled, spec: RunSpec, start: Start): Container {
  const user = lookUpUser(root.path, spec.user);
  const workdir = spec.workdir || "/";
  mkdirSync(pathInRoot(root.path, workdir), { recursive: true });
  const direct = Object.entries(spec.hosts ?? {}).flat();
  const env = { PATH: defaultPath, HOME: user.home, ...start.trust, ...proxySettings(direct), ...spec.env };
  const { table, connection, mode, filter, groups } = start;
  const network = connection.namespace;
  return startContainer(
    {
      ...spec,
      root: root.path,
      table,
      env,
      workdir,
      user,
      hostname: connection.name,
      filter,
      groups,
      ...(network && { network }),
    },
    mode,
  );
}

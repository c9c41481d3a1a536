import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { DraftLayer, Snapshot, Store } from "../store/types.ts";
import { type Assembled, assemble, type Workshop } from "./assemble.ts";
import { type Container, startContainer } from "./container.ts";
import { currentMode, type Mode } from "./enter.ts";
import { hostFile, prepareHostParts, writeNetworkFiles } from "./host.ts";
import { insidePath } from "./inside.ts";
import { overlayDriver } from "./layers.ts";
import { unmount } from "./mounting.ts";
import type { RunSpec, Sandbox } from "./types.ts";
import { lookUpUser } from "./users.ts";

export interface SandboxOptions {
  readonly store: Store;
}

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The name of a container that has no address of its own. */
const hostname = "ml-pipeline";

/** Starts a sandbox over a store. Works inside the engine's namespaces only (`engineCommand`). */
export async function openSandbox({ store }: SandboxOptions): Promise<Sandbox> {
  const mode = currentMode();
  const base = `${await store.scratch()}/sandbox`;
  mkdirSync(base);
  let serial = 0;
  const folder = (): string => {
    const path = `${base}/${(serial++).toString(36)}`;
    mkdirSync(path);
    return path;
  };
  const layersFolder = `${store.path}/layers`;
  const driver = overlayDriver(layersFolder, folder(), base);
  const host = await prepareHostParts(folder(), mode);
  const workshop: Workshop = {
    driver,
    host,
    folder,
    directories: (snapshot) => snapshot.layers.map((id) => store.layerPath(id)),
  };
  const resolver = hostFile("/etc/resolv.conf");
  const etc = writeNetworkFiles(folder() + "/etc", {
    hosts: `${hostFile("/etc/hosts").trimEnd()}\n127.0.0.1 localhost ${hostname}\n`,
    "resolv.conf": resolver,
    hostname: `${hostname}\n`,
  });

  const launch = async (spec: RunSpec): Promise<{ assembled: Assembled; container: Container }> => {
    spec.signal?.throwIfAborted();
    const assembled = await assemble(spec, etc, workshop);
    try {
      return { assembled, container: startIn(assembled, spec, mode) };
    } catch (error) {
      await assembled.dispose();
      throw error;
    }
  };

  const mounted = async <T>(
    snapshot: Snapshot,
    draft: DraftLayer | undefined,
    use: (path: string) => Promise<T>,
  ): Promise<T> => {
    const path = folder();
    await driver.mount({ directories: workshop.directories(snapshot), ...(draft && { draft }) }, path);
    try {
      return await use(path);
    } finally {
      await unmount(path);
      await driver.unmounted(path);
      await rm(path, { recursive: true, force: true });
    }
  };

  return {
    run: async (spec) => {
      const { assembled, container } = await launch(spec);
      try {
        return await container.exited;
      } finally {
        await assembled.dispose();
      }
    },
    start: async () => {
      throw new Error("Services are not there yet.");
    },
    withMounted: (snapshot, use) => mounted(snapshot, undefined, use),
    withWritable: (snapshot, draft, use) => mounted(snapshot, draft, use),
    close: async () => {
      await unmount(host.memory);
    },
  };
}

function startIn(assembled: Assembled, spec: RunSpec, mode: Mode): Container {
  const { root } = assembled;
  const user = lookUpUser(root.path, spec.user);
  const workdir = spec.workdir || "/";
  mkdirSync(insidePath(root.path, workdir), { recursive: true });
  const env = { HOME: user.home, PATH: defaultPath, ...spec.env };
  return startContainer({ ...spec, root: root.path, env, workdir, user, hostname }, mode);
}

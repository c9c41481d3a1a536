import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { basename } from "node:path";
import type { Snapshot } from "../store/types.ts";
import type { HostParts } from "./host.ts";
import type { DraftFolders, LayerDriver, Stack } from "./layers.ts";
import type { Mode } from "./mode.ts";
import { bindCall, type Mounter } from "./mounting.ts";
import { pathInRoot } from "./path-in-root.ts";
import { ContainerRoot } from "./root.ts";
import type { Mount, RunSpec } from "./types.ts";
import { lookUpUser } from "./users.ts";

/** What the assembly of a container's root needs of the sandbox. */
export interface AssemblyContext {
  readonly ids: Mode["ids"];
  readonly mounter: Mounter;
  readonly driver: LayerDriver;
  readonly host: HostParts;
  /** Gives the directories of a snapshot's layers, from the bottom to the top. */
  directories(snapshot: Snapshot): Promise<readonly string[]>;
  /** Makes an empty folder of this session on the file system of the store. */
  folder(): string;
}

/** A root that is ready for a command. After `dispose` the drafts hold what was written. */
export interface Assembled {
  readonly root: ContainerRoot;
  dispose(): Promise<void>;
}

/** Makes a draft whose content is thrown away. */
export function scratchDraft(folder: string): DraftFolders {
  const draft = { upper: `${folder}/upper`, work: `${folder}/work` };
  for (const path of Object.values(draft)) mkdirSync(path);
  return { ...draft, scratch: true };
}

/** Mounts the root and all that a run asks for. `etc` lists the files of `/etc` that describe the network. */
export async function assemble(
  spec: Pick<RunSpec, "root" | "draft" | "mounts">,
  etc: readonly { readonly path: string; readonly target: string }[],
  context: AssemblyContext,
): Promise<Assembled> {
  const folder = context.folder();
  const target = `${folder}/root`;
  mkdirSync(target);
  const draft = spec.draft ?? scratchDraft(folder);
  const undo: (() => void | Promise<void>)[] = [];
  const stacked = new Set<string>();
  const root = new ContainerRoot(target, context.mounter);
  const stack = async (parts: Stack, path: string): Promise<void> => {
    const { written } = await context.driver.mount(parts, path);
    stacked.add(path);
    if (written) root.addArea(path, written.path, written.whole);
  };

  const dispose = async (): Promise<void> => {
    if (stacked.size > 0) await context.mounter.unmount(target);
    root.cleanUp();
    for (const path of stacked) await context.driver.unmounted(path);
    for (const step of undo.reverse()) await step();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await stack({ directories: await context.directories(spec.root), draft, changesUser: true }, target);
    await addSystem(root, context.host);
    for (const { path, target: place } of etc) await root.bind(path, place);
    const byDepth = [...spec.mounts].sort((left, right) => depth(left) - depth(right));
    for (const mount of byDepth)
      await addMount(mount, { root, context, stack, undo, targets: byDepth.map((one) => one.target) });
    await root.flush();
  } catch (error) {
    await dispose();
    throw error;
  }
  return { root, dispose };
}

const depth = (mount: Mount): number => mount.target.split("/").filter((part) => part !== "").length;

async function addSystem(root: ContainerRoot, host: HostParts): Promise<void> {
  await root.mountPoint("/proc", "directory");
  root.mount(bindCall(host.sys, await root.mountPoint("/sys", "directory"), "rbind"));
  const dev = await root.mountPoint("/dev", "directory");
  root.mount(bindCall(host.dev, dev, "rbind"));
  root.mount({ type: "tmpfs", options: "mode=1777,nosuid,nodev", source: "shm", target: `${dev}/shm` });
}

interface Adding {
  readonly root: ContainerRoot;
  readonly context: AssemblyContext;
  readonly stack: (parts: Stack, path: string) => Promise<void>;
  readonly undo: (() => void | Promise<void>)[];
  readonly targets: readonly string[];
}

async function addMount(mount: Mount, adding: Adding): Promise<void> {
  const { root, context, undo } = adding;
  switch (mount.kind) {
    case "snapshot":
      return addSnapshot(mount, adding);
    case "directory":
      return statSync(mount.path).isDirectory() ? addDirectory(mount, adding) : addFile(mount, adding);
    case "bind":
      if (mount.owner) changeOwner(adding, mount.path, mount.owner);
      return root.bind(mount.path, mount.target, mount.readOnly);
    case "tmpfs": {
      const size = mount.sizeBytes === undefined ? "" : `,size=${mount.sizeBytes}`;
      const target = await root.mountPoint(mount.target, "directory");
      return root.mount({ type: "tmpfs", options: `mode=1777,nosuid,nodev${size}`, source: "tmpfs", target });
    }
    case "secret": {
      const path = `${context.host.memory}/${basename(context.folder())}`;
      writeFileSync(path, mount.content, { mode: 0o600 });
      undo.push(() => unlinkSync(path));
      if (mount.owner) changeOwner(adding, path, mount.owner);
      chmodSync(path, mount.mode);
      return root.bind(path, mount.target, true);
    }
  }
}

function changeOwner({ root, context }: Adding, path: string, owner: string): void {
  if (context.ids === "single") return;
  const { uid, gid } = lookUpUser(root.path, owner);
  const stat = statSync(path);
  if (stat.uid !== uid || stat.gid !== gid) chownSync(path, uid, gid);
}

async function addDirectory(mount: Extract<Mount, { kind: "directory" }>, adding: Adding): Promise<void> {
  const { root, stack, context, targets } = adding;
  const prefix = `${mount.target.replace(/\/+$/, "")}/`;
  // Another mount below this one needs a mount point, which cannot be made in a directory of the store.
  const draft =
    mount.draft ?? (targets.some((target) => target.startsWith(prefix)) ? scratchDraft(context.folder()) : undefined);
  if (!draft) return root.bind(mount.path, mount.target, true);
  const target = await root.mountPoint(mount.target, "directory");
  await root.flush();
  await stack({ directories: [mount.path], draft }, target);
}

async function addSnapshot(
  mount: Extract<Mount, { kind: "snapshot" }>,
  { root, context, stack }: Adding,
): Promise<void> {
  const directories = await context.directories(mount.snapshot);
  const parts = { directories, ...(mount.draft && { draft: mount.draft }) };
  if (!mount.subpath) {
    const target = await root.mountPoint(mount.target, "directory");
    await root.flush();
    return stack(parts, target);
  }
  const whole = context.folder();
  await stack(parts, whole);
  await root.bind(pathInRoot(whole, mount.subpath), mount.target, !mount.draft);
}

/**
 * Mounts a single file, which cannot be an overlay. With a draft, a copy in the draft is mounted, and it is removed
 * again when nothing changed it.
 */
async function addFile(mount: Extract<Mount, { kind: "directory" }>, { root, undo }: Adding): Promise<void> {
  if (!mount.draft) return root.bind(mount.path, mount.target, true);
  const copy = `${mount.draft.upper}/${basename(mount.target)}`;
  copyFileSync(mount.path, copy);
  const before = lstatSync(copy);
  undo.push(() => {
    if (existsSync(copy) && lstatSync(copy).ctimeMs === before.ctimeMs) unlinkSync(copy);
  });
  return root.bind(copy, mount.target);
}

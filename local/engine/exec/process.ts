import type { Mount, RunSpec } from "../../sandbox/types.ts";
import { treeOf } from "../../store/tree.ts";
import type { DraftLayer } from "../../store/types.ts";
import { treeLayer } from "../layers.ts";
import type { Session } from "../session.ts";
import { environment } from "./environment.ts";
import { gpuAccess } from "./gpu.ts";
import type { Prepared, PreparedMount } from "./prepare.ts";

/** Where the changes of a process are written: those of the root, and those of mounted directories by target. */
export interface Drafts {
  readonly root: DraftLayer;
  readonly mounts: ReadonlyMap<string, DraftLayer>;
}

/** Opens a draft for the root and for each mounted directory that is not read-only. */
export async function openDrafts(session: Session, prepared: Prepared): Promise<Drafts> {
  const mounts = new Map<string, DraftLayer>();
  for (const { kind, mount } of prepared.mounts) {
    if (kind === "directory" && !mount.readOnly) mounts.set(mount.target, await session.store.draftLayer());
  }
  return { root: await session.store.draftLayer(), mounts };
}

export async function discardDrafts(drafts: Drafts): Promise<void> {
  await Promise.all([drafts.root, ...drafts.mounts.values()].map((draft) => draft.discard()));
}

/** Describes a process of a prepared container to the sandbox. */
export async function processSpec(
  session: Session,
  prepared: Prepared,
  drafts: Drafts,
  volumes: ReadonlyMap<string, string>,
  args: readonly string[],
): Promise<RunSpec> {
  const { container, root } = prepared;
  const mounts: Mount[] = [];
  for (const mount of prepared.mounts) mounts.push(await sandboxMount(session, prepared, mount, drafts, volumes));
  const gpu = container.gpus ? await gpuAccess() : { mounts: [], env: {} };
  const env = await environment(container);
  const bounds = boundsOf(container);
  return {
    root,
    draft: drafts.root,
    mounts: [...mounts, ...gpu.mounts],
    args,
    env: { ...gpu.env, ...env },
    workdir: container.config.workdir || "/",
    ...(container.config.user !== "" && { user: container.config.user }),
    ...(bounds && { bounds }),
  };
}

/**
 * What the container's variables say about its limits. Dagger has no field for them, and a volatile variable makes nothing
 * run again.
 */
function boundsOf({ volatile }: Prepared["container"]): RunSpec["bounds"] {
  const memoryBytes = Number(volatile.ML_PIPELINE_MEMORY_BYTES);
  const tasks = Number(volatile.ML_PIPELINE_TASKS);
  if (!(memoryBytes > 0) && !(tasks > 0)) return undefined;
  return { ...(memoryBytes > 0 && { memoryBytes }), ...(tasks > 0 && { tasks }) };
}

async function sandboxMount(
  session: Session,
  prepared: Prepared,
  item: PreparedMount,
  drafts: Drafts,
  volumes: ReadonlyMap<string, string>,
): Promise<Mount> {
  const { target } = item.mount;
  if (item.kind === "file") {
    const blob = await item.mount.source.blob.get();
    const path = session.store.blobPath(blob.sha256, blob.mode);
    if (item.mount.owner === "") return { kind: "directory", target, path };
    const { name } = item.mount.source;
    const tree = treeOf([{ path: name, type: "file", ...blob }]);
    return {
      kind: "snapshot",
      target,
      snapshot: await treeLayer(session, tree, item.mount.owner, prepared.root),
      subpath: name,
    };
  }
  if (item.kind === "directory") return directoryMount(session, prepared, item, drafts.mounts.get(target));
  const { mount } = item;
  switch (mount.kind) {
    case "cache":
      return { kind: "bind", target, path: volumes.get(target) ?? "", readOnly: false, ...ownerOf(mount.owner) };
    case "temp":
      return { kind: "tmpfs", target, ...(mount.size !== undefined && { sizeBytes: mount.size }) };
    case "secret": {
      const content = Buffer.from(await mount.secret.plaintext.get());
      return { kind: "secret", target, content, mode: mount.mode, ...ownerOf(mount.owner) };
    }
  }
}

/**
 * Mounts a directory. One that nobody has written to is mounted as the store has it. With layers on top or another
 * owner it becomes a layer itself, made of hard links where the owner allows it.
 */
async function directoryMount(
  session: Session,
  prepared: Prepared,
  { mount, content, written }: Extract<PreparedMount, { kind: "directory" }>,
  draft: DraftLayer | undefined,
): Promise<Mount> {
  const { target, owner } = mount;
  const changes = draft === undefined ? {} : { draft };
  if (written.length === 0 && owner === "") {
    const path = (await content.path()) ?? (await session.store.checkout(await mount.source.tree.get()));
    return { kind: "directory", target, path, ...changes };
  }
  const base = await treeLayer(session, await mount.source.tree.get(), owner, prepared.root);
  return { kind: "snapshot", target, snapshot: { layers: [...base.layers, ...written] }, ...changes };
}

function ownerOf(owner: string): { owner?: string } {
  return owner === "" ? {} : { owner };
}

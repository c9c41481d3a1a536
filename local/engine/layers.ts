import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { keyOf } from "../base/hash.ts";
import { Lazy } from "../base/lazy.ts";
import type { LayerId, Snapshot, Tree } from "../store/types.ts";
import { ownerFor } from "./owners.ts";
import type { Session } from "./session.ts";
import type { Container, ContainerMount } from "./values/container.ts";

const run = promisify(execFile);

/**
 * Makes a layer of a tree. Its files belong to `owner`, as the container with the given `root` knows that name, or else
 * to root.
 */
export async function treeLayer(
  session: Session,
  tree: Tree,
  owner = "",
  root: Snapshot = { layers: [] },
): Promise<Snapshot> {
  const ids = await ownerFor(session, root, owner);
  const id = keyOf("tree-layer", { digest: tree.digest, owner: ids });
  return session.inFlight.once(id, async () => {
    if (await session.store.hasLayer(id)) return { layers: [id] };
    const draft = await session.store.draftLayer();
    try {
      // Hard links take no space, but all links of a file have the same owner.
      const links = ids === undefined ? "-al" : "-a";
      await run("cp", [links, "--reflink=auto", `${await session.store.checkout(tree)}/.`, draft.upper]);
      if (ids !== undefined) await run("chown", ["-R", "-h", ids, draft.upper]);
    } catch (error) {
      await draft.discard();
      throw error;
    }
    return { layers: [await draft.commit(id, "")] };
  });
}

/**
 * Gives `snapshot` with one more layer that holds what `change` writes. `key` stands for the change in the cache:
 * `change` is called only when there is no layer for the same change of the same snapshot.
 */
export async function changed(
  session: Session,
  snapshot: Snapshot,
  key: string,
  change: (root: string) => Promise<void>,
): Promise<{ readonly snapshot: Snapshot; readonly layer: LayerId }> {
  const id = keyOf("change", { layers: snapshot.layers, key });
  const layer = await session.inFlight.once(id, async () => {
    if (await session.store.hasLayer(id)) return id;
    const draft = await session.store.draftLayer();
    try {
      await session.sandbox.withWritable(snapshot, draft, change);
    } catch (error) {
      await draft.discard();
      throw error;
    }
    return draft.commit(id, "");
  });
  return { snapshot: { layers: [...snapshot.layers, layer] }, layer };
}

/** Gives the layers of a mounted directory and of what commands wrote to it. */
export function layersOfMount(
  session: Session,
  container: Container,
  mount: Extract<ContainerMount, { kind: "directory" }>,
): Lazy<Snapshot> {
  return new Lazy(async () => {
    const base = await treeLayer(session, await mount.source.tree.get(), mount.owner, await container.root.get());
    return { layers: [...base.layers, ...(await mount.written.get())] };
  });
}

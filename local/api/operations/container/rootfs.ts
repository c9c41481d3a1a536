import { Lazy } from "../../../base/lazy.ts";
import { treeLayer } from "../../../engine/layers.ts";
import { directoryOfSnapshot } from "../../../engine/read.ts";
import { object } from "../arguments.ts";
import { makes } from "../define.ts";

/** The root file system as a whole; mounts are no part of it. */
export const rootfs = [
  makes("Container", "Directory", "rootfs", {
    doc: "The container's root file system.",
    apply: (container, _args, session) => directoryOfSnapshot(session, { snapshot: container.root, path: "/" }),
  }),
  makes("Container", "Container", "withRootfs", {
    doc: "The container with another root file system.",
    args: { directory: object("Directory", "The new root.") },
    apply: (container, { directory }, session) => {
      const { origin } = directory;
      // A whole root taken from a container keeps its layers, and with them its owners.
      const root =
        origin?.path === "/" ? origin.snapshot : new Lazy(async () => treeLayer(session, await directory.tree.get()));
      const { base: _gone, ...rest } = container;
      return { ...rest, pristine: false, root };
    },
  }),
];

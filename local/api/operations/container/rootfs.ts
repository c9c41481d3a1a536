import { Lazy } from "../../../base/lazy.ts";
import { treeLayer } from "../../../engine/layers.ts";
import { directoryOfSnapshot } from "../../../engine/read.ts";
import { object } from "../arguments.ts";
import { makes } from "../define.ts";

/** The root file system without what is mounted in it. */
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
      // A whole root that was taken from a container keeps its layers, and so the owners of its files.
      const root =
        origin?.path === "/" ? origin.snapshot : new Lazy(async () => treeLayer(session, await directory.tree.get()));
      const { base: _gone, ...rest } = container;
      return { ...rest, pristine: false, root };
    },
  }),
];

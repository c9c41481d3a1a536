import { Lazy } from "../../../base/lazy.ts";
import { treeLayer } from "../../../engine/layers.ts";
import { directoryAt } from "../../../engine/places.ts";
import { object } from "../arguments.ts";
import { makes } from "../define.ts";

/** The root file system as a whole; mounts are no part of it. */
export const rootfs = [
  makes("Container", "Directory", "rootfs", {
    doc: "The container's root file system.",
    apply: (container, _args, session) => directoryAt(session, { snapshot: container.root, path: "/" }),
  }),
  makes("Container", "Container", "withRootfs", {
    doc: "The container with another root file system.",
    args: { directory: object("Directory", "The new root.") },
    apply: (container, { directory }, session) => {
      const { place } = directory;
      // A whole root taken from a container keeps its layers, and with them its owners.
      const root =
        place?.path === "/" ? place.snapshot : new Lazy(async () => treeLayer(session, await directory.tree.get()));
      const { base: _gone, ...rest } = container;
      return { ...rest, pristine: false, root };
    },
  }),
];

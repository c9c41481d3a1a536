import { reads } from "../define.ts";

/** Makes the container's root and mounts, which runs its commands. */
export const sync = reads("Container", "ID!", "sync", {
  doc: "Runs everything that the container depends on, and gives its ID.",
  read: async (container, _args, _session, self) => {
    await container.root.get();
    await container.exec?.get();
    return self.id;
  },
});

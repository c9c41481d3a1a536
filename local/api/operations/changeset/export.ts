import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hostPath } from "../../../engine/caller.ts";
import { changesOf } from "../../../engine/values/changeset.ts";
import { text } from "../arguments.ts";
import { reads } from "../define.ts";

export const exportChangeset = reads("Changeset", "String!", "export", {
  doc: "Makes the changes in a directory of the host, and gives its path.",
  args: { path: text("Absolute, or relative to the caller's working directory.") },
  read: async (changeset, { path }, session) => {
    const target = hostPath(session.caller, path);
    const { layer, removed } = await changesOf(changeset);
    await session.activities.run(`export ${path}`, async () => {
      await session.store.exportTree(layer, target);
      for (const gone of removed) await rm(join(target, gone), { recursive: true, force: true });
    });
    return target;
  },
});

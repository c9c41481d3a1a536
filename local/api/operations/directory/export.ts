import { hostPath } from "../../../engine/caller.ts";
import { flag, text } from "../arguments.ts";
import { reads } from "../define.ts";

export const exportDirectory = reads("Directory", "String!", "export", {
  doc: "Writes the directory's files to the host, and gives the path.",
  args: {
    path: text("Absolute, or relative to the caller's working directory."),
    wipe: flag("Remove what else is there."),
  },
  read: async (directory, { path, wipe }, session) => {
    const target = hostPath(session.caller, path);
    const tree = await directory.tree.get();
    // With the tree in the store, the command line can answer the same call again without an engine.
    await session.store.putTree(tree);
    await session.activities.run(`export ${path}`, () => session.store.exportTree(tree, target, { wipe }));
    return target;
  },
});

import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { EngineError } from "../../../base/errors.ts";
import { hostPath } from "../../../engine/caller.ts";
import { treeOf } from "../../../store/tree.ts";
import { flag, text } from "../arguments.ts";
import { reads } from "../define.ts";

export const exportFile = reads("File", "String!", "export", {
  doc: "Writes the file to the host, and gives its path.",
  args: {
    path: text("Absolute, or relative to the caller's working directory."),
    allowParentDirPath: flag("When the path is a directory, write the file into it."),
  },
  read: async (file, { path, allowParentDirPath }, session) => {
    const asked = hostPath(session.caller, path);
    const isDirectory = path.endsWith("/") || (existsSync(asked) && statSync(asked).isDirectory());
    if (isDirectory && !allowParentDirPath) {
      throw new EngineError(`${path} is a directory: name the file, or allow its directory with allowParentDirPath`);
    }
    const target = isDirectory ? join(asked, file.name) : asked;
    const blob = await file.blob.get();
    const name = target.slice(dirname(target).length).replace(/^\//, "");
    await session.activities.run(`export ${path}`, () =>
      session.store.exportTree(treeOf([{ path: name, type: "file", ...blob }]), dirname(target)),
    );
    return target;
  },
});

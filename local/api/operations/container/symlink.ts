import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname } from "node:path";
import { withChange } from "../../../engine/write.ts";
import { pathInRoot } from "../../../sandbox/path-in-root.ts";
import { expand, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { expanded } from "./exec.ts";

/** Makes a symbolic link with exactly this target. */
export const withSymlink = makes("Container", "Container", "withSymlink", {
  doc: "The container with a symbolic link.",
  args: { target: text("Where it points."), linkName: text("Where it is."), expand },
  apply: (container, { target, linkName, expand }, session) => {
    const pointsTo = expanded(container, target, expand);
    return withChange(session, container, expanded(container, linkName, expand), {
      key: async () => ({ withSymlink: pointsTo }),
      apply: async (root, path) => {
        const link = pathInRoot(root, path, { followLast: false });
        await mkdir(dirname(link), { recursive: true });
        await rm(link, { force: true });
        await symlink(pointsTo, link);
      },
    });
  },
});

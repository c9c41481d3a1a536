import { lstat } from "node:fs/promises";
import { posix } from "node:path";
import { layersOfMount } from "../../../engine/layers.ts";
import type { Session } from "../../../engine/session.ts";
import type { Container } from "../../../engine/values/container.ts";
import { absolutePath, mountOver } from "../../../engine/values/locate.ts";
import { pathInRoot } from "../../../sandbox/path-in-root.ts";
import type { Stat } from "../../types.ts";
import { expand, flag, optionalChoice, text } from "../arguments.ts";
import { finds, reads } from "../define.ts";
import { expanded } from "./exec.ts";

const path = text("Absolute, or relative to the working directory.");
const doNotFollowSymlinks = flag("Ask about a link itself rather than what it points to.");

/** Gives facts about what is at a path of the container or of a mounted directory. Undefined when nothing is there. */
async function statIn(
  session: Session,
  container: Container,
  path: string,
  follow: boolean,
): Promise<Stat | undefined> {
  const absolute = absolutePath(container, path);
  const over = mountOver(container, absolute);
  const mount = over?.mount.kind === "directory" ? over.mount : undefined;
  const snapshot = await (mount === undefined ? container.root : layersOfMount(session, container, mount)).get();
  return session.sandbox.withMounted(snapshot, async (root) => {
    const found = pathInRoot(root, mount === undefined ? absolute : `/${over?.path ?? ""}`, { followLast: follow });
    const stats = await lstat(found).catch(() => undefined);
    if (stats === undefined) return undefined;
    const fileType = stats.isDirectory() ? "DIRECTORY" : stats.isSymbolicLink() ? "SYMLINK" : "REGULAR";
    return { name: posix.basename(absolute), size: stats.size, permissions: stats.mode & 0o7777, fileType };
  });
}

export const existence = [
  reads("Container", "Boolean!", "exists", {
    doc: "Whether something is at a path.",
    args: {
      path,
      expectedType: optionalChoice<`${Stat["fileType"]}_TYPE`>("ExistsType", "What it must be."),
      doNotFollowSymlinks,
      expand,
    },
    read: async (container, { path, expectedType, doNotFollowSymlinks, expand }, session) => {
      const follow = !doNotFollowSymlinks && expectedType !== "SYMLINK_TYPE";
      const found = await statIn(session, container, expanded(container, path, expand), follow);
      return found !== undefined && (expectedType === undefined || `${found.fileType}_TYPE` === expectedType);
    },
  }),
  finds("Container", "Stat", "stat", {
    doc: "Facts about what is at a path.",
    args: { path, doNotFollowSymlinks },
    find: (container, { path, doNotFollowSymlinks }, session) => statIn(session, container, path, !doNotFollowSymlinks),
  }),
];

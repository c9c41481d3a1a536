import { glob } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Session } from "../../../engine/session.ts";
import type { Container } from "../../../engine/values/container.ts";
import { removePath, withChange } from "../../../engine/write.ts";
import { pathInRoot } from "../../../sandbox/path-in-root.ts";
import { expand, text, texts } from "../arguments.ts";
import { makes } from "../define.ts";
import { expanded } from "./exec.ts";

/** Removes what is at `path`, which may be a pattern, if there is anything. */
function withoutPath(session: Session, container: Container, path: string): Container {
  return withChange(session, container, path, {
    key: async () => "without",
    apply: async (root, target) => {
      if (!/[*?[]/.test(target)) return removePath(root, target);
      const directory = pathInRoot(root, posix.dirname(target));
      for await (const name of glob(posix.basename(target), { cwd: directory })) {
        await removePath(root, join(posix.dirname(target), name));
      }
    },
  });
}

export const removals = [
  makes("Container", "Container", "withoutFile", {
    doc: "The container without a file, or without those that match a pattern.",
    args: { path: text("Its path."), expand },
    apply: (container, { path, expand }, session) => withoutPath(session, container, expanded(container, path, expand)),
  }),
  makes("Container", "Container", "withoutFiles", {
    doc: "The container without some files.",
    args: { paths: texts("Their paths."), expand },
    apply: (container, { paths, expand }, session) =>
      paths.reduce(
        (result: Container, path) => withoutPath(session, result, expanded(container, path, expand)),
        container,
      ),
  }),
  makes("Container", "Container", "withoutDirectory", {
    doc: "The container without a directory.",
    args: { path: text("Its path."), expand },
    apply: (container, { path, expand }, session) => withoutPath(session, container, expanded(container, path, expand)),
  }),
];

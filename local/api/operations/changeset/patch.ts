import { readFile } from "node:fs/promises";
import { Lazy } from "../../../base/lazy.ts";
import { filePatch } from "../../../base/patch.ts";
import type { Session } from "../../../engine/session.ts";
import { changesOf } from "../../../engine/values/changeset.ts";
import { find } from "../../../store/tree.ts";
import type { Tree } from "../../../store/types.ts";
import { makes } from "../define.ts";

export const changesetPatch = makes("Changeset", "File", "asPatch", {
  doc: "The changes as a patch that git can apply.",
  apply: (changeset, _args, session) => ({
    name: "changes.patch",
    blob: new Lazy(async () => {
      const { added, modified, removed } = await changesOf(changeset);
      const [before, after] = await Promise.all([changeset.before.tree.get(), changeset.after.tree.get()]);
      const gone = before.entries.filter(
        ({ path }) => removed.includes(path) || removed.some((top) => top.endsWith("/") && path.startsWith(top)),
      );
      const paths = [...added, ...modified, ...gone.map(({ path }) => path)].filter((path) => !path.endsWith("/"));
      const texts = await Promise.all(
        paths.sort().map(async (path) => {
          const [old, fresh] = await Promise.all([textAt(session, before, path), textAt(session, after, path)]);
          return old === undefined && fresh === undefined ? "" : filePatch(path, old, fresh);
        }),
      );
      return { ...(await session.store.putBlob(Buffer.from(texts.join("")))), mode: 0o644 };
    }),
  }),
});

/** The text of a file; undefined where there is none. */
async function textAt(session: Session, tree: Tree, path: string): Promise<string | undefined> {
  const entry = find(tree, path);
  if (entry?.type !== "file") return undefined;
  return readFile(session.store.blobPath(entry.sha256, entry.mode), "utf8");
}

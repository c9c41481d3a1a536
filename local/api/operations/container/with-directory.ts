import { type KeyTable, keyParts } from "../../../base/key-table.ts";
import { changeOwner, copyTree, makeDirectory, ownerIds, withChange } from "../../../engine/write.ts";
import { filterTree } from "../../../store/tree.ts";
import type { Tree } from "../../../store/types.ts";
import { type ArgumentValues, expand, noTexts, object, owner, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { expanded } from "./exec.ts";

const args = {
  path: text("Where in the container."),
  source: object("Directory", "The directory."),
  exclude: noTexts("What does not count, as in `.dockerignore`."),
  include: noTexts("What counts, as in `.dockerignore`; everything when empty."),
  owner,
  expand,
};

const filtered = "what the patterns leave is keyed, whatever the patterns are";

const keyTable = {
  source: { keyed: ({ content }) => ({ withDirectory: content.digest }) },
  owner: { keyed: ({ ids }) => ({ owner: ids }) },
  path: { notKeyed: "`withChange` puts the path of every change into its key" },
  expand: { notKeyed: "the path is keyed as it is when its variables are replaced" },
  exclude: { notKeyed: filtered },
  include: { notKeyed: filtered },
} satisfies KeyTable<ArgumentValues<typeof args>, { readonly content: Tree; readonly ids: string | undefined }>;

/** Copies a directory into the container, over what is there. The content of the directory identifies the layer. */
export const withDirectory = makes("Container", "Container", "withDirectory", {
  doc: "The container with a directory's files copied into it.",
  args,
  apply: (container, { path, source, exclude, include, owner, expand }, session) => {
    const content = async () => filterTree(await source.tree.get(), { exclude, include });
    return withChange(session, container, expanded(container, path, expand), {
      key: async () => keyParts(keyTable, { content: await content(), ids: await ownerIds(session, container, owner) }),
      apply: async (root, target) => {
        const ids = await ownerIds(session, container, owner);
        await copyTree(session, await content(), root, target, ids);
        if (ids !== undefined) await changeOwner(ids, [await makeDirectory(root, target)]);
      },
    });
  },
});

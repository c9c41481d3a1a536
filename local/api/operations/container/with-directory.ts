import { changeOwner, copyTree, makeDirectory, ownerIds, withChange } from "../../../engine/write.ts";
import { filterTree } from "../../../store/tree.ts";
import { expand, noTexts, object, owner, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { expanded } from "./exec.ts";

/** Lays a directory over one of the container's; the layer is known by the directory's content. */
export const withDirectory = makes("Container", "Container", "withDirectory", {
  doc: "The container with a directory's files copied into it.",
  args: {
    path: text("Where in the container."),
    source: object("Directory", "The directory."),
    exclude: noTexts("What does not count, as in `.dockerignore`."),
    include: noTexts("What counts, as in `.dockerignore`; everything when empty."),
    owner,
    expand,
  },
  apply: (container, { path, source, exclude, include, owner, expand }, session) => {
    const content = async () => filterTree(await source.tree.get(), { exclude, include });
    return withChange(session, container, expanded(container, path, expand), {
      key: async () => ({
        withDirectory: (await content()).digest,
        owner: await ownerIds(session, container, owner),
      }),
      apply: async (root, target) => {
        const ids = await ownerIds(session, container, owner);
        await copyTree(session, await content(), root, target, ids);
        if (ids !== undefined) await changeOwner(ids, [await makeDirectory(root, target)]);
      },
    });
  },
});

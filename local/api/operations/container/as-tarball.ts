import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isText } from "../../../base/guards.ts";
import { Lazy } from "../../../base/lazy.ts";
import type { Session } from "../../../engine/session.ts";
import { fileOf } from "../../../engine/values/tree.ts";
import type { WrittenImage } from "../../../images/types.ts";
import type { Tree } from "../../../store/types.ts";
import { makes } from "../define.ts";
import { imageArguments, writeImage } from "./image.ts";

export const asTarball = makes("Container", "File", "asTarball", {
  doc: "The container's image as an OCI archive.",
  args: imageArguments,
  apply: (container, given, session) => ({
    name: "image.tar",
    blob: new Lazy(async () => {
      await container.root.get();
      return session.activities.run("asTarball", async (activity) => {
        const image = await writeImage(session, container, given);
        const digest = await session.store.record("archive", image.digest, isText);
        const known = digest === undefined ? undefined : await session.store.tree(digest);
        if (known !== undefined) activity.cached();
        return fileOf(known ?? (await pack(session, image)), "image.tar");
      });
    }),
  }),
});

/** Packs an image into a file of the store, once for each image. */
async function pack(session: Session, image: WrittenImage): Promise<Tree> {
  const path = join(await session.store.scratch(), `${randomUUID()}.tar`);
  await session.images.archive(image, path);
  const tree = await session.store.importFile(path, "image.tar", { move: true });
  await session.store.putRecord("archive", image.digest, tree.digest);
  return tree;
}

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Lazy } from "../../server/lazy.ts";
import { fileOf } from "../../server/values/tree.ts";
import { makes } from "../define.ts";
import { imageForm, writeImage } from "./image.ts";

/** The image as a file. */
export const asTarball = makes("Container", "File", "asTarball", {
  doc: "The container's image as an OCI archive.",
  args: imageForm,
  apply: (container, given, session) => ({
    name: "image.tar",
    blob: new Lazy(async () =>
      session.activities.run("asTarball", async () => {
        const path = join(await session.store.scratch(), `${randomUUID()}.tar`);
        await session.images.archive(await writeImage(session, container, given), path);
        return fileOf(await session.store.importFile(path, "image.tar", { move: true }), "image.tar");
      }),
    ),
  }),
});

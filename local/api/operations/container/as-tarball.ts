import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isNumber, isObjectOf, isText } from "../../../base/guards.ts";
import { Lazy } from "../../../base/lazy.ts";
import type { Session } from "../../../engine/session.ts";
import type { Blob } from "../../../engine/values/directory.ts";
import type { WrittenImage } from "../../../images/types.ts";
import { makes } from "../define.ts";
import { imageArguments, writeImage } from "./image.ts";

const isBlob = isObjectOf<Blob>({ sha256: isText, size: isNumber, mode: isNumber });

/**
 * The archive has all layers of the image again, and an edit changes the smallest of them. So it is not kept beyond the
 * session, and what is known of it is enough for those who have read it before.
 */
export const asTarball = makes("Container", "File", "asTarball", {
  doc: "The container's image as an OCI archive.",
  args: imageArguments,
  apply: (container, given, session) => {
    const image = new Lazy(async () => {
      await container.root.get();
      return session.activities.run("asTarball", () => writeImage(session, container, given));
    });
    const blob = new Lazy(async () => pack(session, await image.get()));
    const known = new Lazy(
      async () => (await session.store.record("archive", (await image.get()).digest, isBlob)) ?? blob.get(),
    );
    return { name: "image.tar", blob, known };
  },
});

/** Packs an image into a file of this session. */
function pack(session: Session, image: WrittenImage): Promise<Blob> {
  return session.inFlight.once(`archive ${image.digest}`, async () => {
    const path = join(await session.store.scratch(), `${randomUUID()}.tar`);
    await session.images.archive(image, path);
    const blob = await session.store.lendFile(path);
    await session.store.putRecord<Blob>("archive", image.digest, blob);
    return blob;
  });
}

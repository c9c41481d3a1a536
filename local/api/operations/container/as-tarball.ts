import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isNumber, isObjectOf, isText } from "../../../base/guards.ts";
import { type Json, keyOf } from "../../../base/hash.ts";
import { type KeyTable, keyParts } from "../../../base/key-table.ts";
import { Lazy } from "../../../base/lazy.ts";
import type { Session } from "../../../engine/session.ts";
import type { Blob } from "../../../engine/values/directory.ts";
import type { ImageSpec } from "../../../images/types.ts";
import type { RecordOrigin } from "../../../store/types.ts";
import { makes } from "../define.ts";
import { type ImageParts, imageArguments, imageParts } from "./image.ts";

const isBlob = isObjectOf<Blob>({ sha256: isText, size: isNumber, mode: isNumber });

/**
 * The archive has all layers of the image again, and an edit changes the smallest of them. So it is not kept beyond the
 * session, and what is known of it is enough for those who have read it before.
 */
export const asTarball = makes("Container", "File", "asTarball", {
  doc: "The container's image as an OCI archive.",
  args: imageArguments,
  apply: (container, given, session) => {
    const parts = new Lazy(() => imageParts(session, container, given));
    const blob = new Lazy(async () => pack(session, await parts.get()));
    const known = new Lazy(async () => {
      const made = await parts.get();
      return (await session.store.record("archive", archiveKey(made), isBlob, originOf(made))) ?? blob.get();
    });
    return { name: "image.tar", blob, known };
  },
});

const specTable = {
  base: { keyed: ({ base }) => ({ base: base?.digest }) },
  layers: { keyed: ({ layers }) => ({ layers }) },
  // An image has each field of its configuration, those too that no process sees.
  config: { keyed: ({ config }): Record<string, Json> => ({ config: JSON.parse(JSON.stringify(config)) }) },
  annotations: { keyed: ({ annotations }) => ({ annotations }) },
} satisfies KeyTable<ImageSpec>;

const partsTable = {
  spec: { keyed: ({ spec }) => keyParts(specTable, spec) },
  compression: { keyed: ({ compression }) => ({ compression }) },
  layers: { notKeyed: "the base and the layers above it are keyed" },
} satisfies KeyTable<ImageParts>;

const archiveKey = (parts: ImageParts): string => keyOf("archive", keyParts(partsTable, parts));

const originOf = ({ spec, layers }: ImageParts): RecordOrigin => ({ on: layers, first: spec.layers });

/** Writes an image and packs it into a file of this session. */
function pack(session: Session, parts: ImageParts): Promise<Blob> {
  const key = archiveKey(parts);
  return session.inFlight.once(`archive ${key}`, () =>
    session.activities.run("asTarball", async () => {
      const { spec, compression } = parts;
      const path = join(await session.store.scratch(), `${randomUUID()}.tar`);
      await session.images.archive(await session.images.write(spec, compression), path);
      const blob = await session.store.lendFile(path);
      await session.store.putRecord<Blob>("archive", key, blob, originOf(parts));
      return blob;
    }),
  );
}

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Compression, WrittenImage } from "../../images/types.ts";
import { hostPath } from "../../server/caller.ts";
import { EngineError } from "../../server/errors.ts";
import { Lazy } from "../../server/lazy.ts";
import { credentials } from "../../server/registry.ts";
import type { Session } from "../../server/session.ts";
import type { Container } from "../../server/values/container.ts";
import { fileOf } from "../../server/values/tree.ts";
import { expand, noTexts, optionalChoice, text } from "../arguments.ts";
import { makes, reads } from "../define.ts";
import { expanded } from "./exec.ts";

const compression = optionalChoice<"Gzip" | "Zstd" | "EStarGZ" | "Uncompressed">(
  "ImageLayerCompression",
  "How layers are compressed; gzip when absent.",
);
const mediaTypes = optionalChoice<"OCIMediaTypes" | "DockerMediaTypes">("ImageMediaTypes", "OCI's media types only.");
/** IDs that are never loaded: there is nothing to do with them but to refuse. */
const platformVariants = noTexts("Not available here: images are for the host's platform.");

interface Form {
  readonly forcedCompression: "Gzip" | "Zstd" | "EStarGZ" | "Uncompressed" | undefined;
  readonly mediaTypes: string | undefined;
  readonly platformVariants: readonly string[];
}

/** Makes the container's image: what its base has above its layers, and its configuration. */
async function writeImage(session: Session, container: Container, form: Form): Promise<WrittenImage> {
  if (form.platformVariants.length > 0) {
    throw new EngineError(
      "platformVariants is not part of the local engine; the Dagger engine has it: use --engine=dagger",
    );
  }
  if (form.forcedCompression === "EStarGZ" || form.mediaTypes === "DockerMediaTypes") {
    const what = form.mediaTypes === "DockerMediaTypes" ? form.mediaTypes : form.forcedCompression;
    throw new EngineError(`${what} is not part of the local engine; the Dagger engine has it: use --engine=dagger`);
  }
  const { layers } = await container.root.get();
  const below = container.base === undefined ? 0 : (await session.images.unpack(container.base, [])).layers.length;
  const kinds: Readonly<Record<string, Compression>> = { Gzip: "gzip", Zstd: "zstd", Uncompressed: "uncompressed" };
  return session.images.write(
    {
      ...(container.base && { base: container.base }),
      layers: layers.slice(below),
      config: container.config,
      annotations: container.annotations,
    },
    kinds[form.forcedCompression ?? "Gzip"] ?? "gzip",
  );
}

const form = { platformVariants, forcedCompression: compression, mediaTypes };

/** Containers as images: an archive, or in a registry. The same container gives the same bytes. */
export const images = [
  makes("Container", "File", "asTarball", {
    doc: "The container's image as an OCI archive.",
    args: form,
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
  }),
  reads("Container", "String!", "export", {
    doc: "Writes the container's image to the host as an OCI archive, and gives its path.",
    args: { path: text("Absolute, or relative to the caller's working directory."), ...form, expand },
    read: async (container, given, session) => {
      const target = hostPath(session.caller, expanded(container, given.path, given.expand));
      const image = await writeImage(session, container, given);
      await mkdir(dirname(target), { recursive: true });
      await session.activities.run(`export ${given.path}`, () => session.images.archive(image, target));
      return target;
    },
  }),
  reads("Container", "String!", "publish", {
    doc: "Pushes the container's image to a registry, and gives its address with its digest.",
    args: { address: text("The image's name: `registry:5000/name:tag`."), ...form },
    read: async (container, given, session) => {
      const image = await writeImage(session, container, given);
      const auth = await credentials(container);
      return session.activities.run(`publish ${given.address}`, () =>
        session.images.publish(image, given.address, auth),
      );
    },
  }),
];

import { EngineError } from "../../../base/errors.ts";
import type { Session } from "../../../engine/session.ts";
import type { Container } from "../../../engine/values/container.ts";
import type { Compression, WrittenImage } from "../../../images/types.ts";
import { noTexts, optionalChoice } from "../arguments.ts";

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
export async function writeImage(session: Session, container: Container, form: Form): Promise<WrittenImage> {
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

/** The arguments of every operation that makes an image. */
export const imageForm = { platformVariants, forcedCompression: compression, mediaTypes };

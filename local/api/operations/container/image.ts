import { EngineError } from "../../../base/errors.ts";
import type { Session } from "../../../engine/session.ts";
import type { Container } from "../../../engine/values/container.ts";
import type { Compression, ImageSpec, WrittenImage } from "../../../images/types.ts";
import type { LayerId } from "../../../store/types.ts";
import { noTexts, optionalChoice } from "../arguments.ts";

const compression = optionalChoice<"Gzip" | "Zstd" | "EStarGZ" | "Uncompressed">(
  "ImageLayerCompression",
  "How layers are compressed; gzip when absent.",
);
const mediaTypes = optionalChoice<"OCIMediaTypes" | "DockerMediaTypes">("ImageMediaTypes", "OCI's media types only.");
/** The variants are refused, so their IDs are taken as plain text. */
const platformVariants = noTexts("Not available here: images are for the host's platform.");

interface ImageOptions {
  readonly forcedCompression: "Gzip" | "Zstd" | "EStarGZ" | "Uncompressed" | undefined;
  readonly mediaTypes: string | undefined;
  readonly platformVariants: readonly string[];
}

/** What an image is made of. Equal parts give equal images. */
export interface ImageParts {
  readonly spec: ImageSpec;
  readonly compression: Compression;
  /** Those of the base and of the image. */
  readonly layers: readonly LayerId[];
}

/** Writes the container's image: the base's layers, those above them, and the configuration. */
export async function writeImage(session: Session, container: Container, options: ImageOptions): Promise<WrittenImage> {
  const { spec, compression } = await imageParts(session, container, options);
  return session.images.write(spec, compression);
}

/**
 * Gives what the container's image is made of.
 * | @throws EngineError for what only the Dagger engine has
 */
export async function imageParts(session: Session, container: Container, options: ImageOptions): Promise<ImageParts> {
  if (options.platformVariants.length > 0) {
    throw new EngineError(
      "platformVariants is not part of the local engine; the Dagger engine has it: use --engine=dagger",
    );
  }
  if (options.forcedCompression === "EStarGZ" || options.mediaTypes === "DockerMediaTypes") {
    const what = options.mediaTypes === "DockerMediaTypes" ? options.mediaTypes : options.forcedCompression;
    throw new EngineError(`${what} is not part of the local engine; the Dagger engine has it: use --engine=dagger`);
  }
  const { layers } = await container.root.get();
  const below = container.base === undefined ? 0 : (await session.images.unpack(container.base, [])).layers.length;
  const kinds: Readonly<Record<string, Compression>> = { Gzip: "gzip", Zstd: "zstd", Uncompressed: "uncompressed" };
  const spec = {
    ...(container.base && { base: container.base }),
    layers: layers.slice(below),
    config: container.config,
    annotations: container.annotations,
  };
  return { spec, layers, compression: kinds[options.forcedCompression ?? "Gzip"] ?? "gzip" };
}

export const imageArguments = { platformVariants, forcedCompression: compression, mediaTypes };

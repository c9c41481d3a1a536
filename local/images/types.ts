import type { Snapshot } from "../store/types.ts";

/** The part of an OCI image configuration that a container starts from. */
export interface ImageConfig {
  readonly env: readonly string[];
  readonly workdir: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly healthcheck?: Healthcheck;
}

/** Durations are in nanoseconds, as in the OCI configuration. */
export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

export interface ResolvedImage {
  /** The requested reference, normalized: `docker.io/library/python:3.11-slim`. */
  readonly reference: string;
  /** `sha256:…` of the manifest, which the record of a run has. */
  readonly digest: string;
  /**
   * Where it came from. It is `cache` when the registry did not answer, and `debian` when it is made of Debian's
   * packages.
   */
  readonly origin: "registry" | "cache" | "debian";
  readonly config: ImageConfig;
}

/** An image to write: the layers of the base unchanged, and above them one for each layer of a snapshot. */
export interface ImageSpec {
  /** The resolved base. An image from scratch has none. */
  readonly base?: ResolvedImage;
  /** The layers above the base, from the bottom to the top. */
  readonly layers: Snapshot["layers"];
  readonly config: ImageConfig;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface WrittenImage {
  /** The folder of an OCI layout that only has this image, without its blobs, which all images share. */
  readonly layout: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  /** `sha256:…` of the configuration. This image ID does not depend on the compression. */
  readonly id: string;
}

export type Compression = "gzip" | "zstd" | "uncompressed";

export interface RegistryAuth {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

export interface Images {
  /** Finds what a reference stands for now. A session asks once for each reference. */
  resolve(reference: string, auth: readonly RegistryAuth[]): Promise<ResolvedImage>;
  /** Gives the image's root file system as layers in the store. It is pulled and unpacked once. */
  unpack(image: ResolvedImage, auth: readonly RegistryAuth[]): Promise<Snapshot>;
  /** Writes an image. Equal specs give equal bytes: times are fixed, owners kept and entries sorted. */
  write(spec: ImageSpec, compression: Compression): Promise<WrittenImage>;
  /** Writes an OCI archive to `path` that also has the `manifest.json` of a docker archive. */
  archive(image: WrittenImage, path: string): Promise<void>;
  /** Pushes an image and gives `name@sha256:…`. */
  publish(image: WrittenImage, address: string, auth: readonly RegistryAuth[]): Promise<string>;
}

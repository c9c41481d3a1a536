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

/** Durations as the OCI configuration has them: nanoseconds. */
export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

export interface ResolvedImage {
  /** As asked for, normalized: `docker.io/library/python:3.11-slim`. */
  readonly reference: string;
  /** `sha256:…` of the manifest; what the run records. */
  readonly digest: string;
  /** Where it came from: the registry, the cache (registry not reachable) or Debian's packages. */
  readonly origin: "registry" | "cache" | "debian";
  readonly config: ImageConfig;
}

/** An image to be written: a base image's layers as they are, and one layer for each snapshot layer on top. */
export interface ImageSpec {
  /** The resolved base; absent for an image made from scratch. */
  readonly base?: ResolvedImage;
  /** The layers above the base, bottom to top. */
  readonly layers: Snapshot["layers"];
  readonly config: ImageConfig;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface WrittenImage {
  /** Folder of an OCI layout with this image alone. */
  readonly layout: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  /** `sha256:…` of the configuration: the image ID, equal whatever the compression. */
  readonly id: string;
}

export type Compression = "gzip" | "zstd" | "uncompressed";

export interface RegistryAuth {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

export interface Images {
  /** Finds what a reference stands for now. Asked once a session for each reference. */
  resolve(reference: string, auth: readonly RegistryAuth[]): Promise<ResolvedImage>;
  /** The image's root file system as layers in the store; pulled and unpacked once. */
  unpack(image: ResolvedImage, auth: readonly RegistryAuth[]): Promise<Snapshot>;
  /** Same spec, same bytes: times are fixed, owners kept, entries sorted. */
  write(spec: ImageSpec, compression: Compression): Promise<WrittenImage>;
  /** An OCI archive (docker-archive's `manifest.json` included) at `path`. */
  archive(image: WrittenImage, path: string): Promise<void>;
  /** Pushes and gives `name@sha256:…`. */
  publish(image: WrittenImage, address: string, auth: readonly RegistryAuth[]): Promise<string>;
}

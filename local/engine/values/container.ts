import { Lazy } from "../../base/lazy.ts";
import type { ImageConfig, ResolvedImage } from "../../images/types.ts";
import type { LayerId, Snapshot } from "../../store/types.ts";
import type { Directory, File } from "./directory.ts";
import type { Outcome } from "./outcome.ts";
import type { Port } from "./port.ts";
import type { Secret } from "./secret.ts";
import type { Service } from "./service.ts";

/** A container: settings, which cost nothing, and a root file system, which is made when something needs it. */
export interface Container {
  readonly platform: string;
  /** The image it started from, for `imageRef` and for the layers of an image that is written. */
  readonly base?: ResolvedImage;
  /** Whether nothing but `from` has changed it. */
  readonly pristine: boolean;
  readonly config: ImageConfig;
  readonly annotations: Readonly<Record<string, string>>;
  readonly root: Lazy<Snapshot>;
  readonly mounts: readonly ContainerMount[];
  readonly secretVariables: readonly { readonly name: string; readonly secret: Secret }[];
  /** Variables that do not count in cache keys. */
  readonly volatile: Readonly<Record<string, string>>;
  readonly ports: readonly Port[];
  readonly services: readonly { readonly alias: string; readonly service: Service }[];
  readonly auth: readonly { readonly address: string; readonly username: string; readonly secret: Secret }[];
  readonly gpus: boolean;
  /** Whether the default arguments were set after the image. A service runs such arguments without the entrypoint. */
  readonly replacedArgs: boolean;
  /** What `terminal` opens; a shell when empty. */
  readonly terminalCommand: readonly string[];
  readonly exec?: Lazy<Outcome>;
}

export type ContainerMount =
  | {
      readonly kind: "directory";
      readonly target: string;
      readonly source: Directory;
      readonly owner: string;
      readonly readOnly: boolean;
      /** What commands wrote to it, from the bottom to the top. The source itself does not change. */
      readonly written: Lazy<readonly LayerId[]>;
    }
  | { readonly kind: "file"; readonly target: string; readonly source: File; readonly owner: string }
  | {
      readonly kind: "cache";
      readonly target: string;
      readonly key: string;
      readonly sharing: CacheSharing;
      readonly owner: string;
      readonly source?: Directory;
    }
  | { readonly kind: "temp"; readonly target: string; readonly size?: number }
  | {
      readonly kind: "secret";
      readonly target: string;
      readonly secret: Secret;
      readonly mode: number;
      readonly owner: string;
    };

export type CacheSharing = "SHARED" | "PRIVATE" | "LOCKED";

const emptyConfig: ImageConfig = {
  env: [],
  workdir: "",
  user: "",
  entrypoint: [],
  cmd: [],
  labels: {},
  exposedPorts: [],
};

/** Gives a container without files, which `container()` stands for. */
export function scratchContainer(platform: string): Container {
  return {
    platform,
    pristine: true,
    config: emptyConfig,
    annotations: {},
    root: Lazy.of({ layers: [] }),
    mounts: [],
    secretVariables: [],
    volatile: {},
    ports: [],
    services: [],
    auth: [],
    gpus: false,
    replacedArgs: false,
    terminalCommand: [],
  };
}

/** Replaces a part of the container's image configuration. */
export function withConfig(container: Container, change: Partial<ImageConfig>): Container {
  return { ...container, pristine: false, config: { ...container.config, ...change } };
}

import type { Changeset } from "../engine/values/changeset.ts";
import type { Container } from "../engine/values/container.ts";
import type { Directory, File } from "../engine/values/directory.ts";
import type { Port } from "../engine/values/port.ts";
import type { Secret } from "../engine/values/secret.ts";
import type { Service } from "../engine/values/service.ts";
import type { Healthcheck } from "../images/types.ts";

/** The engine's value for each object type of the API. */
export interface Values {
  readonly Query: Record<never, never>;
  readonly Container: Container;
  readonly Directory: Directory;
  readonly File: File;
  readonly Changeset: Changeset;
  readonly Secret: Secret;
  readonly Service: Service;
  readonly CacheVolume: CacheVolume;
  readonly Host: Record<never, never>;
  readonly Address: { readonly value: string };
  readonly CurrentModule: Record<never, never>;
  readonly EnvVariable: Named;
  readonly Label: Named;
  readonly Port: Port;
  readonly HealthcheckConfig: Healthcheck;
  readonly Stat: Stat;
}

export type TypeName = keyof Values;

export interface Named {
  readonly name: string;
  readonly value: string;
}

/** A folder that is kept between runs. */
export interface CacheVolume {
  readonly key: string;
}

/** Facts about one file. Sizes in bytes, permissions as in `chmod`. */
export interface Stat {
  readonly name: string;
  readonly size: number;
  readonly permissions: number;
  readonly fileType: "REGULAR" | "DIRECTORY" | "SYMLINK";
}

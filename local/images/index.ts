import { InFlight } from "../base/scheduler.ts";
import type { Store } from "../store/types.ts";
import { archive } from "./archive.ts";
import { Availability } from "./availability.ts";
import type { Context, OneUser } from "./context.ts";
import { publish } from "./publish.ts";
import { resolve } from "./resolve.ts";
import type { Images } from "./types.ts";
import { unpack } from "./unpack.ts";
import { write } from "./write.ts";

export { missingPrograms, type Program } from "./programs.ts";

export interface ImagesOptions {
  readonly store: Store;
  /**
   * Tells a person something that matters: that a registry does not answer, or that a base is made from Debian's
   * packages.
   */
  readonly notice: (text: string) => void;
  /** The time of everything in a written image, in seconds since 1970. Default: 0. */
  readonly sourceDateEpoch?: number;
  /** How long a registry may be silent before it counts as down, in milliseconds. Default: 5000. */
  readonly registryPatienceMs?: number;
  /** For a host's user without subordinate ids: files can have no other owner. */
  readonly oneUser?: OneUser;
}

/** Creates the access to images, from registries, from Debian's packages and written here, which share one store. */
export function createImages(options: ImagesOptions): Images {
  const { store } = options;
  const said = new Set<string>();
  const context: Context = {
    store,
    notice: (text) => {
      if (!said.has(text)) options.notice(text);
      said.add(text);
    },
    availability: new Availability(store, options.registryPatienceMs ?? 5_000),
    inFlight: new InFlight(),
    sourceDateEpoch: options.sourceDateEpoch ?? 0,
    auths: new Map(),
    ...(options.oneUser && { oneUser: options.oneUser }),
  };
  return {
    resolve: (reference, auths) => resolve(context, reference, auths),
    unpack: (image, auths) => context.inFlight.once(`unpack ${image.digest}`, () => unpack(context, image, auths)),
    write: (spec, compression) => write(context, spec, compression),
    archive: (image, path) => archive(context, image, path),
    publish: (image, address, auths) => publish(context, image, address, auths),
  };
}

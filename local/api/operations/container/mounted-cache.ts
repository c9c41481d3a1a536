import type { CacheSharing } from "../../../engine/values/container.ts";
import { choice, expand, object, optionalObject, owner, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { mounted } from "./mounted.ts";

const path = text("Where in the container.");

/** Mounts a folder that is kept between runs. It counts in cache keys by its name. */
export const withMountedCache = makes("Container", "Container", "withMountedCache", {
  doc: "Mounts a folder that survives between runs.",
  args: {
    path,
    cache: object("CacheVolume", "The volume."),
    source: optionalObject("Directory", "What a new volume begins with."),
    sharing: choice<CacheSharing>("CacheSharingMode", "SHARED", "Whether several commands use it at a time."),
    owner,
    expand,
  },
  apply: (container, given) =>
    mounted(container, given, (target) => ({
      kind: "cache",
      target,
      key: given.cache.key,
      sharing: given.sharing,
      owner: given.owner,
      ...(given.source && { source: given.source }),
    })),
});

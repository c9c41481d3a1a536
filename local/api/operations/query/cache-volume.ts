import { text } from "../arguments.ts";
import { makes } from "../define.ts";

/** A folder that survives between runs, for `withMountedCache`. */
export const cacheVolume = makes("Query", "CacheVolume", "cacheVolume", {
  doc: "The cache volume of a name.",
  args: { key: text("Its name.") },
  apply: (_query, { key }) => ({ key }),
});

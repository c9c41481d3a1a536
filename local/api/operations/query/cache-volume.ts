import { text } from "../arguments.ts";
import { makes } from "../define.ts";

export const cacheVolume = makes("Query", "CacheVolume", "cacheVolume", {
  doc: "The cache volume of a name.",
  args: { key: text("Its name.") },
  apply: (_query, { key }) => ({ key }),
});

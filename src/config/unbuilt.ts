import type { Config, DataConfig } from "./schema.ts";

/** Rules on data that the configuration knows and this version cannot check yet. */
const UNBUILT_DATA: readonly (keyof DataConfig)[] = [
  "types",
  "values",
  "ranges",
  "min-class-ratio",
  "max-duplicates",
  "text",
  "drift",
];

/** The configured rules on data that cannot be checked yet: an unchecked rule must not look like a kept one. */
export const unbuiltDataRules = (config: Config): string[] =>
  UNBUILT_DATA.filter((key) => config.data[key] !== undefined).map((key) => `data.${key}`);

/** What a person reads about a configured check that this version lacks. */
export const unbuiltMessage = (key: string): string =>
  `${key} is configured, and this version of ml-pipeline cannot check it yet. Remove it from the configuration, or use a version that can.`;

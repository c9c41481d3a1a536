import { UsageError } from "../../base/usage-error.ts";
import type { Flags } from "../options.ts";

export interface CacheOptions {
  /** How many bytes may stay. */
  keep?: number;
  /** Results of a shared cache that nobody used for so long go, in milliseconds. */
  unused?: number;
}

/** The flags of `cache`. They stand apart from the command, so that the table of commands can name them without loading it. */
export const cacheFlags: Flags<CacheOptions> = {
  "--keep": {
    value: "SIZE",
    doc: "how much of the cache stays; nothing by default, and 10 GB with --cache=",
    set(options, value) {
      options.keep = parseSize(value);
    },
  },
  "--unused": {
    value: "DAYS",
    doc: "with --cache=: what nobody used for so many days goes; 30 by default",
    set(options, value) {
      const days = Number(value.replace(/d$/, ""));
      if (!(days >= 0)) throw new UsageError(`--unused=${value}: expected a number of days, such as 30`);
      options.unused = days * 24 * 60 * 60 * 1000;
    },
  },
};

const units: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  K: 1e3,
  KB: 1e3,
  M: 1e6,
  MB: 1e6,
  G: 1e9,
  GB: 1e9,
  T: 1e12,
  TB: 1e12,
};

/** Reads a size such as `10GB`, `500MB` or `0`. Units are powers of 1000, as disks are sold. */
export function parseSize(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = units[unit.toUpperCase()];
  if (number === "" || factor === undefined) throw new UsageError(`--keep=${text}: expected a size, such as 10GB`);
  return Math.round(Number(number) * factor);
}

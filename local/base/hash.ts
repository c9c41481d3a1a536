import { createHash } from "node:crypto";
import type { Json } from "./json.ts";

export type { Json };

/** Writes JSON with sorted names, so that equal values give equal text. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
  }
  return value === undefined ? "null" : JSON.stringify(value);
}

/**
 * Gives the key of a cached result: the SHA-256 of all that it depends on, in hexadecimal. `kind` keeps the keys of
 * different operations apart.
 */
export function keyOf(kind: string, parts: Json): string {
  return createHash("sha256")
    .update(`${kind}\0${canonical(parts)}`)
    .digest("hex");
}

import { createHash } from "node:crypto";
import type { Json } from "./json.ts";

export type { Json };

/** JSON with the names of objects sorted, so that equal values give equal text. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
  }
  return value === undefined ? "null" : JSON.stringify(value);
}

/** The key of a cached result: hexadecimal SHA-256 of what it depends on. `kind` keeps different operations apart. */
export function keyOf(kind: string, parts: Json): string {
  return createHash("sha256")
    .update(`${kind}\0${canonical(parts)}`)
    .digest("hex");
}

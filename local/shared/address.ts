import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf } from "../base/errors.ts";
import { UsageError } from "../base/usage-error.ts";
import { parseReference, type Reference } from "../images/reference.ts";

/** Where a shared cache is. */
export type Address =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "registry"; readonly reference: Reference };

/**
 * Reads what `--cache` was given: a folder, or a repository of a registry. What begins with a host is a registry, unless
 * there is such a folder: `./NAME` is always a folder.
 * | @throws UsageError saying what is wrong with it
 */
export function parseAddress(text: string, cwd: string): Address {
  const path = resolve(cwd, text);
  const [host = "", ...rest] = text.split("/");
  const isHost = /^[^./~][^/]*[.:]|^localhost$/.test(host) && rest.length > 0;
  if (text.includes("://"))
    throw new UsageError(`--cache=${text}: it is a folder, or a repository of a registry without a scheme`);
  if (!isHost || existsSync(path)) return { kind: "folder", path };
  try {
    const reference = parseReference(text);
    if (reference.digest !== undefined) throw new Error("a cache has no digest: leave out what follows @");
    if (/:[^/]*$/.test(rest.join("/"))) throw new Error("a cache takes all tags of its repository: leave out the tag");
    return { kind: "registry", reference };
  } catch (error) {
    throw new UsageError(`--cache: ${messageOf(error)}`);
  }
}

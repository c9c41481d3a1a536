import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { EngineError } from "../../base/errors.ts";
import { isLoopback, nameOf, type Reference } from "../reference.ts";

/** A registry or a mirror that may have an image. */
export interface Endpoint {
  /** The host with an optional port, by which credentials and certificates are found. */
  readonly registry: string;
  readonly repository: string;
  /** Whether any certificate is accepted, and plain http too. */
  readonly insecure: boolean;
}

const mirrorSchema = z.looseObject({
  location: z.string(),
  insecure: z.boolean().default(false),
  "pull-from-mirror": z.enum(["all", "digest-only", "tag-only"]).default("all"),
});
const registrySchema = z.looseObject({
  prefix: z.string().optional(),
  location: z.string().optional(),
  insecure: z.boolean().default(false),
  "mirror-by-digest-only": z.boolean().default(false),
  mirror: z.array(mirrorSchema).default([]),
});
const fileSchema = z.looseObject({ registry: z.array(registrySchema).default([]) });

type Registry = z.infer<typeof registrySchema>;

/**
 * Lists where to look for an image, in this order: the mirrors that registries.conf names, then the registry or what
 * replaces it. For a `push` it is the registry alone.
 */
export async function endpointsOf(reference: Reference, { push = false } = {}): Promise<readonly Endpoint[]> {
  const name = nameOf(reference);
  const everybody = isLoopback(reference.registry);
  const own = { registry: reference.registry, repository: reference.repository };
  const match = longestMatch(await configuredRegistries(), name);
  if (match === undefined) return [{ ...own, insecure: everybody }];
  const { registry, rest } = match;
  const insecure = everybody || registry.insecure;
  if (push) return [{ ...own, insecure }];
  const byDigest = reference.digest !== undefined;
  const possible = byDigest || !registry["mirror-by-digest-only"] ? registry.mirror : [];
  const mirrors = possible
    .filter(({ "pull-from-mirror": when }) => when === "all" || (when === "digest-only") === byDigest)
    .map((mirror) => ({ ...split(mirror.location + rest), insecure: everybody || mirror.insecure }));
  const last = registry.location === undefined ? own : split(registry.location + rest);
  return [...mirrors, { ...last, insecure }];
}

function split(name: string): Pick<Endpoint, "registry" | "repository"> {
  const slash = name.indexOf("/");
  return { registry: name.slice(0, slash), repository: name.slice(slash + 1) };
}

/** Finds the entry with the longest prefix of a name, and gives the rest of the name with it. */
function longestMatch(
  registries: readonly Registry[],
  name: string,
): { readonly registry: Registry; readonly rest: string } | undefined {
  let best: { readonly registry: Registry; readonly rest: string; readonly length: number } | undefined;
  for (const registry of registries) {
    const prefix = registry.prefix ?? registry.location ?? "";
    const rest = restAfter(prefix, name);
    if (rest !== undefined && prefix.length >= (best?.length ?? 0)) best = { registry, rest, length: prefix.length };
  }
  return best;
}

function restAfter(prefix: string, name: string): string | undefined {
  if (prefix.startsWith("*.")) {
    const host = name.slice(0, name.indexOf("/"));
    return host.endsWith(prefix.slice(1)) ? name.slice(host.length) : undefined;
  }
  return prefix !== "" && name.startsWith(`${prefix}/`) ? name.slice(prefix.length) : prefix === name ? "" : undefined;
}

async function configuredRegistries(): Promise<readonly Registry[]> {
  const texts = await Promise.all(
    (await registriesFiles()).map(async (path) => ({ path, text: await readFile(path, "utf8").catch(() => "") })),
  );
  return texts.flatMap(({ path, text }) => {
    try {
      return fileSchema.parse(parse(text)).registry;
    } catch {
      throw new EngineError(`${path} is not a registries.conf (TOML with \`[[registry]]\`). Correct or remove it.`);
    }
  });
}

/**
 * Lists the files that configure registries, as containers-registries.conf(5) does. Later ones win, and some may not
 * exist.
 */
export async function registriesFiles(): Promise<readonly string[]> {
  const system = "/etc/containers";
  const user = join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "containers");
  const parts = async (base: string): Promise<string[]> => {
    const folder = join(base, "registries.conf.d");
    const names = await readdir(folder).catch(() => []);
    return names
      .filter((name) => name.endsWith(".conf"))
      .sort()
      .map((name) => join(folder, name));
  };
  const own = join(user, "registries.conf");
  const named = process.env.CONTAINERS_REGISTRIES_CONF;
  const isThere = await readFile(own).then(
    () => true,
    () => false,
  );
  if (!named && isThere) return [own, ...(await parts(user))];
  return [named || join(system, "registries.conf"), ...(await parts(system)), ...(await parts(user))];
}

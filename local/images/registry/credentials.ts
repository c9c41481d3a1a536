import { z } from "zod";
import { parseJson } from "../../base/parse-json.ts";
import { hostOf, mergedAuths } from "../auth.ts";
import { runChild } from "../child.ts";
import type { RegistryAuth } from "../types.ts";
import type { Endpoint } from "./endpoints.ts";

/** A name and a password, or a token in place of both. */
export type Credentials = { readonly username: string; readonly password: string } | { readonly identityToken: string };

const entrySchema = z.looseObject({ auth: z.string().optional(), identitytoken: z.string().optional() });
const helperSchema = z.looseObject({ Username: z.string(), Secret: z.string() });

/**
 * Finds the credentials for a repository: the given ones, or else those of the usual files with the longest matching
 * name.
 */
export async function credentialsFor(
  { registry, repository }: Endpoint,
  given: readonly RegistryAuth[],
): Promise<Credentials | undefined> {
  const host = hostOf(registry);
  const { auths, credHelpers } = await mergedAuths(given);
  const entries = Object.entries(auths ?? {});
  const parts = repository.split("/");
  for (let length = parts.length; length > 0; length--) {
    const name = [host, ...parts.slice(0, length)].join("/");
    const entry = entries.find(([key]) => key === name);
    if (entry !== undefined) return credentialsOf(entry[1]);
  }
  const helper = Object.entries(credHelpers ?? {}).find(([key]) => hostOf(key) === host)?.[1];
  if (helper !== undefined) return askHelper(helper, registry);
  const entry = entries.find(([key]) => hostOf(key) === host && isWholeRegistry(key));
  return entry && credentialsOf(entry[1]);
}

/**
 * Says whether a key is for a whole registry, such as `https://index.docker.io/v1/`, and not for a part of it
 * (`host/name`).
 */
function isWholeRegistry(key: string): boolean {
  return /^(?:[a-z]+:\/\/)?[^/]+(?:\/v[12]?\/?|\/)?$/.test(key);
}

function credentialsOf(entry: unknown): Credentials | undefined {
  const { auth = "", identitytoken } = entrySchema.safeParse(entry).data ?? {};
  if (identitytoken) return { identityToken: identitytoken };
  const [, username = "", password = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, "base64").toString()) ?? [];
  return username === "" ? undefined : { username, password };
}

async function askHelper(helper: string, registry: string): Promise<Credentials | undefined> {
  const { exitCode, stdout } = await runChild(`docker-credential-${helper}`, ["get"], { input: Buffer.from(registry) });
  // Otherwise the helper has no credentials for this registry.
  const found = exitCode === 0 ? parseJson(helperSchema, stdout.toString()) : undefined;
  if (found === undefined) return undefined;
  const { Username, Secret } = found;
  return Username === "<token>" ? { identityToken: Secret } : { username: Username, password: Secret };
}

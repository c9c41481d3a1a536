import { randomUUID } from "node:crypto";
import { open, readFile, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../base/errors.ts";
import type { RegistryAuth } from "./types.ts";

const authFileSchema = z.looseObject({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

/** The path at which a child finds the file that `withAuthFile` passes as descriptor 3. */
export const authFilePath = "/proc/self/fd/3";

/**
 * Gives `use` an open file (mode 0600) with the credentials of the usual files and the given ones, which win. The file
 * has no name any more by then, so not even `kill -9` leaves it behind. A child gets it as descriptor 3.
 */
export async function withAuthFile<T>(
  folder: string,
  auths: readonly RegistryAuth[],
  use: (descriptor: number) => Promise<T>,
): Promise<T> {
  const content = JSON.stringify(await mergedAuths(auths));
  const path = join(folder, `.auth-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await unlink(path);
    await file.writeFile(content);
    return await use(file.fd);
  } finally {
    await file.close();
  }
}

/** Merges the credentials of the usual files and the given ones, which win. */
export async function mergedAuths(given: readonly RegistryAuth[]): Promise<z.infer<typeof authFileSchema>> {
  const auths: Record<string, unknown> = {};
  const credHelpers: Record<string, string> = {};
  for (const path of usualFiles()) {
    const file = await readAuthFile(path);
    Object.assign(auths, file?.auths);
    Object.assign(credHelpers, file?.credHelpers);
  }
  for (const { address, username, password } of given) {
    const host = hostOf(address);
    // An entry for a repository of that registry would otherwise win over the given one.
    for (const key of Object.keys(auths)) if (hostOf(key) === host) delete auths[key];
    for (const key of Object.keys(credHelpers)) if (hostOf(key) === host) delete credHelpers[key];
    auths[host] = { auth: Buffer.from(`${username}:${password}`).toString("base64") };
  }
  return { auths, credHelpers };
}

/** Gives the registry of an address or of a key in a credentials file. */
export function hostOf(address: string): string {
  const host = address.replace(/^[a-z]+:\/\//, "").replace(/\/.*$/s, "");
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}

/** Lists the files in which skopeo, podman and docker look, those of lowest precedence first. */
function usualFiles(): readonly string[] {
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG, XDG_CONFIG_HOME, XDG_RUNTIME_DIR } = process.env;
  if (REGISTRY_AUTH_FILE) return [REGISTRY_AUTH_FILE];
  return [
    join(DOCKER_CONFIG || join(homedir(), ".docker"), "config.json"),
    join(XDG_CONFIG_HOME || join(homedir(), ".config"), "containers", "auth.json"),
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, "containers", "auth.json")] : []),
  ];
}

async function readAuthFile(path: string): Promise<z.infer<typeof authFileSchema> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    // The file is absent or may not be read. A public image needs no credentials, and for a private one the registry
    // will say unauthorized.
    return undefined;
  }
  try {
    return authFileSchema.parse(JSON.parse(text));
  } catch {
    // The parser's message is left out, because it would quote the file and with it a credential.
    throw new EngineError(`${path} is not a registry credentials file (JSON with \`auths\`). Correct or remove it.`);
  }
}

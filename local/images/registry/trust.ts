import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";

/** How a connection verifies the other side. */
export interface Trust {
  readonly rejectUnauthorized: boolean;
  readonly secureContext?: SecureContext;
}

/** For registries that may have any certificate. */
export const anybody: Trust = { rejectUnauthorized: false };

let shared: SecureContext | undefined;

/** Gives the authorities of this host and of the environment, and the files of `certs.d` for this registry. */
export async function trustFor(registry: string): Promise<Trust> {
  const files = await certificateFiles(registry);
  const own = files.filter(({ name }) => name.endsWith(".crt")).map(({ content }) => content);
  const client = files.find(({ name }) => name.endsWith(".cert"));
  const key = files.find(({ name }) => name === client?.name.replace(/cert$/, "key"));
  if (own.length === 0 && key === undefined) {
    // The hundreds of certificates are read only once.
    shared ??= createSecureContext({ ca: authorities() });
    return { rejectUnauthorized: true, secureContext: shared };
  }
  const identity = client !== undefined && key !== undefined ? { cert: client.content, key: key.content } : {};
  return {
    rejectUnauthorized: true,
    secureContext: createSecureContext({ ca: [...authorities(), ...own], ...identity }),
  };
}

function authorities(): string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

/**
 * Reads the certificates and keys for one registry where container tools look for them. The first folder that exists
 * counts.
 */
async function certificateFiles(registry: string): Promise<readonly { name: string; content: string }[]> {
  const config = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  for (const base of [join(config, "containers/certs.d"), "/etc/containers/certs.d", "/etc/docker/certs.d"]) {
    const folder = join(base, registry);
    const names = await readdir(folder).catch(() => undefined);
    if (names === undefined) continue;
    return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(folder, name), "utf8") })));
  }
  return [];
}

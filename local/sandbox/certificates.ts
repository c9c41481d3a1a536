import { existsSync, readFileSync, statSync } from "node:fs";
import { pathInRoot } from "./path-in-root.ts";
import type { ContainerRoot } from "./root.ts";

/** The files in which distributions keep the certificates that they trust. */
const bundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** A container without certificates of its own finds the host's here. */
const defaultBundle = "/run/ml-pipeline/ca-certificates.crt";

/** Some programs do not read the distribution's file, but the file that one of these variables names. */
const variables = [
  "SSL_CERT_FILE",
  "REQUESTS_CA_BUNDLE",
  "PIP_CERT",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "NODE_EXTRA_CA_CERTS",
  "AWS_CA_BUNDLE",
];

/** Finds the host's certificates: `SSL_CERT_FILE`, or the distribution's file, or none. */
export function hostBundle(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [env.SSL_CERT_FILE, ...bundles].find((path) => path !== undefined && path !== "" && existsSync(path));
}

const blocks = (bundle: string): readonly string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

/** Makes containers trust the certificates that the host trusts, so that they can connect through a company's proxy. */
export class Certificates {
  readonly #path: string;
  readonly #host: readonly string[];
  /** The extended content of each file. Files of images are read once; inode, time and size identify them. */
  readonly #known = new Map<string, string | undefined>();

  /** `path` is the host's file of certificates. */
  constructor(path: string) {
    this.#path = path;
    this.#host = blocks(readFileSync(path, "utf8"));
  }

  /**
   * Adds the host's certificates to a container for as long as it runs. Gives the variables that lead programs to them.
   */
  async install(root: ContainerRoot): Promise<Readonly<Record<string, string>>> {
    const bundle = bundles.find((path) => this.#extend(root, pathInRoot(root.path, path)));
    if (!bundle) await root.bind(this.#path, defaultBundle, true);
    return Object.fromEntries(variables.map((name) => [name, bundle ?? defaultBundle]));
  }

  /** Adds missing certificates to a file of the container. Says whether there is such a file. */
  #extend(root: ContainerRoot, path: string): boolean {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return false;
    const key = `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#extended(readFileSync(path, "utf8")));
    const content = this.#known.get(key);
    if (content) root.replace(path, content);
    return true;
  }

  #extended(bundle: string): string | undefined {
    const has = new Set(blocks(bundle));
    const missing = this.#host.filter((block) => !has.has(block));
    return missing.length === 0 ? undefined : `${bundle.trimEnd()}\n${missing.join("\n")}\n`;
  }
}

const proxyNames = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/** Gives the host's proxy settings in upper and lower case. `direct` lists names that are reached without a proxy. */
export function proxySettings(direct: readonly string[], env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const name of proxyNames) {
    const value = env[name] ?? env[name.toLowerCase()];
    if (!value) continue;
    const text = name === "NO_PROXY" ? [value, ...direct].join(",") : value;
    settings[name] = text;
    settings[name.toLowerCase()] = text;
  }
  const proxied = Object.keys(settings).length > 0;
  if (proxied && direct.length > 0 && !settings.NO_PROXY) {
    settings.NO_PROXY = direct.join(",");
    settings.no_proxy = settings.NO_PROXY;
  }
  return settings;
}

import { existsSync, readFileSync, statSync } from "node:fs";
import { pathInRoot } from "./path-in-root.ts";
import type { ContainerRoot } from "./root.ts";

/** Where distributions keep the certificates that they trust, in one file. */
const bundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** Where a container that has no certificates finds the host's. */
const defaultBundle = "/run/ml-pipeline/ca-certificates.crt";

/** What programs look at that do not read the distribution's file. */
const variables = [
  "SSL_CERT_FILE",
  "REQUESTS_CA_BUNDLE",
  "PIP_CERT",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "NODE_EXTRA_CA_CERTS",
  "AWS_CA_BUNDLE",
];

/** The host's certificates: `SSL_CERT_FILE`, or the distribution's file, or none. */
export function hostBundle(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [env.SSL_CERT_FILE, ...bundles].find((path) => path !== undefined && path !== "" && existsSync(path));
}

const blocks = (bundle: string): readonly string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

/** What the host trusts and a container does not, so that a company's proxy works inside too. */
export class Certificates {
  readonly #path: string;
  readonly #host: readonly string[];
  /** Files of images are looked at once: by inode, time and size. */
  readonly #known = new Map<string, string | undefined>();

  /** `path`: the host's bundle. */
  constructor(path: string) {
    this.#path = path;
    this.#host = blocks(readFileSync(path, "utf8"));
  }

  /** Makes a container trust what the host trusts, for as long as it runs. Gives variables for what it does not set itself. */
  async install(root: ContainerRoot): Promise<Readonly<Record<string, string>>> {
    const bundle = bundles.find((path) => this.#extend(root, pathInRoot(root.path, path)));
    if (!bundle) await root.bind(this.#path, defaultBundle, true);
    return Object.fromEntries(variables.map((name) => [name, bundle ?? defaultBundle]));
  }

  /** Adds what is missing to a bundle of the container. Says whether there is one. */
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

/** The host's proxy settings, in both spellings. `direct`: names that are reached without it. */
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

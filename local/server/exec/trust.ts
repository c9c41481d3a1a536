import { existsSync } from "node:fs";
import type { Mount } from "../../sandbox/types.ts";
import type { Snapshot } from "../../store/types.ts";
import { findInLayers } from "../owners.ts";
import type { Session } from "../session.ts";

/** Where distributions keep the bundle of certificate authorities. */
const bundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
/** Variables by which programs with a bundle of their own are told of another. */
const bundleVariables = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
const proxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "FTP_PROXY"];

/**
 * What makes a container reach what the host reaches: its certificate authorities over the container's own bundle, and
 * its proxy settings. None of it is part of a cache key, and the container's own variables win.
 */
export async function trust(
  session: Session,
  root: Snapshot,
): Promise<{ mounts: Mount[]; env: Record<string, string> }> {
  const { env: host } = session.caller;
  const env: Record<string, string> = {};
  for (const name of proxyVariables.flatMap((upper) => [upper, upper.toLowerCase()])) {
    const value = host[name];
    if (value) env[name] = value;
  }
  const own = [host.SSL_CERT_FILE, ...bundles].find((path) => path && existsSync(path));
  if (own === undefined) return { mounts: [], env };
  const present: string[] = [];
  for (const path of bundles) if (await findInLayers(session, root, path)) present.push(path);
  const [first] = present;
  if (first !== undefined) for (const name of bundleVariables) env[name] = first;
  return { mounts: present.map((target) => ({ kind: "bind", target, path: own, readOnly: true })), env };
}

import { z } from "zod";
import { parseJson } from "../../base/parse-json.ts";
import { isLoopback, type Reference } from "../reference.ts";
import type { RegistryAuth } from "../types.ts";
import { authorize, challengesOf } from "./authorization.ts";
import { failureOfConnection, isNoTls } from "./connection.ts";
import { type Credentials, credentialsFor } from "./credentials.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import { type Failure, failureOfStatus, isFailure } from "./failure.ts";
import { type RegistryRequest, type Reply, send } from "./request.ts";
import { anybody, type Trust, trustFor } from "./trust.ts";

const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

const manifestSchema = z.looseObject({ schemaVersion: z.literal(2) });

export interface Question {
  readonly reference: Reference;
  readonly auths: readonly RegistryAuth[];
  readonly signal: AbortSignal;
}

/**
 * Asks for the manifest of an image. Gives that of the registry or of the first mirror that has it, or else the failure
 * of the last one asked.
 */
export async function askForManifest({ reference, auths, signal }: Question): Promise<Buffer | Failure> {
  let last: Buffer | Failure = { problem: "other", reason: "nobody was asked" };
  for (const endpoint of await endpointsOf(reference)) {
    last = await manifestAt(endpoint, { reference, auths, signal });
    if (!isFailure(last)) return last;
  }
  return last;
}

async function manifestAt(endpoint: Endpoint, { reference, auths, signal }: Question): Promise<Buffer | Failure> {
  const path = `manifests/${reference.digest ?? reference.tag}`;
  const reply = await ask(endpoint, auths, "pull", { path, headers: { accept: manifestTypes.join(", ") }, signal });
  if (isFailure(reply)) return reply;
  if (reply.status !== 200) return failureOfStatus(reply.status, reply.statusText);
  // Something on the way to the registry may answer with a page of its own and the status of success.
  const isManifest = parseJson(manifestSchema, reply.body.toString()) !== undefined;
  return isManifest ? reply.body : { problem: "other", reason: "what the registry answers is no manifest" };
}

/** Begins an upload and cancels it, to learn why a registry does not accept an image. Undefined when it would. */
export async function askToPush({ reference, auths, signal }: Question): Promise<Failure | undefined> {
  for (const endpoint of await endpointsOf(reference, { push: true })) {
    const reply = await ask(endpoint, auths, "pull,push", { path: "blobs/uploads/", method: "POST", signal });
    if (isFailure(reply)) return reply;
    if (reply.status !== 202) return failureOfStatus(reply.status, reply.statusText);
    await reply.giveUp();
  }
  return undefined;
}

interface Asked extends Pick<RegistryRequest, "method" | "headers" | "signal"> {
  /** The path below the repository. */
  readonly path: string;
}

/** An answer. `giveUp` cancels what the request began at its `Location`. */
type Answered = Reply & { giveUp(): Promise<void> };

/** Sends a request to one endpoint, over TLS where it is required, with credentials where they are asked for. */
async function ask(
  endpoint: Endpoint,
  auths: readonly RegistryAuth[],
  actions: string,
  asked: Asked,
): Promise<Answered | Failure> {
  const trust = endpoint.insecure ? anybody : await trustFor(endpoint.registry);
  const credentials = await credentialsFor(endpoint, auths);
  try {
    return await askOver("https", { trust, credentials }, endpoint, actions, asked);
  } catch (error) {
    if (asked.signal.aborted) return failureOfConnection(error);
    try {
      if (endpoint.insecure) return await askOver("http", { trust, credentials }, endpoint, actions, asked);
      // The trial whether the endpoint speaks plain http sends no secret.
      if (isNoTls(error) && (await speaksHttp(endpoint, trust, asked.signal)))
        return { problem: "plain-http", reason: "it speaks plain http" };
    } catch (second) {
      return failureOfConnection(second);
    }
    return failureOfConnection(error);
  }
}

/** The host that answers for a registry: that of docker.io has another name. */
export function hostOfEndpoint({ registry }: Endpoint): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}

async function speaksHttp(endpoint: Endpoint, trust: Trust, signal: AbortSignal): Promise<boolean> {
  const url = new URL(`http://${hostOfEndpoint(endpoint)}/v2/`);
  return (await send({ url, trust, proxied: !isLoopback(url.host), signal })).status > 0;
}

async function askOver(
  scheme: "https" | "http",
  { trust, credentials }: { readonly trust: Trust; readonly credentials: Credentials | undefined },
  endpoint: Endpoint,
  actions: string,
  { path, method, headers = {}, signal }: Asked,
): Promise<Answered | Failure> {
  const url = new URL(`${scheme}://${hostOfEndpoint(endpoint)}/v2/${endpoint.repository}/${path}`);
  const connection = { trust, proxied: !isLoopback(url.host), signal };
  const request = { ...connection, url, ...(method && { method }), headers };
  const first = await send(request);
  if (first.status !== 401) return answered(first, request);
  const scope = `repository:${endpoint.repository}:${actions}`;
  const challenges = challengesOf(String(first.headers["www-authenticate"] ?? ""));
  const authorization = await authorize(challenges, credentials, scope, { ...connection, url });
  if (typeof authorization !== "string") return authorization;
  const second = { ...request, headers: { ...headers, authorization } };
  return answered(await send(second), second);
}

function answered(reply: Reply, request: RegistryRequest): Answered {
  const giveUp = async (): Promise<void> => {
    const { location } = reply.headers;
    // A registry that cannot cancel an upload forgets it by itself.
    if (location !== undefined)
      await send({ ...request, url: new URL(location, request.url), method: "DELETE" }).catch(() => undefined);
  };
  return { ...reply, giveUp };
}

import { hash } from "node:crypto";
import { isListOf, isNumber, isObjectOf, isRecordOf, isText, readJson } from "../base/guards.ts";
import { isLoopback, type Reference } from "../images/reference.ts";
import { hostOfEndpoint } from "../images/registry/ask.ts";
import { authorize, challengesOf } from "../images/registry/authorization.ts";
import { failureOfConnection } from "../images/registry/connection.ts";
import { type Credentials, credentialsFor } from "../images/registry/credentials.ts";
import { type Endpoint, endpointsOf } from "../images/registry/endpoints.ts";
import { failureOfStatus, isFailure, registryError } from "../images/registry/failure.ts";
import { type Agents, agentsFor, type RegistryRequest, type Reply, send } from "../images/registry/request.ts";
import { anybody, type Trust, trustFor } from "../images/registry/trust.ts";
import type { Blob, Limits, Place, Pruned } from "./place.ts";
import type { Login } from "./settings.ts";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const entryType = "application/vnd.ml-pipeline.cache.entry.v1+json";
const contentType = "application/vnd.ml-pipeline.cache.content.v1.tar+zstd";
const timeNote = "org.opencontainers.image.created";

/** The empty configuration that the OCI image specification has for what is no image. */
const empty = { mediaType: "application/vnd.oci.empty.v1+json", digest: `sha256:${hash("sha256", "{}")}`, size: 2 };

/** How long a connection may be silent (milliseconds), and how long one request may take. */
const silence = 30_000;
/** How long it may take to say anything at all: work does not wait for a registry that is not there. */
const firstSilence = 10_000;
const patience = 15 * 60_000;

/** What the manifest of an entry has: the entry as its first layer, where nobody shortens it, and what it names. */
interface Manifest {
  readonly layers: readonly (Blob & { readonly data?: string })[];
  readonly annotations?: Readonly<Record<string, string>>;
}

const isManifest = isObjectOf<Manifest>(
  {
    layers: isListOf(
      isObjectOf<Manifest["layers"][number]>({ digest: isText, size: isNumber, data: isText }, ["data"]),
    ),
    annotations: isRecordOf(isText),
  },
  ["annotations"],
);
const isTags = isObjectOf<{ readonly tags: readonly string[] | null }>({
  tags: (value): value is readonly string[] | null => value === null || isListOf(isText)(value),
});
type Asked = Pick<RegistryRequest, "method" | "headers" | "body" | "into" | "limit"> & { readonly path: string };

interface Connection {
  readonly base: string;
  readonly trust: Trust;
  readonly proxied: boolean;
  readonly agents: Agents;
}

/**
 * A repository of an OCI registry. Each entry is a manifest under a tag of its own, so that many may write at once, and it
 * names the contents that belong to it, so that the registry keeps these as long.
 */
export class RegistryPlace implements Place {
  readonly name: string;
  readonly #reference: Reference;
  readonly #login: Login | undefined;
  #connection: Promise<Connection> | undefined;
  #authorization: Promise<string | undefined> | undefined;
  #credentials: Promise<Credentials | undefined> | undefined;
  #hasEmpty = false;

  /** Without a login, that of container tools on this machine is used. */
  constructor(name: string, reference: Reference, login?: Login) {
    this.name = name;
    this.#reference = reference;
    this.#login = login;
  }

  async entry(name: string): Promise<string | undefined> {
    const reply = await this.#ask({ path: `manifests/${tagOf(name)}`, headers: { accept: manifestType } });
    if (reply.status === 404) return undefined;
    this.#require(reply, [200], "read");
    const first = readJson(isManifest, reply.body.toString())?.layers[0];
    if (first === undefined || !isDigest.test(first.digest)) throw new Error("what the registry answers is no entry");
    if (first.data !== undefined) return Buffer.from(first.data, "base64").toString();
    const content = await this.#ask({ path: `blobs/${first.digest}`, limit: entryLimit });
    this.#require(content, [200], "read");
    return content.body.toString();
  }

  async putEntry(name: string, text: string, blobs: readonly Blob[]): Promise<void> {
    const digest = `sha256:${hash("sha256", text)}`;
    const size = Buffer.byteLength(text);
    if (!this.#hasEmpty) await this.#upload(empty, "{}");
    this.#hasEmpty = true;
    await this.#upload({ digest, size }, text);
    const data = size <= embeddedLimit ? { data: Buffer.from(text).toString("base64") } : {};
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: entryType,
      config: empty,
      layers: [
        { mediaType: entryType, digest, size, ...data },
        ...blobs.map((blob) => ({ mediaType: contentType, digest: blob.digest, size: blob.size })),
      ],
      annotations: { [timeNote]: new Date().toISOString() },
    });
    const headers = { "content-type": manifestType };
    const reply = await this.#ask({ path: `manifests/${tagOf(name)}`, method: "PUT", headers, body: manifest });
    this.#require(reply, [201], "write to");
  }

  async hasBlob({ digest, size }: Blob): Promise<boolean> {
    const reply = await this.#ask({ path: `blobs/${digest}`, method: "HEAD" });
    // Something on the way to the registry may answer all with a page of its own.
    return reply.status === 200 && Number(reply.headers["content-length"] ?? size) === size;
  }

  putBlob(blob: Blob, file: string): Promise<void> {
    return this.#upload(blob, { file, size: blob.size });
  }

  async takeBlob({ digest, size }: Blob, file: string): Promise<void> {
    const reply = await this.#ask({ path: `blobs/${digest}`, into: file, limit: size });
    this.#require(reply, [200], "read");
  }

  /** A registry does not tell what was read, so age is that of the entry. The space is freed by the registry itself. */
  async prune({ before, keepBytes }: Limits): Promise<Pruned> {
    const found: { digest: string; at: number; blobs: readonly Blob[]; bytes: number }[] = [];
    for (const tag of await this.#tags()) {
      const reply = await this.#ask({ path: `manifests/${tag}`, headers: { accept: manifestType } });
      const manifest = reply.status === 200 ? readJson(isManifest, reply.body.toString()) : undefined;
      if (manifest === undefined) continue;
      const blobs = manifest.layers.slice(1);
      const at = Date.parse(manifest.annotations?.[timeNote] ?? "") || 0;
      found.push({ digest: `sha256:${hash("sha256", reply.body)}`, at, blobs, bytes: reply.body.length });
    }
    found.sort((one, other) => other.at - one.at);
    const kept = new Map<string, number>();
    const sizeOf = (blobs: readonly Blob[]): number =>
      blobs.reduce((sum, { digest, size }) => sum + (kept.has(digest) ? 0 : size), 0);
    const result = { entries: 0, freedBytes: 0, leftBytes: 0 };
    for (const { digest, at, blobs, bytes } of found) {
      const needed = bytes + sizeOf(blobs);
      if (at >= before && result.leftBytes + needed <= keepBytes) {
        for (const blob of blobs) kept.set(blob.digest, blob.size);
        result.leftBytes += needed;
        continue;
      }
      const reply = await this.#ask({ path: `manifests/${digest}`, method: "DELETE" });
      this.#require(reply, [202, 200, 404], "remove from");
      result.entries += 1;
      result.freedBytes += needed;
    }
    return result;
  }

  async #tags(): Promise<readonly string[]> {
    const tags: string[] = [];
    for (let path: string | undefined = "tags/list?n=1000"; path !== undefined; ) {
      const reply: Reply = await this.#ask({ path });
      if (reply.status === 404) return tags;
      this.#require(reply, [200], "read");
      tags.push(...(readJson(isTags, reply.body.toString())?.tags ?? []).filter((tag) => tag.startsWith(tagPrefix)));
      const next = /<[^>]*[?]([^>]*)>/.exec(String(reply.headers.link ?? ""))?.[1];
      path = next === undefined ? undefined : `tags/list?${next}`;
    }
    return tags;
  }

  async #upload(blob: Blob, body: NonNullable<RegistryRequest["body"]>): Promise<void> {
    if (await this.hasBlob(blob)) return;
    const begun = await this.#ask({ path: "blobs/uploads/", method: "POST" });
    this.#require(begun, [202], "write to");
    const location = String(begun.headers.location ?? "");
    const { base } = await this.#connected();
    const url = new URL(location, base);
    url.searchParams.set("digest", blob.digest);
    const headers = { "content-type": "application/octet-stream" };
    const reply = await this.#ask({ path: url.href, method: "PUT", headers, body });
    this.#require(reply, [201], "write to");
  }

  #require({ status, statusText }: Reply, accepted: readonly number[], action: string): void {
    if (accepted.includes(status)) return;
    throw registryError(action, this.name, this.#reference.registry, failureOfStatus(status, statusText));
  }

  /** Sends a request, with credentials where they are asked for; those of before may have expired. */
  async #ask({ path, ...asked }: Asked): Promise<Reply> {
    const { base, ...connection } = await this.#connected().catch((error: unknown) => {
      throw registryError("use", this.name, this.#reference.registry, failureOfConnection(error));
    });
    const url = new URL(path, base);
    // What a registry names as the place of an upload may be elsewhere, which must not see its credentials.
    const isOwn = url.host === new URL(base).host;
    const signal = AbortSignal.timeout(patience);
    const request = { ...connection, ...asked, url, silence, signal };
    try {
      const authorization = isOwn ? await this.#authorization : undefined;
      const first = await send(authorized(request, authorization));
      if (first.status !== 401 || !isOwn) return first;
      this.#authorization = this.#authorize(first, request);
      return await send(authorized(request, await this.#authorization));
    } catch (error) {
      if (isFailure(error)) throw registryError("use", this.name, this.#reference.registry, error);
      throw registryError("use", this.name, this.#reference.registry, failureOfConnection(error));
    }
  }

  async #authorize(refused: Reply, request: RegistryRequest): Promise<string> {
    this.#credentials ??= this.#findCredentials();
    const challenges = challengesOf(String(refused.headers["www-authenticate"] ?? ""));
    const scope = `repository:${this.#reference.repository}:pull,push`;
    const answer = await authorize(challenges, await this.#credentials, scope, request);
    if (typeof answer !== "string") throw answer;
    return answer;
  }

  async #findCredentials(): Promise<Credentials | undefined> {
    return this.#login ?? credentialsFor(await this.#endpoint(), []);
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #endpoint(): Promise<Endpoint> {
    const [endpoint] = await endpointsOf(this.#reference, { push: true });
    if (endpoint === undefined) throw new Error(`no address for ${this.name}`);
    return endpoint;
  }

  /** Finds out once whether the registry speaks TLS; plain http is only tried where it is allowed. */
  async #connect(): Promise<Connection> {
    const endpoint = await this.#endpoint();
    const host = hostOfEndpoint(endpoint);
    const trust = endpoint.insecure ? anybody : await trustFor(endpoint.registry);
    const proxied = !isLoopback(host);
    const parts = { trust, proxied, agents: agentsFor({ trust, proxied }) };
    for (const scheme of endpoint.insecure ? ["https", "http"] : ["https"]) {
      const url = new URL(`${scheme}://${host}/v2/`);
      try {
        await send({ ...parts, url, silence, signal: AbortSignal.timeout(firstSilence) });
        return { ...parts, base: `${url.href}${endpoint.repository}/` };
      } catch (error) {
        if (scheme === "https" && endpoint.insecure) continue;
        throw error;
      }
    }
    throw new Error("no scheme was tried");
  }
}

function authorized<T extends RegistryRequest>(request: T, authorization: string | undefined): T {
  return authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } };
}

/** Entries begin so, so that a repository may have other tags as well. */
const tagPrefix = "entry-";

const isDigest = /^sha256:[0-9a-f]{64}$/;
const tagOf = (name: string): string => `${tagPrefix}${name}`;

/** Entries up to this size (bytes) stand in their manifest, which may have 4 MiB. */
const embeddedLimit = 1 << 20;
const entryLimit = 64 << 20;

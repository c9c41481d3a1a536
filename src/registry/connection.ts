import { z } from "zod";
import { isObject, jsonOf } from "../json.ts";
import { isLocal, registryHint } from "../loopback.ts";
import { MOST_JSON, PATIENCE, textOf } from "./body.ts";
import { RegistryError } from "./error.ts";
import { impliedHub, type Reference } from "./reference.ts";

/* Requests to a registry, by https://github.com/opencontainers/distribution-spec, with the authorization that it asks for. */

/** Who asks; undefined where the registry lets everybody. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Credentials that were given, and are for another registry. */
export const WITHHELD = "withheld";

export type WhoAsks = Credentials | typeof WITHHELD | undefined;

export interface RegistryRequest {
  readonly method?: "HEAD" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/** A repository of a registry. */
export interface Repository {
  readonly reference: Reference;
  /**
   * Asks below `/v2/NAME/`, or at an address that the registry gave.
   *
   * @throws RegistryError where there is no answer, and for one that refuses who asks
   */
  ask(path: string, request?: RegistryRequest): Promise<Response>;
}

/**
 * Finds out how a registry is spoken to, and what it asks for.
 *
 * @param actions `pull`, or `pull,push`
 * @throws RegistryError
 */
export async function openRepository(
  reference: Reference,
  credentials: WhoAsks,
  actions: "pull" | "pull,push",
): Promise<Repository> {
  const { host, repository } = reference;
  const hub = impliedHub(reference);
  const { base, challenge } = await greet(host).catch((error: unknown) => {
    throw error instanceof RegistryError ? new RegistryError(`${error.message}${hub}`, { cause: error }) : error;
  });
  const authorization = await authorizationFor(host, challenge, credentials, `repository:${repository}:${actions}`);
  return {
    reference,
    ask: async (path, { headers, ...request } = {}) => {
      const url = new URL(path, `${base}/v2/${repository}/`);
      // A registry may send an upload elsewhere, which is told nothing of who asks.
      const own: Record<string, string> = url.origin === base && authorization !== undefined ? { authorization } : {};
      const answer = await fetched(host, url, { ...request, headers: { ...own, ...headers } });
      if (answer.status !== 401 && answer.status !== 403) return answer;
      throw new RegistryError(`${host} refuses it (${await saidBy(host, answer)})${whoAsks(host, credentials)}${hub}`);
    },
  };
}

function whoAsks(host: string, credentials: WhoAsks): string {
  if (credentials === undefined) {
    return ": it wants to know who asks, by --registry-user and --registry-password before the function";
  }
  return credentials === WITHHELD ? `: ${withheldFrom(host)}` : "";
}

/** Why credentials that were given did not go to a registry. */
export const withheldFrom = (host: string): string =>
  `--registry-user and --registry-password were not sent there, since the call does not name this registry. Where they are for it, give --registry-host=${host} before the function`;

/** The first answer says whether the registry speaks https, and whom it lets in. No secret is sent before that. */
async function greet(host: string): Promise<{ readonly base: string; readonly challenge: string }> {
  const hello = async (base: string) => {
    const answer = await fetched(host, new URL("/v2/", base), {});
    await answer.body?.cancel();
    return { base, challenge: answer.headers.get("www-authenticate") ?? "" };
  };
  try {
    return await hello(`https://${host}`);
  } catch (error) {
    if (!isLocal(host) || !isPlain(error)) throw error;
    return hello(`http://${host}`);
  }
}

/** Whether the other side does not speak TLS. */
const isPlain = (error: unknown): boolean =>
  error instanceof Error && /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|ECONNRESET/.test(codeOf(error.cause));

async function fetched(host: string, url: URL, request: RegistryRequest): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new RegistryError(`nothing within ${PATIENCE / 1000} s`)), PATIENCE);
  const signals = [controller.signal, ...(request.signal === undefined ? [] : [request.signal])];
  try {
    return await fetch(url, { ...request, signal: AbortSignal.any(signals) });
  } catch (error) {
    throw new RegistryError(`${host} does not answer (${reasonOf(error, host)})`, { cause: reasonFor(error) });
  } finally {
    clearTimeout(timer);
  }
}

/** fetch wraps what happened in an error that says nothing. */
const reasonFor = (error: unknown): unknown => (error instanceof Error ? (error.cause ?? error) : error);

const codeOf = (error: unknown): string =>
  isObject(error) || error instanceof Error ? String(Object(error).code) : "";

function reasonOf(error: unknown, host: string): string {
  const reason = reasonFor(error);
  const code = codeOf(reason);
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: "no such host",
    EAI_AGAIN: "its name cannot be looked up now",
    ECONNREFUSED: `connection refused${registryHint(host)}`,
    ECONNRESET: "the connection was closed",
    ERR_SSL_WRONG_VERSION_NUMBER: "it speaks plain http",
  };
  return words[code] ?? (reason instanceof Error ? reason.message : "no connection");
}

const tokenSchema = z.object({ token: z.string().exactOptional(), access_token: z.string().exactOptional() });

/** The header that answers a challenge; undefined where there is none to answer. */
async function authorizationFor(
  host: string,
  challenge: string,
  credentials: WhoAsks,
  scope: string,
): Promise<string | undefined> {
  const basic =
    credentials === undefined || credentials === WITHHELD
      ? undefined
      : `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  if (!/^bearer\s/i.test(challenge)) return /\bbasic\b/i.test(challenge) ? basic : undefined;
  const realm = parameterOf(challenge, "realm");
  if (realm === undefined || !URL.canParse(realm)) {
    throw new RegistryError(`${host} asks for a token, and does not say where it is had`);
  }
  const url = new URL(realm);
  if (url.protocol !== "https:" && !isLocal(url.host)) {
    throw new RegistryError(`${host} asks for a token from ${url.origin}, where anybody could read the password`);
  }
  const service = parameterOf(challenge, "service");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", scope);
  const answer = await fetched(url.host, url, basic === undefined ? {} : { headers: { authorization: basic } });
  if (!answer.ok)
    throw new RegistryError(`${host} refuses it (${await saidBy(host, answer)})${whoAsks(host, credentials)}`);
  const { token, access_token: other } =
    tokenSchema.safeParse(jsonOf(await textOf(answer, { host: url.host, what: "a token", most: MOST_JSON }))).data ??
    {};
  const found = token ?? other;
  if (found === undefined) throw new RegistryError(`${host} gives no token`);
  return `Bearer ${found}`;
}

const parameterOf = (challenge: string, name: string): string | undefined =>
  new RegExp(`[\\s,]${name}="([^"]*)"`, "i").exec(challenge)?.[1];

const errorsSchema = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string().exactOptional() })) });

/** What a refusal says. */
export async function saidBy(host: string, answer: Response): Promise<string> {
  const text = await textOf(answer, { host, what: "a refusal", most: MOST_JSON }).catch((error: unknown) => {
    if (error instanceof RegistryError) return "";
    throw error;
  });
  const [first] = errorsSchema.safeParse(jsonOf(text)).data?.errors ?? [];
  const status = `HTTP ${answer.status}`;
  return first === undefined ? status : `${status} ${first.message ?? first.code}`;
}

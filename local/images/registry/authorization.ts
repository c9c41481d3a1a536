import { z } from "zod";
import { parseJson } from "../../base/parse-json.ts";
import type { Credentials } from "./credentials.ts";
import { type Failure, failureOfStatus } from "./failure.ts";
import { type RegistryRequest, send } from "./request.ts";

/** What a registry requires before it answers, by its `WWW-Authenticate` header. */
export interface Challenge {
  readonly scheme: "basic" | "bearer";
  readonly parameters: Readonly<Record<string, string>>;
}

/** Matches a parameter with its value, or the word that begins a challenge. */
const token = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))|([\w-]+)/g;

/** Reads the challenges of a `WWW-Authenticate` header and leaves out unknown ones. */
export function challengesOf(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  for (const [, name, quoted, plain, scheme] of header.matchAll(token)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    const parameters = challenges.at(-1)?.parameters;
    if (name !== undefined && parameters !== undefined)
      parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
  }
  return challenges.flatMap(({ scheme, parameters }) =>
    scheme === "basic" || scheme === "bearer" ? [{ scheme, parameters }] : [],
  );
}

const tokenSchema = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() });

/** What a request for a token takes over from the request that was challenged. */
type Connection = Pick<RegistryRequest, "url" | "trust" | "proxied" | "signal">;

/** Gives the `Authorization` header that answers a challenge. A token is requested where the challenge says. */
export async function authorize(
  challenges: readonly Challenge[],
  credentials: Credentials | undefined,
  scope: string,
  connection: Connection,
): Promise<string | Failure> {
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  if (bearer !== undefined) return bearerToken(bearer, credentials, scope, connection);
  const basic = challenges.some(({ scheme }) => scheme === "basic");
  if (!basic || credentials === undefined || "identityToken" in credentials)
    return { problem: "unauthorized", reason: "no credentials" };
  return basicHeader(credentials);
}

function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

async function bearerToken(
  { parameters }: Challenge,
  credentials: Credentials | undefined,
  scope: string,
  connection: Connection,
): Promise<string | Failure> {
  const { realm = "", service } = parameters;
  const url = new URL(realm, connection.url);
  const about = { ...(service !== undefined && { service }), scope };
  if (credentials !== undefined && "identityToken" in credentials) {
    const form = { grant_type: "refresh_token", refresh_token: credentials.identityToken, client_id: "ml-pipeline" };
    const body = new URLSearchParams({ ...form, ...about }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return tokenOf(await send({ ...connection, url, method: "POST", headers, body }));
  }
  for (const [name, value] of Object.entries(about)) url.searchParams.set(name, value);
  const headers = credentials && { authorization: basicHeader(credentials) };
  return tokenOf(await send({ ...connection, url, ...(headers && { headers }) }));
}

function tokenOf({ status, statusText, body }: Awaited<ReturnType<typeof send>>): string | Failure {
  if (status !== 200) return failureOfStatus(status, statusText);
  const answer = parseJson(tokenSchema, body.toString());
  const value = answer?.token ?? answer?.access_token;
  return value === undefined ? { problem: "unauthorized", reason: "no token" } : `Bearer ${value}`;
}

import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { parseJson } from "../base/parse-json.ts";

export interface Request {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** The caller's span, which the `traceparent` header names. */
  readonly span?: string;
}

const requestSchema = z.looseObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Serves `POST /query` on a free port of 127.0.0.1. Clients send `token` as the user name of basic authentication. */
export async function serve(
  token: string,
  answer: (request: Request) => Promise<unknown>,
): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    handle(request, token, answer).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, 400, { errors: [{ message: String(error) }] }),
    );
  });
  // A command may run for hours before its answer is sent.
  server.requestTimeout = 0;
  server.timeout = 0;
  // Node would close a connection after five idle seconds. On a busy machine that crosses with the client's next request, which
  // then fails with "unknown error": so only the client closes idle connections.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

async function handle(
  request: IncomingMessage,
  token: string,
  answer: (request: Request) => Promise<unknown>,
): Promise<{ status: number; body: unknown }> {
  if (!isLocal(request))
    return { status: 403, body: { errors: [{ message: "only programs of this machine are served" }] } };
  if (!authorized(request.headers.authorization, token))
    return { status: 401, body: { errors: [{ message: "unauthorized" }] } };
  const [path] = (request.url ?? "").split("?");
  if (path !== "/query" || request.method !== "POST") {
    return { status: 404, body: { errors: [{ message: "only POST /query is served here" }] } };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = parseJson(requestSchema, Buffer.concat(chunks).toString());
  if (body === undefined) return { status: 400, body: { errors: [{ message: "this is no GraphQL request in JSON" }] } };
  const { query, variables, operationName } = body;
  const span = /^\w+-\w+-(\w+)-/.exec(String(request.headers.traceparent ?? ""))?.[1];
  const asked: Request = {
    query,
    ...(variables && { variables }),
    ...(operationName && { operationName }),
    ...(span && { span }),
  };
  return { status: 200, body: await answer(asked) };
}

/**
 * Says whether a request comes from a program that means this engine. A web page in a browser of this machine can reach
 * the port as well: its requests name its origin, or a host whose address it has turned into the loopback's. The SDK of
 * Go calls the engine `dagger`, whatever its address.
 */
function isLocal({ headers }: IncomingMessage): boolean {
  const host = headers.host?.replace(/:\d+$/, "");
  return headers.origin === undefined && ["127.0.0.1", "localhost", "[::1]", "dagger"].includes(host ?? "");
}

function authorized(header: string | undefined, token: string): boolean {
  const [scheme, encoded = ""] = (header ?? "").split(" ");
  const [user = ""] = Buffer.from(encoded, "base64").toString().split(":");
  const [given, wanted] = [Buffer.from(user), Buffer.from(token)];
  return scheme?.toLowerCase() === "basic" && given.length === wanted.length && timingSafeEqual(given, wanted);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

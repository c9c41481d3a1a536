import { Agent, type IncomingMessage, request } from "node:http";
import { context, propagation } from "@opentelemetry/api";
import { ClientError } from "graphql-request";
import { type Guard, isAnything, isListOf, isObjectOf, isText, readJson } from "../../base/guards.ts";

type GraphQLError = NonNullable<ClientError["response"]["errors"]>[number];

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[];
}

const isError: Guard<GraphQLError> = (value): value is GraphQLError =>
  typeof value === "object" && value !== null && "message" in value && isText(value.message);

const isAnswer: Guard<Answer> = isObjectOf<Answer>({ data: isAnything, errors: isListOf(isError) }, ["data", "errors"]);

/** Where the engine answers. */
export interface Address {
  readonly port: number;
  readonly token: string;
}

/** What the SDK sends its queries with. */
export interface Client {
  request(document: string): Promise<unknown>;
}

/**
 * Lets a client send its queries over connections that stay open. The SDK's own way opens one for each, and takes each query apart to
 * learn that it is no mutation, which is more work for both sides than most answers are.
 */
export function keepConnections(client: Client, { port, token }: Address): void {
  const agent = new Agent({ keepAlive: true });
  const authorization = `Basic ${Buffer.from(`${token}:`).toString("base64")}`;
  client.request = async (query) => {
    const headers: Record<string, string> = { authorization, "content-type": "application/json" };
    propagation.inject(context.active(), headers);
    const { status, body } = await post({ port, agent, headers }, JSON.stringify({ query }));
    const answer = readJson(isAnswer, body);
    if (answer === undefined) throw new Error(`the engine's answer cannot be read: ${body.slice(0, 200)}`);
    const { data, errors } = answer;
    if (errors !== undefined) throw failedAnswer(errors, query, { status, body });
    return data;
  };
}

/** Something in an answer that the SDK makes an error of. */
interface Failure {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An answer with errors, as the SDK knows it. */
export const failedAnswer = (
  errors: readonly (Failure | GraphQLError)[],
  query: string,
  { status, body }: { readonly status: number; readonly body: string } = { status: 200, body: "" },
): ClientError =>
  new ClientError({ status, errors: errors as GraphQLError[], body, headers: new Headers() }, { query });

interface Sending {
  readonly port: number;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
}

async function post(to: Sending, text: string): Promise<{ readonly status: number; readonly body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const length = Buffer.byteLength(text);
    const sent = request({
      ...to,
      headers: { ...to.headers, "content-length": length },
      host: "127.0.0.1",
      path: "/query",
      method: "POST",
    });
    sent.once("response", resolve).once("error", reject).end(text);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}

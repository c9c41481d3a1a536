import { ClientError } from "graphql-request";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serve } from "../../../local/api/http.ts";
import { type Client, keepConnections } from "../../../local/runner/runtime/requests.ts";

type Answer = Parameters<typeof serve>[1];

let served: Awaited<ReturnType<typeof serve>>;
let answer: Answer;
let connections = 0;

beforeEach(async () => {
  connections = 0;
  answer = async ({ query }) => ({ data: { said: query } });
  served = await serve("secret", (asked) => answer(asked));
  served.server.on("connection", () => {
    connections += 1;
  });
});
afterEach(() => {
  served.server.closeAllConnections();
  served.server.close();
});

function client(token = "secret"): Client {
  const made: Client = { request: () => Promise.reject(new Error("the SDK's own way")) };
  keepConnections(made, { port: served.port, token });
  return made;
}

test("one request after the other goes over one connection, whatever is in it", async () => {
  const { request } = client();
  for (const query of ["{ a }", `{ b(text: "ü\u2028 ${"x".repeat(1 << 20)}") }`, "{ c }"]) {
    expect(await request(query)).toEqual({ said: query });
  }
  expect(connections).toBe(1);
});

test("requests at once do not wait for each other", async () => {
  const { request } = client();
  let open = 0;
  let release: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  answer = async ({ query }) => {
    open += 1;
    if (open === 30) release();
    await all;
    return { data: query };
  };
  const queries = Array.from({ length: 30 }, (_, index) => `{ a${index} }`);
  expect(await Promise.all(queries.map(request))).toEqual(queries);
});

test("an error is that of the SDK's client, with what the engine says of it", async () => {
  const extensions = { _type: "EXEC_ERROR", exitCode: 3 };
  answer = async () => ({ errors: [{ message: "it failed", extensions }] }) as unknown as Awaited<ReturnType<Answer>>;
  const failed = await client()
    .request("{ a }")
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ClientError);
  expect((failed as ClientError).response.errors).toEqual([{ message: "it failed", extensions }]);
  await expect(client("wrong").request("{ a }")).rejects.toThrow("unauthorized");
});

test("the end of the engine ends what was asked of it", async () => {
  answer = () => {
    served.server.closeAllConnections();
    return new Promise(() => {});
  };
  await expect(client().request("{ a }")).rejects.toThrow("socket hang up");
});

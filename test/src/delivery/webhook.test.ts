import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { postToWebhook } from "../../../src/delivery/webhook.ts";

const PATH = "/services/T000/B000/s3cr3tT0ken";
const soon = { timeout: 500, pauses: [10, 10] };

let server: Server | undefined;
afterEach(() => server?.close());

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A chat that answers in turn; the last answer again and again. */
async function chat(...answers: readonly Answer[]): Promise<{ address: string; got: string[] }> {
  const got: string[] = [];
  const started = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      got.push(body);
      answers[Math.min(got.length, answers.length) - 1]?.(response, request);
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(started.address() as AddressInfo).port}${PATH}`, got };
}

const answer =
  (status: number, text = "", headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers);
    response.end(text);
  };

test("a message arrives once", async () => {
  const { address, got } = await chat(answer(200, "ok"));
  expect(await postToWebhook(address, { text: "grün" }, soon)).toEqual({ sent: true });
  expect(got).toEqual(['{"text":"grün"}']);
});

describe("is tried again", () => {
  test.each<[string, Answer]>([
    ["after an error of the server", answer(503)],
    ["after too many requests", answer(429, "slow down", { "retry-after": "0" })],
    ["after a closed connection", (response) => response.destroy()],
    ["after no answer", () => undefined],
  ])("%s", async (_what, first) => {
    const { address, got } = await chat(first, answer(200));
    expect(await postToWebhook(address, {}, soon)).toEqual({ sent: true });
    expect(got).toHaveLength(2);
  });

  test("three times in all", async () => {
    const { address, got } = await chat(answer(500, "oops"));
    expect(await postToWebhook(address, {}, soon)).toEqual({ sent: false, reason: "HTTP 500: oops" });
    expect(got).toHaveLength(3);
  });
});

test.each<[string, Answer, string]>([
  ["a refusal", answer(404, "channel_not_found"), "HTTP 404: channel_not_found"],
  ["a redirect", answer(302, "", { location: "https://elsewhere.example" }), "HTTP 302"],
  ["a long page", answer(400, "x ".repeat(1000)), `HTTP 400: ${"x ".repeat(100).trim()}`],
])("%s is told, and not tried again", async (_what, refusal, reason) => {
  const { address, got } = await chat(refusal);
  const sent = await postToWebhook(address, {}, soon);
  expect(sent).toEqual({ sent: false, reason: expect.stringContaining(reason.trim()) });
  expect(got).toHaveLength(1);
});

test("nobody who listens is told", async () => {
  const { address } = await chat(answer(200));
  await new Promise((resolve) => server?.close(resolve));
  expect(await postToWebhook(address, {}, soon)).toEqual({ sent: false, reason: "nothing listens there" });
});

describe("the address is never shown", () => {
  test("by a server that repeats it", async () => {
    const { address } = await chat((response, { url = "", headers }) => {
      response.writeHead(400);
      response.end(`no hook at ${url} of http://${headers.host}${url}`);
    });
    const sent = await postToWebhook(address, {}, soon);
    expect(JSON.stringify(sent)).not.toMatch(/s3cr3t|T000|127\.0\.0\.1/);
  });

  test.each<[string, (path: string) => string]>([
    ["a part of it", (path) => `no hook with token ${path.split("/").at(-1)}`],
    ["it as JSON", (path) => JSON.stringify({ error: path }).replaceAll("/", "\\/")],
    ["it at the end of what is shown", (path) => `${"x".repeat(180)} ${path}`],
    ["it in percent", (path) => `unknown hook ${encodeURIComponent(path)}`],
    ["it in capitals", (path) => `UNKNOWN HOOK ${path.toUpperCase()}`],
  ])("by a server that repeats %s", async (_what, words) => {
    const { address, got } = await chat((response, { url = "" }) => {
      response.writeHead(404);
      response.end(words(url));
    });
    const sent = await postToWebhook(address, {}, soon);
    expect(sent).toEqual({ sent: false, reason: expect.stringMatching(/^HTTP 404: ./) });
    expect(JSON.stringify(sent)).not.toMatch(/s3cr3t|T000|B000|t0ken/i);
    expect(got).toHaveLength(1);
  });

  test("with a user and a password in it, to which nothing is sent", async () => {
    const { address, got } = await chat(answer(200));
    for (const who of ["user:p4ssw0rd@", "t0ken@", ":p4ssw0rd@"]) {
      const error = await postToWebhook(address.replace("://", `://${who}`), {}, soon).catch((one: unknown) => one);
      expect(error).toMatchObject({ name: "UserError", message: expect.stringMatching(/--webhook.*user:password@/) });
      expect(String(error)).not.toMatch(/p4ssw0rd|t0ken/);
    }
    expect(got).toEqual([]);
  });

  test.each(["hunter2", "", "ftp://x.example/s3cr3t", "s3cr3t://"])("for what is none: %j", async (address) => {
    const error = await postToWebhook(address, {}, soon).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "UserError", message: expect.stringContaining("--webhook") });
    if (address !== "") expect(String(error)).not.toContain(address);
  });
});

describe("an answer without an end", () => {
  const endless =
    (status: number): Answer =>
    (response) => {
      response.writeHead(status);
      const more = setInterval(() => response.write("no ".repeat(50_000)), 1);
      response.on("close", () => clearInterval(more));
    };

  test("to a message that arrived is not waited for", async () => {
    const { address } = await chat(endless(200));
    expect(await postToWebhook(address, {}, soon)).toEqual({ sent: true });
  });

  test("that refuses is told by its first words", async () => {
    const { address } = await chat(endless(400));
    expect(await postToWebhook(address, {}, soon)).toMatchObject({
      ...{ sent: false, reason: expect.stringMatching(/^HTTP 400: no no /) },
    });
  });
});

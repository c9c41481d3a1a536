import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ForgeError } from "../../../src/forge/error.ts";
import { forgeOf } from "../../../src/forge/forge.ts";
import { githubComments, githubHeaders } from "../../../src/forge/github.ts";
import { openForge } from "../../../src/forge/open.ts";
import { type Ask, askerOf } from "../../../src/forge/request.ts";
import { startForge, type TestForge } from "../../support/forge.ts";

const TOKEN = "ghp_s3cr3tT0kenOfSomebody";
const LIST = "/repos/team/models/issues/12/comments";

let server: TestForge;
let elsewhere: TestForge;
beforeEach(async () => {
  server = await startForge("GitHub", { [TOKEN]: { id: 7 } });
  elsewhere = await startForge("GitHub", { [TOKEN]: { id: 7 } });
});
afterEach(() => {
  server.close();
  elsewhere.close();
});

const asker = (): Ask =>
  askerOf({
    ...{ api: server.api, headers: githubHeaders(TOKEN), secrets: [TOKEN] },
    patience: { timeout: 300, pauses: [10, 10] },
  });

const target = () => ({ forge: "GitHub", api: server.api, repository: "team/models", number: "12", page: "" }) as const;

describe("is tried again", () => {
  test.each([
    ["too many requests", { status: 429, headers: { "retry-after": "0" } }],
    ["too many requests in GitHub's words", { status: 403, headers: { "x-ratelimit-remaining": "0" } }],
    ["too many comments in GitHub's words", { status: 403, headers: { "retry-after": "0" } }],
    ["an error of the server", { status: 503 }],
  ])("%s", async (_what, refusal) => {
    let times = 0;
    server.instead = () => (++times < 3 ? refusal : undefined);
    expect((await asker()("GET", LIST)).json).toEqual([]);
    expect(times).toBe(3);
  });

  test("three times in all, also without an answer", async () => {
    server.instead = () => ({ status: 500, body: { message: "oops" } });
    await expect(asker()("GET", LIST)).rejects.toThrow('HTTP 500: {"message":"oops"}');
    expect(server.requests).toHaveLength(3);
    server.instead = () => new Promise(() => undefined);
    await expect(asker()("GET", LIST)).rejects.toThrow("no answer within 0.3 s");
    expect(server.requests).toHaveLength(6);
  });

  test("no refusal: a token that only reads may not write later either", async () => {
    server.instead = () => ({ status: 403, body: { message: "no" }, headers: { "x-ratelimit-remaining": "4999" } });
    await expect(asker()("GET", LIST)).rejects.toMatchObject({ status: 403 });
    expect(server.requests).toHaveLength(1);
  });
});

describe("where it is sent on", () => {
  test("within the server, the same request goes there", async () => {
    server.instead = ({ path }) =>
      path.startsWith("/api/v3/old") ? { status: 301, headers: { location: `/api/v3${LIST}` } } : undefined;
    await asker()("POST", "/old", { body: "said" });
    expect(server.requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ["POST", `Bearer ${TOKEN}`],
      ["POST", `Bearer ${TOKEN}`],
    ]);
    expect(server.comments.map(({ body }) => body)).toEqual(["said"]);
  });

  test.each([301, 302, 307, 308])("another host is told nothing (HTTP %i)", async (status) => {
    server.instead = () => ({ status, headers: { location: `${elsewhere.api}${LIST}?token=${TOKEN}` } });
    const error = await asker()("GET", LIST).catch((reason: Error) => reason);
    expect(String(error)).toContain(`sends on to ${elsewhere.origin}`);
    expect(String(error)).not.toContain(TOKEN);
    expect(elsewhere.requests).toEqual([]);
  });

  test("nor is it for a next page", async () => {
    server.instead = () => ({
      status: 200,
      body: [],
      headers: { link: `<${elsewhere.api}${LIST}?page=2>; rel="next"` },
    });
    await expect(openForge(target(), TOKEN).comments()).rejects.toThrow("another host");
    expect(elsewhere.requests).toEqual([]);
  });

  test("on and on ends", async () => {
    server.instead = ({ path }) => ({ status: 302, headers: { location: `${path}x` } });
    await expect(asker()("GET", LIST)).rejects.toThrow("sends on and on");
    expect(server.requests).toHaveLength(4);
  });
});

test("pages that lead to each other end", async () => {
  server.instead = () => ({
    status: 200,
    body: [],
    headers: { link: `<${server.api}${LIST}?per_page=100>; rel="next"` },
  });
  expect(await openForge(target(), TOKEN).comments()).toEqual([]);
  expect(server.requests.length).toBeLessThan(4);
});

test("pages without an end are left, and comments that are too long", async () => {
  let page = 0;
  const next = (): Record<string, string> => ({ link: `<${server.api}${LIST}?page=${++page}>; rel="next"` });
  server.instead = () => ({ status: 200, body: [], headers: next() });
  await expect(openForge(target(), TOKEN).comments()).rejects.toThrow("it has more than 100 pages of comments");
  expect(server.requests).toHaveLength(100);
  const long = { id: 1, body: "x".repeat(15_000_000), user: null };
  server.instead = () => ({ status: 200, body: [long], headers: next() });
  await expect(openForge(target(), TOKEN).comments()).rejects.toThrow("more than 64,000,000 letters");
  expect(server.requests).toHaveLength(105);
});

test.each([200, 500])("an answer without an end is left, and not asked for again (HTTP %i)", async (status) => {
  let times = 0;
  let sent = 0;
  let isLeft = false;
  const endless = createServer((_request, response) => {
    times += 1;
    response.writeHead(status);
    const part = Buffer.alloc(1_000_000, " ");
    const send = (): void => {
      while (!response.destroyed && sent < 300_000_000) {
        sent += part.length;
        if (!response.write(part)) return;
      }
    };
    response.on("drain", send).on("close", () => {
      isLeft = true;
    });
    send();
  });
  await new Promise<void>((resolve) => endless.listen(0, "127.0.0.1", resolve));
  try {
    const api = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
    const ask = askerOf({ api, headers: {}, secrets: [], patience: { timeout: 10_000, pauses: [10, 10] } });
    await expect(ask("GET", "/x")).rejects.toMatchObject({
      name: "ForgeError",
      message: `${api}: its answer is larger than 32 MB, which is all that it may be`,
    });
    await vi.waitFor(() => expect(isLeft).toBe(true));
    expect(times).toBe(1);
    expect(sent).toBeLessThan(100_000_000);
  } finally {
    endless.close();
  }
});

test("one that is cut off is asked for again", async () => {
  let times = 0;
  const breaking = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "4" });
    if (++times === 2) response.end("[1]\n");
    else response.write("[", () => response.destroy());
  });
  await new Promise<void>((resolve) => breaking.listen(0, "127.0.0.1", resolve));
  try {
    const api = `http://127.0.0.1:${(breaking.address() as AddressInfo).port}`;
    const ask = askerOf({ api, headers: {}, secrets: [], patience: { timeout: 2_000, pauses: [10, 10] } });
    expect((await ask("GET", "/x")).json).toEqual([1]);
    expect(times).toBe(2);
  } finally {
    breaking.close();
  }
});

test.each(["##[add-mask]x", "##vso[task.setvariable variable=a]b", "\n::add-mask::x", "\u2028::error::x"])(
  "%j of a server is no command of a log",
  async (said) => {
    server.instead = () => ({ status: 400, body: said });
    const error = await asker()("GET", LIST).catch((reason: Error) => reason);
    expect(String(error)).toContain("HTTP 400: ");
    expect(String(error)).not.toMatch(/##\w*\[|^::|[\r\n\u2028]/m);
    expect(new ForgeError(said).message).not.toMatch(/##\w*\[|^::/m);
  },
);

test("what a server says is shown without the token", async () => {
  for (const said of [
    TOKEN,
    `${TOKEN.slice(0, 14)}…`,
    `x ${encodeURIComponent(`Bearer ${TOKEN}`)}`,
    Buffer.from(TOKEN).toString("hex"),
  ]) {
    server.instead = () => ({ status: 400, body: { message: said } });
    const error = await openForge(target(), TOKEN)
      .comments()
      .catch((reason: Error) => reason);
    expect(String(error)).toContain("HTTP 400");
    expect(String(error)).not.toMatch(/s3cr3t/);
  }
});

test.each([
  ["a page", "<html>"],
  ["something else", { comments: [] }],
  ["comments of another form", [{ text: "x" }]],
])("%s in place of a list is told", async (_what, body) => {
  server.instead = () => ({ status: 200, body });
  await expect(openForge(target(), TOKEN).comments()).rejects.toThrow("no list of comments");
});

test("comments of users that are gone are nobody's", async () => {
  server.comments.push({ id: 1, author: 0, body: "old" });
  expect(await openForge(target(), TOKEN).comments()).toEqual([{ id: 1, author: undefined, body: "old" }]);
});

test("names are escaped in paths", async () => {
  const asked: string[] = [];
  const ask: Ask = async (_method, url) => {
    asked.push(url);
    return { json: [], headers: new Headers() };
  };
  await forgeOf(ask, githubComments(ask, { ...target(), repository: "a b/c?d" })).comments();
  expect(asked[0]).toMatch(/^\/repos\/a%20b\/c%3Fd\/issues\/12\/comments\?/);
});

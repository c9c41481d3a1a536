import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Written, writeComment } from "../../../src/forge/comment.ts";
import { markerLine, markerOf, type Run } from "../../../src/forge/marker.ts";
import { openForge } from "../../../src/forge/open.ts";
import { type Kind, startForge, type TestForge } from "../../support/forge.ts";

const OLDER: Run = { startedAt: "2026-01-01T00:00:00.000Z", id: "r1" };
const NEWER: Run = { startedAt: "2026-01-02T00:00:00.000Z", id: "r2" };
const ME = 7;
const patience = { timeout: 1_000, pauses: [10, 10] };

describe.each<Kind>(["GitHub", "GitLab", "Bitbucket"])("on %s", (kind) => {
  let server: TestForge;
  beforeEach(async () => {
    server = await startForge(kind, {
      token: { id: ME },
      app: { id: ME, isApp: true },
      other: { id: 8 },
      reader: { id: ME, mayWrite: false },
      "me@example.com:token": { id: ME },
    });
  });
  afterEach(() => server.close());

  const marked = (run: Run, text: string, key = "model"): string =>
    `${markerLine({ key, run }, kind === "Bitbucket" ? "reference" : "html")}\n\n${text}\n`;
  const write = (run: Run, text = "said", { token = "token", key = "model" } = {}): Promise<Written> => {
    const repository = kind === "GitLab" ? "team/sub/models" : "team/models";
    const target = { forge: kind, api: server.api, repository, number: "12", page: server.page };
    const body = marked(run, text, key);
    return writeComment(openForge(target, token, patience), { marker: { key, run }, body, settling: 20 });
  };
  const add = (author: number, body: string, isNone = false): void => {
    server.comments.push({ id: server.comments.length + 1, author, body, isNone });
  };
  const bodies = (): string[] => server.comments.map(({ body }) => body.replaceAll("\r\n", "\n"));
  const writes = (): string[] =>
    server.requests.flatMap(({ method, path }) => (method === "GET" || path.endsWith("/graphql") ? [] : [method]));

  test("the first run makes the comment, the next one changes it, and one that says the same writes nothing", async () => {
    expect(await write(OLDER)).toEqual({ done: "created" });
    expect(await write(NEWER, "said anew")).toEqual({ done: "updated" });
    expect(bodies()).toEqual([marked(NEWER, "said anew").trimEnd()]);
    const before = writes().length;
    expect(await write(NEWER, "said anew")).toEqual({ done: "unchanged" });
    expect(writes()).toHaveLength(before);
  });

  test("a newer run's comment stays", async () => {
    add(ME, marked(NEWER, "new"));
    expect(await write(OLDER)).toEqual({ done: "left", to: NEWER });
    expect(writes()).toEqual([]);
  });

  test("of two runs of one time the same one stays, whichever comes last", async () => {
    const [one, other] = [
      { ...NEWER, id: "a" },
      { ...NEWER, id: "b" },
    ];
    await write(one);
    await write(other);
    expect(await write(one)).toEqual({ done: "left", to: other });
  });

  test("it is found on the last page, and no other comment is touched", async () => {
    add(8, "Looks good");
    add(8, marked(OLDER, "forged"));
    add(ME, marked(OLDER, "of another project", "other"));
    add(ME, `> ${marked(OLDER, "quoted")}`);
    add(ME, marked(OLDER, "written by the server, or removed"), kind !== "GitHub");
    if (kind === "GitHub") server.comments.pop();
    add(ME, marked(OLDER, "mine"));
    const before = bodies().slice(0, -1);
    expect(await write(NEWER, "new")).toEqual({ done: "updated" });
    expect(bodies()).toEqual([...before, marked(NEWER, "new").trimEnd()]);
    expect(writes()).toEqual([kind === "GitHub" ? "PATCH" : "PUT"]);
  });

  test("a comment of somebody else with the same marker stays, and one of its own is made", async () => {
    add(8, marked(OLDER, "theirs"));
    expect(await write(NEWER, "mine")).toEqual({ done: "created" });
    expect(bodies()).toEqual([marked(OLDER, "theirs"), marked(NEWER, "mine").trimEnd()]);
    expect(await write(NEWER, "mine")).toEqual({ done: "unchanged" });
  });

  test("several projects have a comment each", async () => {
    await write(OLDER, "one");
    await write(OLDER, "two", { key: "model/big" });
    await write(NEWER, "two anew", { key: "model/big" });
    expect(bodies().map((body) => body.split("\n").at(-1))).toEqual(["one", "two anew"]);
  });

  test("a token that is not told who it is keeps one comment as well", async () => {
    add(8, marked(OLDER, "theirs"));
    await write(OLDER, "old", { token: "app" });
    expect(await write(NEWER, "new", { token: "app" })).toEqual({ done: "updated" });
    expect(await write(OLDER, "old", { token: "app" })).toEqual({ done: "left", to: NEWER });
    expect(bodies()).toEqual([marked(OLDER, "theirs"), marked(NEWER, "new").trimEnd()]);
  });

  test("two runs at once leave one comment, which is the newer one's", async () => {
    for (const [first, second] of [
      [OLDER, NEWER],
      [NEWER, OLDER],
    ] as const) {
      server.comments.length = 0;
      // Both have looked before either has written.
      let lists = 0;
      let bothLooked = (): void => undefined;
      const together = new Promise<void>((resolve) => {
        bothLooked = resolve;
      });
      server.instead = async ({ method }) => {
        if (method === "GET" && ++lists === 2) bothLooked();
        if (method === "POST") await together;
        return undefined;
      };
      await Promise.all([write(first, first.id), write(second, second.id)]);
      expect(bodies()).toEqual([marked(NEWER, "r2").trimEnd()]);
    }
  });

  test("a newer run writes again where an older one wrote over it", async () => {
    add(ME, marked({ startedAt: "2025-01-01T00:00:00.000Z", id: "r0" }, "first"));
    let isOver = false;
    server.instead = ({ method }) => {
      const [comment] = server.comments;
      if (method === "GET" && !isOver && comment?.body.includes("r2")) {
        isOver = true;
        comment.body = marked(OLDER, "late");
      }
      return undefined;
    };
    expect(await write(NEWER, "new")).toEqual({ done: "updated" });
    expect(isOver).toBe(true);
    expect(bodies()).toEqual([marked(NEWER, "new").trimEnd()]);
  });

  test("a comment that was made although the server said that it was not is not left twice", async () => {
    let times = 0;
    server.instead = ({ method, body }) => {
      if (method !== "POST" || times++ > 0) return undefined;
      const sent = JSON.parse(body);
      server.comments.push({ id: 50, author: ME, body: kind === "Bitbucket" ? sent.content.raw : sent.body });
      return { status: 502 };
    };
    expect((await write(NEWER)).done).not.toBe("left");
    expect(server.comments.map(({ id }) => id)).toEqual([50]);
  });

  test("comments of its own that are left over from earlier are taken away", async () => {
    for (const id of ["a", "b", "c"]) add(ME, marked({ ...OLDER, id }, id));
    expect(await write(NEWER, "new")).toEqual({ done: "updated" });
    expect(bodies()).toEqual([marked(NEWER, "new").trimEnd()]);
  });

  test("one that was removed meanwhile is made again", async () => {
    add(ME, marked(OLDER, "old"));
    const [removed] = server.comments;
    server.instead = ({ method, path }) => {
      if (method === "GET" && path.endsWith(`/${removed?.id}`)) server.comments.length = 0;
      return undefined;
    };
    expect(await write(NEWER, "new")).toEqual({ done: "created" });
    expect(bodies()).toEqual([marked(NEWER, "new").trimEnd()]);
  });

  test.each([
    ["a token that only reads", "reader", /^HTTP 403: .*not accessible/, 403],
    ["an unknown token", "nobody", /^HTTP 401: /, 401],
  ])("%s is refused, and asked once", async (_what, token, message, status) => {
    await expect(write(NEWER, "new", { token })).rejects.toMatchObject({
      name: "ForgeError",
      message: expect.stringMatching(message),
      status,
    });
    expect(new Set(server.requests.map(({ method }) => method)).size).toBe(server.requests.length);
  });

  test.runIf(kind === "Bitbucket")("a user's token goes with the user's address", async () => {
    expect(await write(NEWER, "new", { token: "me@example.com:token" })).toEqual({ done: "created" });
  });

  test("what is read again is the marker that was written", async () => {
    await write(NEWER);
    expect(markerOf(server.comments[0]?.body ?? "")).toEqual({ key: "model", run: NEWER });
  });
});

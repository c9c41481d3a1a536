import type { Directory, Secret } from "@dagger.io/dagger";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { markerOf } from "../../../src/forge/marker.ts";
import { openForge } from "../../../src/forge/open.ts";
import { bodyOf, type CommentOnRequest, commentOn } from "../../../src/functions/comment.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { type Kind, startForge, type TestForge } from "../../support/forge.ts";
import { failedRun } from "../report/runs.ts";

const TOKEN = "s3cr3t-token-of-somebody";

let server: TestForge;
const start = async (kind: Kind): Promise<void> => {
  server = await startForge(kind, { [TOKEN]: { id: 7 }, [`${TOKEN}-reading`]: { id: 7, mayWrite: false } });
};
beforeEach(() => start("GitHub"));
afterEach(() => server.close());

const secret = (text: string): Secret => ({ plaintext: () => Promise.resolve(text) }) as unknown as Secret;

const folder = (files: Readonly<Record<string, string>>): Directory =>
  ({
    exists: (name: string) => Promise.resolve(name in files),
    file: (name: string) => ({ contents: () => Promise.resolve(files[name]) }),
  }) as unknown as Directory;

const run = { ...failedRun(), id: "r1", project: { name: "census" } };
const files = { "report.json": JSON.stringify(run), "summary.md": summaryMarkdown(run) };

const comment = (changes: Partial<CommentOnRequest> = {}, token = TOKEN): Promise<string> =>
  commentOn(secret(`${token}\n`), { report: folder(files), on: server.page, required: false, ...changes });

test("the summary is the comment, with the run in its marker and the link at its end", async () => {
  expect(await comment({ link: "https://ci.example.com/runs/1(2)" })).toBe(`commented: ${server.page}`);
  const body = server.comments[0]?.body.replaceAll("\r\n", "\n") ?? "";
  expect(body).toMatch(new RegExp(`^<!-- ml-pipeline: census ${run.startedAt} r1 -->\n\n## ❌ `));
  expect(body).toContain("### Gates");
  expect(body.endsWith("[The whole run](https://ci.example.com/runs/1%282%29)")).toBe(true);
  expect(await comment({ name: "other" })).toBe(`commented: ${server.page}`);
  expect(server.comments).toHaveLength(2);
});

test("what a server says is one warning, and no command of a log", async () => {
  server.instead = () => ({ status: 400, body: "##[add-mask]x\n::error::y" });
  expect(await comment()).toBe(
    `warning: no comment was written on ${server.page}: HTTP 400: "# #[add-mask]x\\n::error::y"`,
  );
  server.instead = ({ path }) => ({
    status: 200,
    body: [],
    headers: { link: `<${server.origin}${path}0>; rel="next"` },
  });
  expect(await comment()).toBe(
    `warning: no comment was written on ${server.page}: it has more than 100 pages of comments, and no more are read`,
  );
});

test("an older run says why it writes nothing", async () => {
  await comment();
  const older = { ...run, id: "r0", startedAt: "2020-01-01T00:00:00.000Z" };
  const report = folder({ ...files, "report.json": JSON.stringify(older) });
  expect(await comment({ report })).toBe(
    `comment left as it is, since a newer run wrote it (${run.startedAt} r1): ${server.page}`,
  );
});

test.each<[Kind, number]>([
  ["GitHub", 65_536],
  ["GitLab", 1_000_000],
  ["Bitbucket", 32_768],
])("on %s a long summary is cut to what that takes", (kind, most) => {
  const target = { forge: kind, api: server.api, repository: "a/b", number: "1", page: "" };
  const marker = { key: "census", run: { startedAt: run.startedAt, id: "r1" } };
  const line = "| a stage | @somebody |\n";
  const body = bodyOf(openForge(target, TOKEN), marker, line.repeat(50_000), "https://ci.example.com/");
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(most);
  expect(Buffer.byteLength(body)).toBeGreaterThan(most - 500);
  expect(markerOf(body)).toEqual(marker);
  expect(body).toMatch(
    /\|\n\n… cut; the whole story is in report\.json\.\n\n\[The whole run\]\(https:\/\/ci\.example\.com\/\)\n$/,
  );
});

describe("one that cannot be written is a warning, or fails where it is required", () => {
  const refusals: [string, string, RegExp][] = [
    [
      "a token that only reads",
      `${TOKEN}-reading`,
      /HTTP 403: .*pull-requests: write, which a job for a pull request of a fork/,
    ],
    ["an unknown token", `${TOKEN}-x`, /HTTP 401: .*unknown to GitHub, or has ended/],
    ["no token", "", /the token is empty: a pull request of a fork gets no secrets/],
    ["two tokens", "a b", /signs in it that no token has/],
  ];
  test.each(refusals)("%s", async (_what, token, reason) => {
    const warning = await comment({}, token);
    expect(warning).toMatch(/^warning: no comment was written on http:/);
    expect(warning).toMatch(reason);
    expect(warning).not.toContain("s3cr3t");
    const failure = comment({ required: true }, token);
    await expect(failure).rejects.toMatchObject({ name: "UserError", message: expect.stringMatching(reason) });
    await expect(failure).rejects.not.toThrow("s3cr3t");
  });

  test("a request that is not there", async () => {
    expect(await comment({ on: server.page.replace(/12$/, "13") })).toMatch(/HTTP 404: .*no such request/);
  });

  test("too many requests, which say nothing of the token", async () => {
    const headers = { "x-ratelimit-remaining": "0" };
    server.instead = () => ({ status: 403, body: { message: "API rate limit exceeded" }, headers });
    expect(await comment()).toMatch(/HTTP 403: .*rate limit exceeded"\}$/);
    expect(server.requests).toHaveLength(3);
  }, 20_000);

  test("a server that does not listen", async () => {
    await new Promise<void>((resolve) => {
      server.close();
      setTimeout(resolve, 50);
    });
    expect(await comment()).toMatch(/^warning: .*: nothing listens there$/);
  }, 20_000);

  test("the token of a job of GitLab, which is sent nowhere", async () => {
    server.close();
    await start("GitLab");
    expect(await comment({}, "glcbt-64_abc")).toMatch(/CI_JOB_TOKEN.*access token of the project with the scope api/);
    expect(server.requests).toEqual([]);
    expect(await comment()).toBe(`commented: ${server.page}`);
  });
});

describe("a mistake of the call fails, and asks nobody", () => {
  test.each<[string, Partial<CommentOnRequest>, RegExp]>([
    ["no address", { on: "12" }, /^--on: /],
    ["a link that is none", { link: "run 12" }, /^--link=run 12: /],
    ["no report", { report: folder({}) }, /no report\.json/],
    ["a report without a summary", { report: folder({ "report.json": files["report.json"] }) }, /no summary\.md/],
    ["a report of another form", { report: folder({ ...files, "report.json": "{}" }) }, /report\.json/],
  ])("%s", async (_what, changes, message) => {
    await expect(comment(changes)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(message),
    });
    expect(server.requests).toEqual([]);
  });

  test("no token", async () => {
    await expect(commentOn(undefined, { report: folder(files), on: server.page, required: false })).rejects.toThrow(
      "--forge-token",
    );
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { summaryMarkdown } from "../../src/report/summary/summary.ts";
import { failedRun } from "../src/report/runs.ts";
import { type Kind, startForge, type TestForge } from "../support/forge.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

/* A pull request has one comment with what a report says, and the token is seen nowhere. */

const TOKEN = "ghp_s3cr3tT0ken";

let folder: string;
let forge: TestForge | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-comment-"));
  const report = { ...failedRun(), id: "r1" };
  await writeFile(join(folder, "report.json"), JSON.stringify(report));
  await writeFile(join(folder, "summary.md"), summaryMarkdown(report));
});
afterEach(async () => {
  forge?.close();
  await rm(folder, { recursive: true, force: true });
});

const started = async (kind: Kind, mayWrite = true): Promise<TestForge> => {
  forge = await startForge(kind, { [TOKEN]: { id: 7, mayWrite } });
  return forge;
};

async function comment(on: string, ...more: readonly string[]): Promise<Ended> {
  const call = ["--forge-token=env:TEST_TOKEN", "comment", `--report=${folder}`, `--on=${on}`, ...more];
  const ended = await mlPipeline(call, { TEST_TOKEN: TOKEN });
  expect(ended.stdout + ended.stderr).not.toContain("s3cr3t");
  return ended;
}

it.each<Kind>(["GitHub", "GitLab"])(
  "on %s it is written once, and stays as it is when nothing changed",
  async (kind) => {
    const { page, comments } = await started(kind);
    const first = await comment(page, "--link=https://ci.example.com/1");
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toBe(`commented: ${page}\n`);
    expect((await comment(page, "--link=https://ci.example.com/1")).stdout).toBe(`comment unchanged: ${page}\n`);
    expect((await comment(page)).stdout).toBe(`comment updated: ${page}\n`);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toMatch(/^<!-- ml-pipeline: \S+ \S+ r1 -->\s+## ❌ /);
  },
);

it("with a token that only reads it fails nothing, but where it is required", async () => {
  const { page } = await started("GitHub", false);
  const warned = await comment(page);
  expect(warned.exitCode, warned.stderr).toBe(0);
  expect(warned.stdout).toMatch(/^warning: no comment was written on http:\S+: HTTP 403: .*pull-requests: write/);
  const failed = await comment(page, "--required");
  expect(failed.exitCode).not.toBe(0);
  expect(failed.stderr).toMatch(/no comment was written on .*HTTP 403/);
});

it("an address that is none fails before anything is asked", async () => {
  const { origin, requests } = await started("GitHub");
  const { exitCode, stderr } = await comment(`${origin}/team/models/issues/12`);
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/--on: expected the address of a pull or merge request/);
  expect(requests).toEqual([]);
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { failedRun } from "../src/report/runs.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

/* A chat gets what a report says, and the address of its webhook is seen nowhere. */

let folder: string;
let chat: Server;
let got: string[];
const SECRET = "/services/T0/B0/s3cr3tT0ken";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-notify-"));
  await writeFile(join(folder, "report.json"), JSON.stringify(failedRun()));
  got = [];
  chat = createServer((request, response) => {
    request.on("data", (chunk) => got.push(`${request.url} ${chunk}`));
    request.on("end", () => response.end("ok"));
  });
  await new Promise<void>((resolve) => chat.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  chat.close();
  await rm(folder, { recursive: true, force: true });
});

const notify = (port: number, ...more: readonly string[]): Promise<Ended> =>
  mlPipeline(["--webhook=env:TEST_WEBHOOK", "notify", `--report=${folder}`, "--environment=staging", ...more], {
    TEST_WEBHOOK: `http://127.0.0.1:${port}${SECRET}`,
  });

it("is told the gate, the number and the limit, each time it is called", async () => {
  const { port } = chat.address() as AddressInfo;
  for (const times of [1, 2]) {
    const { exitCode, stdout, stderr } = await notify(port);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^notified: ❌ .*\(staging\) failed: gate \S+: .*\d/);
    expect(stdout + stderr).not.toContain("s3cr3t");
    expect(got).toHaveLength(times);
  }
  expect(got[0]).toMatch(/^\/services\/T0\/B0\/s3cr3tT0ken \{"text":"❌ /);
});

it("is told nothing in a dry run, which says what it would be", async () => {
  const { port } = chat.address() as AddressInfo;
  const { exitCode, stdout, stderr } = await notify(port, "--dry-run");
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^would notify: ❌ .*\(staging\) failed: gate \S+: .*\d/);
  expect(got).toEqual([]);
});

it("that is not there fails nothing", async () => {
  const { port } = chat.address() as AddressInfo;
  await new Promise((resolve) => chat.close(resolve));
  const { exitCode, stdout, stderr } = await notify(port);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toBe("warning: nobody was notified: nothing listens there\n");
  expect(stdout + stderr).not.toContain("s3cr3t");
});

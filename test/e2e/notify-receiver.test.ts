import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { failedRun } from "../src/report/runs.ts";
import { codeBlocks } from "../support/docs/markdown.ts";
import { readPage } from "../support/docs/pages.ts";
import { freePorts } from "../support/free-ports.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

/* The receiver of docs/extending.md, run as it is there: it takes what is signed with its key, and nothing else. */

const KEY = `whsec_${Buffer.from("a key that nobody guesses").toString("base64")}`;
let folder: string;
let port: number;
let said = "";
let receiver: ReturnType<typeof spawn>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-receiver-"));
  await writeFile(join(folder, "report.json"), JSON.stringify(failedRun()));
  const program = codeBlocks(readPage("docs/extending.md"), "python").find((one) => one.includes("HTTPServer"));
  await writeFile(join(folder, "receiver.py"), program ?? "");
  [port = 0] = await freePorts(1);
  receiver = spawn("python3", [join(folder, "receiver.py")], {
    env: { ...process.env, RECEIVER_KEY: KEY, PORT: String(port) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  receiver.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await listening();
}, 60_000);
afterAll(async () => {
  receiver.kill();
  await rm(folder, { recursive: true, force: true });
});

async function listening(): Promise<void> {
  for (let attempts = 0; attempts < 200; attempts++) {
    const answer = await fetch(`http://127.0.0.1:${port}`, { method: "POST" }).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the receiver of the page does not listen");
}

const notify = (...flags: readonly string[]): Promise<Ended> =>
  mlPipeline(["--webhook=env:RECEIVER", ...flags, "notify", `--report=${folder}`, "--environment=staging"], {
    ...{ RECEIVER: `http://127.0.0.1:${port}/models`, RECEIVER_KEY: KEY, OTHER_KEY: "whsec_b3RoZXI=" },
  });

it("is told what is signed with its key", async () => {
  const { exitCode, stdout, stderr } = await notify("--webhook-format=json", "--webhook-key=env:RECEIVER_KEY");
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^notified: ❌ /);
  expect(said).toMatch(/^bad ❌ .*\(staging\) failed: gate \S+: .*\d/);
  expect(stdout + stderr).not.toContain(KEY);
});

it.each([
  ["without a key", []],
  ["with another key", ["--webhook-key=env:OTHER_KEY"]],
])("refuses what comes %s, which fails nothing", async (_, flags) => {
  said = "";
  const { exitCode, stdout } = await notify("--webhook-format=json", ...flags);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^warning: nobody was notified: HTTP 401/);
  expect(said).toBe("");
});

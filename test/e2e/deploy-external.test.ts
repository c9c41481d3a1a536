import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { codeBlocks } from "../support/docs/markdown.ts";
import { readPage } from "../support/docs/pages.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

/* Deploys by the command of docs/extending.md, as it is there, to a platform that is no Kubernetes. */

const TOKEN = "s3cr3t-token-of-the-platform";
const image = (name: string): string =>
  `registry.example/team/${name}@sha256:${"0123456789abcdef".repeat(4)}`.replace(
    "0123",
    name
      .padEnd(4, "0")
      .replaceAll(/[^0-9a-f]/g, "0")
      .slice(0, 4),
  );
const [OLD, NEW, BAD] = [image("a1"), image("b2"), image("bad")] as const;
const PROGRAM = codeBlocks(readPage("docs/extending.md"), "python").find((one) =>
  one.includes("ML_PIPELINE_CREDENTIALS"),
);

interface Version {
  readonly number: number;
  readonly image: string;
  readonly notes: Readonly<Record<string, string>>;
}

let project: string;
let platform: Server;
let versions: Version[];
let current: number;
/** What the platform does with what it is told. */
let behaves: "well" | "ignores" | "garbles";
let changes: number;

beforeEach(async () => {
  [versions, current, behaves, changes] = [[{ number: 1, image: OLD, notes: {} }], 1, "well", 0];
  platform = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end(`no ${TOKEN}`);
    if (request.method === "PUT") change(JSON.parse(await textOf(request)));
    if (behaves === "garbles") return response.end(`{"token": "${request.headers.authorization}"`);
    const running = versions.find(({ number }) => number === current);
    return response.end(JSON.stringify({ versions, current, ready: running?.image === BAD ? 1 : 2, wanted: 2 }));
  });
  await new Promise<void>((resolve) => platform.listen(0, "127.0.0.1", resolve));
  project = await mkdtemp(join(tmpdir(), "ml-pipeline-external-"));
  await mkdir(join(project, "deploy"));
  await writeFile(join(project, "deploy/platform.py"), PROGRAM ?? "");
  await writeFile(
    join(project, "ml-pipeline.toml"),
    `[deploy.staging]\ntimeout = 60\n[deploy.staging.external]\ncommand = "python deploy/platform.py"\nsettings = { url = "http://127.0.0.1:${port()}", service = "income" }\n`,
  );
});
afterEach(async () => {
  platform.close();
  await rm(project, { recursive: true, force: true });
});

const port = (): number => (platform.address() as AddressInfo).port;
function change({ image: wanted, notes }: Pick<Version, "image" | "notes">): void {
  changes += 1;
  if (behaves === "ignores") return;
  current = versions.length + 1;
  versions.push({ number: current, image: wanted, notes });
}
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const call = async (name: string, ...more: readonly string[]): Promise<Ended> => {
  const ended = await mlPipeline(
    ["--cluster-token=env:PLATFORM_TOKEN", name, `--source=${project}`, "--environment=staging", ...more],
    { PLATFORM_TOKEN: TOKEN, ML_PIPELINE_HOST_PORTS: String(port()) },
  );
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
  return ended;
};
const running = (): string | undefined => versions.find(({ number }) => number === current)?.image;

it("runs what is deployed, says so, and goes back", async () => {
  const planned = await call("deploy", `--image=${NEW}`, "--dry-run");
  expect(planned.stdout).toMatch(
    /^would change staging \(command python deploy\/platform\.py\):\n {2}image: .* becomes /,
  );
  expect(changes).toBe(0);

  const deployed = await call("deploy", `--image=${NEW}`);
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  expect(deployed.stdout).toMatch(/^deployed in \d+ s: staging \(command python deploy\/platform\.py\)/);
  expect(running()).toBe(NEW);
  const status = await call("status");
  expect(status.exitCode, status.stderr).toBe(0);
  expect(status.stdout).toContain(NEW);
  expect(status.stdout).toContain("2 of 2 ready, revision 2");

  const again = await call("deploy", `--image=${NEW}`);
  expect(again.stdout).toMatch(/^unchanged, it runs already/);
  expect(changes).toBe(1);

  const back = await call("rollback");
  expect(back.exitCode, back.stderr).toBe(0);
  expect(back.stdout).toMatch(/^went back in \d+ s/);
  expect(running()).toBe(OLD);
}, 600_000);

it("takes back what does not become ready, with the number", async () => {
  const failed = await call("deploy", `--image=${BAD}`);
  expect(failed.exitCode).not.toBe(0);
  expect(failed.stdout + failed.stderr).toMatch(
    /The command of deploy\.staging\.external says that 1 of 2 instances are ready\.[\s\S]*It went back to /,
  );
  expect(running()).toBe(OLD);
}, 300_000);

it("believes no program that calls itself done", async () => {
  behaves = "ignores";
  const failed = await call("deploy", `--image=${NEW}`);
  expect(failed.exitCode).not.toBe(0);
  expect(failed.stdout + failed.stderr).toContain(`was to run ${NEW}, and says that ${OLD} runs`);
}, 300_000);

it("changes nothing where what runs cannot be read", async () => {
  behaves = "garbles";
  const refused = await call("deploy", `--image=${NEW}`);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout + refused.stderr).toMatch(
    /nothing was changed\. The command of .* ended with exit code 1: json/,
  );
  expect(changes).toBe(0);
}, 300_000);

it("shows no token, wherever the program writes it", async () => {
  await writeFile(
    join(project, "deploy/platform.py"),
    `import json, os, sys
token = open(os.environ["ML_PIPELINE_CREDENTIALS"]).read()
print("it is", token, file=sys.stderr)
print(json.dumps({"schemaVersion": 1, "outcome": "failed", "running": None, "message": f"refused {token}"}))
`,
  );
  const { exitCode, stdout, stderr } = await call("status");
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).toMatch(/says that it failed: refused …/);
}, 300_000);

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { signerOf } from "../../src/evidence/keys.ts";
import { openRepository } from "../../src/registry/connection.ts";
import { parseReference } from "../../src/registry/reference.ts";
import { attest } from "../../src/stages/attest.ts";
import { imageFacts } from "../src/evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import type { ServerOptions } from "../support/api-server/options.ts";
import { KubernetesDouble, TOKEN } from "../support/api-server/server.ts";
import { startOciRegistry } from "../support/oci-registry.ts";
import { pushTinyImage } from "../support/push-image.ts";
import { Deployer, reaching } from "./deployer.ts";
import { judgedReport } from "./judged-report.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

/*
 * Deploy, rollback and status as a user types them, against a double of the API server of Kubernetes on the host's loopback, which only
 * containers of the included engine can be let reach.
 */

const image = (name: string): string => `registry.example/team/${name}@sha256:${"0123456789abcdef".repeat(4)}`;
const OLD = image("old");
const NEW = image("new");

let project: string;
let double: KubernetesDouble;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "ml-pipeline-deploy-"));
  await settings('deployment = "model"\ntimeout = 120');
});
afterEach(async () => {
  await double.close();
  await rm(project, { recursive: true, force: true });
});

const settings = (table: string, more = ""): Promise<void> =>
  writeFile(join(project, "ml-pipeline.toml"), `[deploy.staging]\n${table}\n${more}`);

const start = async (options: Partial<ServerOptions> = {}): Promise<void> => {
  double = await new KubernetesDouble({ image: OLD, behaviours: { "team/crash": "crash" }, ...options }).start();
};

const called = async (name: string, ...more: readonly string[]): Promise<Ended> => {
  const ended = await new Deployer({ kind: "deployment", project, env: reaching(double) }).call(name, ...more);
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
  return ended;
};

const deploy = (of: string, ...more: readonly string[]): Promise<Ended> => called("deploy", `--image=${of}`, ...more);

it("deploys once, says what runs, and goes back", async () => {
  await start();
  const planned = await deploy(NEW, "--dry-run");
  expect(planned.exitCode, planned.stderr).toBe(0);
  expect(planned.stdout).toContain(`the image of container serve: ${OLD} -> ${NEW}`);
  expect(double.patches).toEqual([]);

  const report = await judgedReport(project, NEW);
  const deployed = await deploy(NEW, report, "--link=https://ci.example/7");
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  expect(deployed.stdout).toMatch(
    /^deployed in [\d.]+ s: staging \(Deployment model, namespace default, context staging\)/,
  );
  expect(deployed.stdout).toMatch(/✓ answer: POST \/predict of pod \S+ answers as the judged image did/);

  const changes = double.patches.length;
  const again = await deploy(NEW, report);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.stdout).toMatch(/^unchanged, it runs already/);
  expect(double.patches).toHaveLength(changes);

  const status = await called("status");
  expect(status.exitCode, status.stderr).toBe(0);
  expect(status.stdout).toMatch(/verdict +passed\n +report +https:\/\/ci\.example\/7/);

  const back = await called("rollback");
  expect(back.exitCode, back.stderr).toBe(0);
  expect(back.stdout).toMatch(/^went back in [\d.]+ s: staging /);
  expect(double.cluster.image()).toBe(OLD);
  expect((await called("status")).stdout).toContain(OLD);
}, 600_000);

it("leaves a record with what became of it, for later jobs", async () => {
  await start();
  const record = async (of: string) => {
    const folder = join(project, "out");
    const ended = await called("deployment", `--image=${of}`, "report", "export", `--path=${folder}`);
    expect(ended.exitCode, ended.stderr).toBe(0);
    return {
      outputs: await readFile(join(folder, "outputs.env"), "utf8"),
      report: JSON.parse(await readFile(join(folder, "report.json"), "utf8")),
    };
  };
  const good = await record(NEW);
  expect(good.outputs).toMatch(/^VERDICT=passed$.*^DEPLOYED=staging\nREVISION=2\nROLLED_BACK=$/ms);
  expect(good.report.deployments).toEqual([
    { environment: "staging", outcome: "done", image: NEW, runs: NEW, revision: 2, rolledBack: false },
  ]);
  const bad = await record(image("crash"));
  expect(bad.outputs).toMatch(/^VERDICT=failed$.*^DEPLOYED=\nREVISION=4\nROLLED_BACK=staging$/ms);
  expect(bad.report.failure).toMatchObject({ stage: "deploy", message: expect.stringContaining("with exit code 3") });
}, 300_000);

it("goes back from pods that crash, and says why with their last lines", async () => {
  await start();
  const ended = await deploy(image("crash"));
  expect(ended.exitCode).not.toBe(0);
  expect(ended.stderr).toMatch(
    /the rollout failed after [\d.]+ s\. Container serve of pod \S+ ends again and again, with exit code 3/,
  );
  expect(ended.stderr).toContain("ModuleNotFoundError: No module named 'sklearn'");
  expect(ended.stderr).toMatch(
    /It went back to revision 1, registry\.example\/team\/old@sha256:0123456789ab…, which serves again/,
  );
  expect(ended.stderr).not.toMatch(/Traceback|\n +at /);
  expect(double.cluster.image()).toBe(OLD);
}, 300_000);

it("goes on where it was killed", async () => {
  await start();
  // It dies while it waits: the API server is asked for pods after the change, and never again.
  const killed = new Promise<void>((resolve) => {
    double.before = (request) => {
      if (double.patches.length === 0 || !request.includes("/pods?")) return undefined;
      process.kill(-(child.pid ?? 0), "SIGKILL");
      resolve();
      return "silent";
    };
  });
  const program = fileURLToPath(new URL("../../bin/ml-pipeline", import.meta.url));
  const args = [
    "--engine=local",
    "--kubeconfig=env:TEST_KUBECONFIG",
    "deploy",
    `--image=${NEW}`,
    "--environment=staging",
  ];
  const child = spawn(program, [...args, `--source=${project}`], {
    ...{ env: { ...process.env, CI: "true", ...reaching(double) }, detached: true, stdio: "ignore" },
  });
  await killed;
  double.before = () => undefined;
  expect(double.cluster.image()).toBe(NEW);
  const status = await called("status");
  expect(status.stdout + status.stderr).toContain("began, and has not noted how it ended");
  const changes = (): number =>
    double.patches.flat().filter(({ op, path }) => op === "replace" && path.endsWith("/image")).length;
  expect(changes()).toBe(1);
  const resumed = await deploy(NEW);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(resumed.stdout).toMatch(/^deployed in/);
  expect(changes()).toBe(1);
}, 600_000);

it("runs only what a trusted key vouches for, where that is asked", async () => {
  await start();
  const registry = await startOciRegistry();
  try {
    const [pair, other] = [ed25519(), ecdsa()];
    await writeFile(join(project, "key.pub"), pair.open);
    const repository = await openRepository(
      parseReference(`${registry.address}/model`, "--image"),
      undefined,
      "pull,push",
    );
    const published = `${registry.address}/model@${(await pushTinyImage(repository)).digest}`;
    const deployJudged = (): Promise<Ended> =>
      mlPipeline(
        [
          ...["--kubeconfig=env:TEST_KUBECONFIG", `--verification-key=${join(project, "key.pub")}`, "deploy"],
          ...[`--image=${published}`, `--source=${project}`, "--environment=staging"],
        ],
        reaching(double),
      );
    const signed = (secret: string) => attest({ published, facts: imageFacts, signer: signerOf(secret) });
    for (const [make, why] of [
      [async () => {}, "no verdict is attached to it"],
      [() => signed(other.secret), "has no signature of a trusted key"],
    ] as const) {
      await make();
      const refused = await deployJudged();
      expect(refused.exitCode, refused.stdout).not.toBe(0);
      expect(refused.stderr).toContain(`${published} is not deployed, since --verification-key asks for`);
      expect(refused.stderr).toContain(why);
    }
    expect(double.patches).toEqual([]);
    await signed(pair.secret);
    const deployed = await deployJudged();
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    expect(double.cluster.image()).toBe(published);
    const { id } = signerOf(pair.secret);
    expect((await called("status")).stdout).toMatch(new RegExp(`verdict +passed, signed by key ${id} at `));
  } finally {
    await registry.close();
  }
}, 600_000);

it("is refused for a mistake, in one message, and nothing is changed", async () => {
  await start({ denied: ["patch deployments"] });
  const refusal = async (work: Promise<Ended>): Promise<string> => {
    const { exitCode, stdout, stderr } = await work;
    expect(exitCode, stdout).not.toBe(0);
    expect(stderr).not.toMatch(/Traceback|\n +at /);
    return stderr;
  };
  expect(await refusal(deploy("team/new:v1"))).toContain("--image=team/new:v1: expected NAME@sha256:…");
  expect(await refusal(deploy(NEW))).toMatch(
    /may not do all that is needed in namespace default\. They lack: patch deployments/,
  );
  const source = ["deploy", `--source=${project}`, `--image=${NEW}`];
  expect(await refusal(mlPipeline([...source, "--environment=stagin"], reaching(double)))).toContain(
    "did you mean staging?",
  );
  expect(await refusal(mlPipeline([...source, "--environment=staging"], reaching(double)))).toContain(
    "give --kubeconfig=file:PATH",
  );
  const other = await judgedReport(project, image("other").replace("0123", "ffff"));
  expect(await refusal(deploy(NEW, other))).toContain("--report is about another image");
  await settings('deployment = "model"', "[evidence]\nrequire-signature = true\n");
  expect(await refusal(deploy(NEW))).toContain(
    `${NEW} is not deployed, since evidence.require-signature asks for a signed verdict about it: Nothing says whose signature counts`,
  );
  expect(double.patches).toEqual([]);
}, 600_000);

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { signerOf } from "../../src/evidence/keys.ts";
import { openRepository } from "../../src/registry/connection.ts";
import { parseReference } from "../../src/registry/reference.ts";
import { attest } from "../../src/stages/attest.ts";
import { imageFacts } from "../src/evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import type { ServerOptions } from "../support/api-server/options.ts";
import { KubernetesDouble, TOKEN } from "../support/api-server/server.ts";
import { pushTinyImage } from "../support/push-image.ts";
import { Deployer, reaching } from "./deployer.ts";
import { reachableHost } from "./host.ts";
import { judgedReport } from "./judged-report.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import type { Step } from "./story.ts";

/* Deploy, rollback and status as a user types them, against a double of the API server of Kubernetes. */

export const image = (name: string): string => `registry.example/team/${name}@sha256:${"0123456789abcdef".repeat(4)}`;
export const OLD = image("old");
export const NEW = image("new");

/** A project with one environment, staging, and the double that it is deployed to. */
export class DeploySite {
  readonly project: string;
  readonly double: KubernetesDouble;

  constructor(of: Pick<DeploySite, "project" | "double">) {
    this.project = of.project;
    this.double = of.double;
  }

  settings = (table: string, more = ""): Promise<void> =>
    writeFile(join(this.project, "ml-pipeline.toml"), `[deploy.staging]\n${table}\n${more}`);

  called = async (name: string, ...more: readonly string[]): Promise<Ended> => {
    const { project, double } = this;
    const ended = await new Deployer({ kind: "deployment", project, env: reaching(double) }).call(name, ...more);
    expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
    return ended;
  };

  deploy = (of: string, ...more: readonly string[]): Promise<Ended> => this.called("deploy", `--image=${of}`, ...more);

  async remove(): Promise<void> {
    await this.double.close();
    await rm(this.project, { recursive: true, force: true });
  }
}

export async function makeDeploySite(options: Partial<ServerOptions> = {}): Promise<DeploySite> {
  const project = await mkdtemp(join(tmpdir(), "ml-pipeline-deploy-"));
  const behaviours = { "team/crash": "crash", "team/failing": "failing" } as const;
  const double = await new KubernetesDouble({ image: OLD, behaviours, host: reachableHost(), ...options }).start();
  const site = new DeploySite({ project, double });
  await site.settings('deployment = "model"\ntimeout = 120');
  return site;
}

/** Each has a site of its own. */
export const DEPLOY_SCENARIOS: readonly Step<DeploySite>[] = [
  {
    name: "deploys once, says what runs, and goes back",
    run: async ({ project, double, called, deploy }) => {
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
    },
  },
  {
    name: "leaves a record with what became of it, for later jobs",
    run: async ({ project, called }) => {
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
      expect(bad.report.failure).toMatchObject({
        stage: "deploy",
        message: expect.stringContaining("with exit code 3"),
      });
    },
  },
  {
    name: "goes back from pods that crash, and says why with their last lines",
    run: async ({ double, deploy }) => {
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
    },
  },
  {
    name: "tries it as a canary: one that fails goes back, and one that is as what runs goes on",
    run: async ({ project, double, deploy, settings }) => {
      // Times are another test's: here a machine may be as slow as it likes.
      const limits = "max-errors = 0.1, max-slowdown = 5.0, max-slow = 0.9, max-disagreement = 0.1";
      await settings(
        `deployment = "model"\ntimeout = 120\nstrategy = "canary"\ncanary = { steps = [0.5], requests = 200, ${limits} }`,
      );
      const requests = join(project, "requests.jsonl");
      const rows = Array.from({ length: 40 }, (_, row) => JSON.stringify({ x: row / 40 }));
      await writeFile(requests, `${rows.join("\n")}\n`);
      const failed = await deploy(image("failing"), `--requests=${requests}`);
      expect(failed.exitCode, failed.stdout).not.toBe(0);
      expect(failed.stderr).toMatch(/the canary was taken back .*\(deploy\.staging\.canary\.max-errors\)/s);
      expect([double.cluster.image(), double.cluster.deployments().length]).toEqual([OLD, 1]);

      const passed = await deploy(NEW, `--requests=${requests}`);
      expect(passed.exitCode, passed.stderr).toBe(0);
      expect(passed.stdout).toMatch(/^deployed in [\d.]+ s: staging .*canary +\d+ requests to 1 pod of each/s);
      expect([double.cluster.image(), double.cluster.deployments().length]).toEqual([NEW, 1]);
    },
  },
];

/** With a registry at an address, of which images can be had without a password. */
export async function deploysWhatIsTrusted({ project, double, called }: DeploySite, address: string): Promise<void> {
  const [pair, other] = [ed25519(), ecdsa()];
  await writeFile(join(project, "key.pub"), pair.open);
  const repository = await openRepository(parseReference(`${address}/model`, "--image"), undefined, "pull,push");
  const published = `${address}/model@${(await pushTinyImage(repository)).digest}`;
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
}

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { KubernetesDouble } from "../support/api-server/server.ts";
import type { TestRegistry } from "../support/registry.ts";
import { reachingBoth } from "./deployer.ts";
import { reachableHost } from "./host.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";
import type { Step } from "./story.ts";

/*
 * A release whose production is tried as a canary first, and a run whose pods end again and again. The double of a cluster serves each image
 * as the tag of the release says.
 */

const OLD = `registry.example/team/old@sha256:${"0123456789abcdef".repeat(4)}`;

/** A project whose production is tried as a canary first, and rows to ask that about. */
export class CanarySite {
  readonly project: TestProject;
  readonly registry: TestRegistry;
  readonly staging: KubernetesDouble;
  readonly production: KubernetesDouble;

  constructor(of: Pick<CanarySite, "project" | "registry" | "staging" | "production">) {
    this.project = of.project;
    this.registry = of.registry;
    this.staging = of.staging;
    this.production = of.production;
  }

  get requests(): string {
    return join(this.project.out, "..", "requests.jsonl");
  }

  called = (...args: readonly string[]): Promise<Ended> =>
    mlPipeline(["--kubeconfig=env:TEST_KUBECONFIG", ...args], reachingBoth(this));
  inputs = (): string[] => [`--source=${this.project.source}`, `--data=${this.project.data}`];
  address = (): string => `--address=${this.registry.address}/tiny`;
  release = (tag: string, ...more: readonly string[]): Promise<Ended> =>
    this.called("release", `--tag=${tag}`, ...this.inputs(), this.address(), ...more);
  asked = (): string => `--requests=${this.requests}`;

  async remove(): Promise<void> {
    await Promise.all([this.staging.close(), this.production.close()]);
    await this.project.remove();
  }
}

export async function makeCanarySite(registry: TestRegistry): Promise<CanarySite> {
  const project = await tinyProject();
  const options = { image: OLD, answer: { predictions: ["no"] }, host: reachableHost() };
  const staging = await new KubernetesDouble({ ...options, behaviours: { ":crash": "crash" } }).start();
  const production = await new KubernetesDouble({
    ...options,
    behaviours: { ":v1.1.0": "third", "": "unhurried" },
  }).start();
  const site = new CanarySite({ project, registry, staging, production });
  const rows = Array.from({ length: 40 }, (_, row) => JSON.stringify({ x: row / 40 }));
  await writeFile(site.requests, `${rows.join("\n")}\n`);
  // What is asked is little, so that a test is short: limits are wide for that.
  const tables = [
    `[tool.ml-pipeline.deploy.staging]\ncontext = "staging"\ndeployment = "model"\ntimeout = 120\n`,
    `[tool.ml-pipeline.deploy.production]\ncontext = "production"\ndeployment = "model"\ntimeout = 120\napproval = false`,
    'strategy = "canary"',
    "canary = { steps = [0.5], requests = 200, max-slowdown = 0.2, max-disagreement = 0.1, max-errors = 0.1, max-slow = 0.2 }\n",
  ];
  await project.edit("pyproject.toml", "[tool.ruff]", `${tables.join("\n")}\n[tool.ruff]`);
  return site;
}

export const CANARY_STORY: readonly Step<CanarySite>[] = [
  {
    name: "needs something to ask both, and says so before it begins",
    run: async ({ registry, release }) => {
      const { exitCode, stderr } = await release("v1.0.0");
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(
        /A canary of deploy\.production asks both images, and nothing says what: give --requests=FILE/,
      );
      expect((await registry.ask("tiny/tags/list")).status).toBe(404);
    },
  },
  {
    name: "goes to production by a canary that is as production is",
    run: async ({ production, release, asked }) => {
      const planned = await release("v1.0.0", asked(), "--dry-run");
      expect(planned.exitCode, planned.stderr).toBe(0);
      expect(planned.stdout).toMatch(
        /✓ deploy production: would change first a canary: 50 % of the pods beside as many fresh/,
      );
      const released = await release("v1.0.0", asked());
      expect(released.exitCode, released.stderr).toBe(0);
      expect(released.stdout).toMatch(/✓ deploy production: production runs it after /);
      expect(production.cluster.image()).toContain("/tiny:v1.0.0@sha256:");
    },
  },
  {
    name: "fails by one that takes a third longer, with the number and its limit, and leaves production as it was",
    run: async ({ production, release, asked }) => {
      const before = production.cluster.image();
      const { exitCode, stdout, stderr } = await release("v1.1.0", asked());
      expect(exitCode, stdout).not.toBe(0);
      expect(stderr).toMatch(/Pipeline failed: deploy production\. .*tiny:v1\.1\.0@sha256:\w+ was pushed before/);
      const said =
        /✗ deploy production: .*the canary was taken back .* longer answers than production's: [\d.]+ % \[([\d.]+) %, [\d.]+ %\], limit 20 % \(deploy\.production\.canary\.max-slowdown\), after \d+ requests/.exec(
          stderr,
        );
      expect(said, stderr).not.toBeNull();
      // On a busy machine the number may be half again as much; the interval has what is true.
      const lowest = Number(said?.[1]);
      expect(lowest).toBeGreaterThan(20);
      expect(lowest).toBeLessThan(34);
      expect(production.cluster.image()).toBe(before);
      expect(production.cluster.deployments()).toHaveLength(1);
    },
  },
  {
    name: "waits for a person where too little was shown, who lets it go on",
    run: async ({ project, production, called, inputs, address, asked }) => {
      await project.edit("pyproject.toml", "requests = 200", "requests = 20");
      const report = join(project.out, "..", "unsure");
      const args = ["run", "--tag=v1.2.0", ...inputs(), address(), asked(), "report", "export", `--path=${report}`];
      const waiting = await called(...args);
      expect(waiting.exitCode, waiting.stderr).toBe(0);
      expect(await readFile(join(report, "outputs.env"), "utf8")).toMatch(
        /^VERDICT=passed$.*^APPROVAL=required$.*^DEPLOYED=staging$.*^WAITING=production$/ms,
      );
      const { deployments, stages } = JSON.parse(await readFile(join(report, "report.json"), "utf8"));
      expect(stages.at(-1).message).toMatch(
        /production waits for a person: beside production \d+ requests did not show that the candidate is no worse \(.*limit 10 % \(deploy\.production\.canary\.max-errors\)/,
      );
      expect(production.cluster.image()).toContain("/tiny:v1.0.0@sha256:");

      const promote = (...more: readonly string[]) =>
        called("promote", `--source=${project.source}`, "--from=staging", "--to=production", asked(), ...more);
      const held = await promote();
      expect(held.exitCode).not.toBe(0);
      expect(held.stderr).toMatch(/not shown that the candidate is no worse \(.*--approve=/);
      const next: string = deployments.at(-1).next;
      expect(next).toMatch(
        /^ml-pipeline --kubeconfig=\S+ promote --from=staging --to=production --approve-image=\S+ --approve=errors.* --requests=/,
      );
      // A busy machine may leave another check open the second time.
      const approvals = next.split(" ").filter((word) => word.startsWith("--approve"));
      const promoted = await promote(...new Set([...approvals, "--approve=slowdown", "--approve=slow"]));
      expect(promoted.exitCode, promoted.stderr).toBe(0);
      expect(production.cluster.image()).toContain("/tiny:v1.2.0@sha256:");
    },
  },
  {
    name: "fails a run whose pods end again and again, which goes back, and its record says so",
    run: async ({ project, staging, called, inputs, address }) => {
      const report = join(project.out, "..", "crashed");
      const ran = await called(
        ...["run", "--environment=staging", ...inputs(), `${address()}:crash`, "report", "export", `--path=${report}`],
      );
      expect(ran.exitCode, ran.stderr).toBe(0);
      expect(await readFile(join(report, "outputs.env"), "utf8")).toMatch(
        /^VERDICT=failed$.*^FAILED_STAGE=deploy$.*^DEPLOYED=\nREVISION=\d+\nROLLED_BACK=staging\nWAITING=$/ms,
      );
      const { stages } = JSON.parse(await readFile(join(report, "report.json"), "utf8"));
      expect(stages.at(-1)).toMatchObject({ name: "deploy", status: "failed" });
      expect(stages.at(-1).output).toContain("No module named 'sklearn'");
      expect(staging.cluster.image()).toContain("/tiny:v1.2.0@sha256:");

      const { exitCode, stderr } = await called("assert", `--report=${report}`);
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/Pipeline failed: deploy\. .*tiny:crash@sha256:\w+ was pushed before/);
      expect(stderr).toMatch(
        /ends again and again, with exit code 3.*It went back to revision \d+, .*tiny:v1\.2\.0@sha256:/s,
      );
    },
  },
];

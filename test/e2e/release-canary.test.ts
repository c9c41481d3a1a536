import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KubernetesDouble, TOKEN } from "../support/api-server/server.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/*
 * A release whose production is tried as a canary first, and a run whose pods end again and again. The double of a cluster serves each image
 * as the tag of the release says.
 */

const OLD = `registry.example/team/old@sha256:${"0123456789abcdef".repeat(4)}`;

let project: TestProject;
let registry: TestRegistry;
let staging: KubernetesDouble;
let production: KubernetesDouble;
let requests: string;
beforeAll(async () => {
  project = await tinyProject();
  registry = await startRegistry();
  const answer = { predictions: ["no"] };
  staging = await new KubernetesDouble({ image: OLD, answer, behaviours: { ":crash": "crash" } }).start();
  production = await new KubernetesDouble({
    ...{ image: OLD, answer },
    behaviours: { ":v1.1.0": "third", "": "unhurried" },
  }).start();
  requests = join(project.out, "..", "requests.jsonl");
  const rows = Array.from({ length: 40 }, (_, row) => JSON.stringify({ x: row / 40 }));
  await writeFile(requests, `${rows.join("\n")}\n`);
  await project.edit("pyproject.toml", "[tool.ruff]", `${tables(200)}\n[tool.ruff]`);
}, ENVIRONMENT_MS);
afterAll(async () => {
  await Promise.all([staging.close(), production.close(), registry.close()]);
  await project.remove();
});

/** What is asked is little, so that a test is short: limits are wide for that. */
const tables = (count: number): string =>
  [
    '[tool.ml-pipeline.deploy.staging]\nserver = "STAGING"\ndeployment = "model"\ntimeout = 120\n',
    '[tool.ml-pipeline.deploy.production]\nserver = "PRODUCTION"\ndeployment = "model"\ntimeout = 120\napproval = false',
    'strategy = "canary"',
    `canary = { steps = [0.5], requests = ${count}, max-slowdown = 0.2, max-disagreement = 0.1, max-errors = 0.1, max-slow = 0.2 }\n`,
  ]
    .join("\n")
    .replace("STAGING", `http://127.0.0.1:${staging.port}`)
    .replace("PRODUCTION", `http://127.0.0.1:${production.port}`);

const called = (...args: readonly string[]): Promise<Ended> =>
  mlPipeline(["--cluster-token=env:TEST_TOKEN", ...args], {
    ML_PIPELINE_HOST_PORTS: [staging.port, production.port].join(","),
    TEST_TOKEN: TOKEN,
  });
const inputs = (): string[] => [`--source=${project.source}`, `--data=${project.data}`];
const address = (): string => `--address=${registry.address}/tiny`;
const release = (tag: string, ...more: readonly string[]): Promise<Ended> =>
  called("release", `--tag=${tag}`, ...inputs(), address(), ...more);
const asked = (): string => `--requests=${requests}`;

it("needs something to ask both, and says so before it begins", async () => {
  const { exitCode, stderr } = await release("v1.0.0");
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(
    /A canary of deploy\.production asks both images, and nothing says what: give --requests=FILE/,
  );
  expect((await fetch(`http://${registry.address}/v2/tiny/tags/list`)).status).toBe(404);
}, 300_000);

it("goes to production by a canary that is as production is", async () => {
  const planned = await release("v1.0.0", asked(), "--dry-run");
  expect(planned.exitCode, planned.stderr).toBe(0);
  expect(planned.stdout).toMatch(
    /✓ deploy production: would change first a canary: 50 % of the pods beside as many fresh/,
  );
  const released = await release("v1.0.0", asked());
  expect(released.exitCode, released.stderr).toBe(0);
  expect(released.stdout).toMatch(/✓ deploy production: production runs it after /);
  expect(production.cluster.image()).toContain("/tiny:v1.0.0@sha256:");
}, 600_000);

it("fails by one that takes a third longer, with the number and its limit, and leaves production as it was", async () => {
  const before = production.cluster.image();
  const { exitCode, stderr } = await release("v1.1.0", asked());
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/Pipeline failed: deploy production\. .*tiny:v1\.1\.0@sha256:\w+ was pushed before/);
  expect(stderr).toMatch(
    /✗ deploy production: .*the canary was taken back .* longer answers than production's: [23]\d(\.\d)? % \[.*\], limit 20 % \(deploy\.production\.canary\.max-slowdown\), after \d+ requests/,
  );
  expect(production.cluster.image()).toBe(before);
  expect(production.cluster.deployments()).toHaveLength(1);
}, 600_000);

it("waits for a person where too little was shown, who lets it go on", async () => {
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
    /^ml-pipeline --cluster-token=env:\S+ promote --from=staging --to=production --approve-image=\S+ --approve=errors.* --requests=/,
  );
  // A busy machine may leave another check open the second time.
  const approvals = next.split(" ").filter((word) => word.startsWith("--approve"));
  const promoted = await promote(...new Set([...approvals, "--approve=slowdown", "--approve=slow"]));
  expect(promoted.exitCode, promoted.stderr).toBe(0);
  expect(production.cluster.image()).toContain("/tiny:v1.2.0@sha256:");
}, 900_000);

it("fails a run whose pods end again and again, which goes back, and its record says so", async () => {
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
}, 600_000);

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { APPROVAL_TYPE } from "../../src/model/signed-approval.ts";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import { KubernetesDouble, TOKEN } from "../support/api-server/server.ts";
import { cosign, judgedByCosign } from "../support/cosign.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

/* What is for a person to decide goes to production by what that person signed, and what needs nobody by what the run signed. */

const OLD = `registry.example/team/old@sha256:${"0123456789abcdef".repeat(4)}`;

let project: TestProject;
let registry: TestRegistry;
let staging: KubernetesDouble;
let production: KubernetesDouble;
const at = (name: string): string => join(project.out, "..", name);
beforeAll(async () => {
  project = await tinyProject();
  registry = await startRegistry();
  const options = { image: OLD, answer: { predictions: ["no"] } };
  [staging, production] = await Promise.all([
    new KubernetesDouble(options).start(),
    new KubernetesDouble(options).start(),
  ]);
  const pairs = { judge: ed25519(), reviewer: ecdsa(), stranger: ed25519() };
  for (const [name, { secret, open }] of Object.entries(pairs)) {
    await writeFile(at(`${name}.pem`), secret);
    await writeFile(at(`${name}.pub`), open);
  }
  const table = (name: string, { port }: KubernetesDouble) =>
    `[tool.ml-pipeline.deploy.${name}]\nserver = "http://127.0.0.1:${port}"\ndeployment = "model"\ntimeout = 120\n\n`;
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    `${table("staging", staging)}${table("production", production)}[tool.ml-pipeline.approval]\nneeds-gain = false\nrequire-signature = true\n\n[tool.ruff]`,
  );
}, ENVIRONMENT_MS);
afterAll(async () => {
  await Promise.all([staging.close(), production.close(), registry.close()]);
  await project.remove();
});

const called = (...args: readonly string[]): Promise<Ended> =>
  mlPipeline(["--cluster-token=env:TEST_TOKEN", ...args], {
    ML_PIPELINE_HOST_PORTS: [staging.port, production.port].join(","),
    TEST_TOKEN: TOKEN,
  });
const signing = (name: string): string => `--signing-key=file:${at(`${name}.pem`)}`;
const believing = (): string[] => [`--verification-key=${at("judge.pub")}`, `--approval-key=${at("reviewer.pub")}`];
const source = (): string => `--source=${project.source}`;
const run = (tag: string, ...more: readonly string[]): Promise<Ended> =>
  called(
    ...[signing("judge"), ...believing(), "run", `--tag=${tag}`, source(), `--data=${project.data}`],
    ...[`--address=${registry.address}/tiny`, ...more],
  );
const promote = (...more: readonly string[]): Promise<Ended> =>
  called(...believing(), "promote", source(), "--from=staging", "--to=production", ...more);
const approve = (keys: readonly string[], ...more: readonly string[]): Promise<Ended> =>
  called(...keys, "approve", source(), `--image=${image}`, "--by=release-team", ...more);
const refusal = async (ended: Promise<Ended>): Promise<string> => {
  const { exitCode, stdout, stderr } = await ended;
  expect(exitCode, stdout).not.toBe(0);
  expect(stderr).not.toMatch(/Traceback|\n +at /);
  return stderr;
};

let image = "";

it("waits for a signature, which no flag and no annotation takes the place of", async () => {
  const released = await run("v1.0.0", "model", "export", `--path=${at("accepted")}`);
  expect(released.exitCode, released.stderr).toBe(0);
  image = staging.cluster.image();
  expect(image).toContain("/tiny:v1.0.0@sha256:");
  const asks =
    /for a person.*: there is no accepted model to compare with; approval\.require-signature asks for a signed approval, and nobody has approved it for production/;
  expect(await refusal(promote(`--approve-image=${image}`))).toMatch(asks);
  expect(
    await refusal(called(...believing(), "deploy", source(), `--image=${image}`, "--environment=production")),
  ).toMatch(asks);

  const note = (double: KubernetesDouble, name: string, value: string) =>
    double.cluster.patch([{ op: "add", path: `/metadata/annotations/ml-pipeline~1${name}`, value }]);
  for (const [name, value] of [
    ["approval", "none"],
    ["compared-with", "sha256:0"],
  ] as const)
    note(staging, name, value);
  for (const [name, value] of [
    ["image", OLD],
    ["model", "sha256:0"],
  ] as const)
    note(production, name, value);
  expect(await refusal(promote())).toMatch(asks);
  expect(production.cluster.image()).toBe(OLD);
}, 900_000);

it("is not approved by who judges, by a stranger, or for elsewhere", async () => {
  const [judged, reviewers] = [`--verification-key=${at("judge.pub")}`, `--approval-key=${at("reviewer.pub")}`];
  const there = "--environment=production";
  expect(await refusal(approve([signing("judge"), judged], there))).toMatch(/who judges does not approve/);
  expect(await refusal(approve([signing("stranger"), judged, reviewers], there))).toMatch(
    /is none of those of --approval-key: its approval would not count/,
  );
  expect(await refusal(approve([signing("reviewer"), judged], "--environment=productoin"))).toMatch(
    /did you mean deploy\.production|did you mean production/,
  );
  expect(await refusal(approve([signing("reviewer")], there))).toMatch(/give --verification-key/);
  for (const [keys, environment] of [
    [[signing("stranger"), judged], there],
    [[signing("reviewer"), judged, reviewers], "--environment=staging"],
  ] as const) {
    const { exitCode, stderr } = await approve(keys, environment);
    expect(exitCode, stderr).toBe(0);
  }
  const said = await refusal(promote());
  expect(said).toMatch(/the approval sha256:\w+ has no signature of a key of --approval-key/);
  expect(said).toMatch(/the approval sha256:\w+ by release-team is for staging/);
  expect(production.cluster.image()).toBe(OLD);
}, 600_000);

it("goes on by what a person signed, once, and that is seen", async () => {
  const keys = [signing("reviewer"), ...believing()];
  const flags = ["--environment=production", "--note=TICKET-7"];
  const planned = await approve(keys, ...flags, "--dry-run");
  expect(planned.stdout).toMatch(/^would approve .* for production by release-team, signed by key \w{16}\n/);
  expect(await refusal(promote())).toMatch(/is for staging/);
  const approved = await approve(keys, ...flags);
  expect(approved.exitCode, approved.stderr).toBe(0);
  expect(approved.stdout).toMatch(
    /^approved .*\n +verdict +passed, .*\n +change +no accepted model .*: for a person to decide/,
  );
  expect((await approve(keys, ...flags)).stdout).toMatch(/is approved for production already, by release-team/);

  const seen = await called(...believing(), "verify", `--image=${image}`);
  expect(seen.exitCode, seen.stderr).toBe(0);
  expect(seen.stdout).toMatch(/change +no accepted model to compare with: for a person to decide/);
  expect(seen.stdout).toMatch(
    /approval +production: approved by release-team at \S+ \(TICKET-7\), signed by key \w{16}\n/,
  );
  expect(seen.stdout).toMatch(
    /approval +production: approved by release-team at \S+, signed by no key of --approval-key/,
  );

  const promoted = await promote();
  expect(promoted.exitCode, promoted.stderr).toBe(0);
  expect(production.cluster.image()).toBe(image);
  const status = await called("status", source(), "--environment=production");
  expect(status.stdout).toMatch(/cause +ml-pipeline promote .* from staging, approved by release-team \(key \w{16}\)/);
}, 600_000);

it("is read by cosign with the key of who approved", async (test) => {
  const program = await cosign();
  if (program === undefined) return test.skip("there is no cosign: ML_PIPELINE_TEST_COSIGN names one, or says build");
  const name = image.replace(/:v[^@]*@/, "@");
  const read = await judgedByCosign(program, name, at("reviewer.pub"), APPROVAL_TYPE);
  expect(read.accepted, read.said).toBe(true);
  expect((await judgedByCosign(program, name, at("judge.pub"), APPROVAL_TYPE)).accepted).toBe(false);
}, 300_000);

it("needs nobody where the run signed that the data alone changed, since the model that runs", async () => {
  await writeFile(join(project.data, "rows.csv"), dataRows(1300));
  const report = at("report");
  const released = await run("v1.1.0", `--baseline=${at("accepted")}`, "report", "export", `--path=${report}`);
  expect(released.exitCode, released.stderr).toBe(0);
  expect(await readFile(join(report, "outputs.env"), "utf8")).toMatch(
    /^APPROVAL=none\nCHANGE=data$.*^DEPLOYED=staging,production$/ms,
  );
  expect(production.cluster.image()).toContain("/tiny:v1.1.0@sha256:");
}, 600_000);

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { attestation } from "../../src/evidence/attestation.ts";
import { signerOf } from "../../src/evidence/keys.ts";
import { statement } from "../../src/evidence/statement.ts";
import { approvalStatement } from "../../src/model/signed-approval.ts";
import { openRepository, type Repository } from "../../src/registry/connection.ts";
import { getManifest } from "../../src/registry/content.ts";
import { parseReference } from "../../src/registry/reference.ts";
import { attach } from "../../src/registry/referrers.ts";
import { attest } from "../../src/stages/attest.ts";
import { imageFacts } from "../src/evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import { KubernetesDouble } from "../support/api-server/server.ts";
import { type OciRegistry, startOciRegistry } from "../support/oci-registry.ts";
import { pushTinyImage } from "../support/push-image.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

/* A withdrawal ends an approval that the clock of its machine dated years ahead, until somebody approves anew. */

const OLD = `registry.example/team/old@sha256:${"0123456789abcdef".repeat(4)}`;

let folder: string;
let registry: OciRegistry;
let production: KubernetesDouble;
let image: string;
const at = (name: string): string => join(folder, name);
const user = { username: "someone", password: "s3cret-of-the-registry" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "withdraw-"));
  registry = await startOciRegistry({ referrers: false, user });
  production = await new KubernetesDouble({ image: OLD }).start();
  const pairs = { judge: ed25519(), reviewer: ecdsa(), second: ed25519() };
  for (const [name, { secret, open }] of Object.entries(pairs)) {
    await writeFile(at(`${name}.pem`), secret);
    await writeFile(at(`${name}.pub`), open);
  }
  await writeFile(at("approvers.pub"), pairs.reviewer.open + pairs.second.open);
  await writeFile(
    at("ml-pipeline.toml"),
    '[approval]\nrequire-signature = true\nvalid-hours = 1\n[deploy.production]\ndeployment = "model"\ntimeout = 60\n',
  );
  const name = `${registry.address}/team/model`;
  const repository: Repository = await openRepository(parseReference(name, "--image"), user, "pull,push");
  const pushed = await pushTinyImage(repository);
  image = `${name}@${pushed.digest}`;
  const facts = { ...imageFacts, approval: { required: true, change: ["code"] } };
  const access = { username: user.username, password: { plaintext: async () => user.password } as never };
  await attest({ published: image, facts, signer: signerOf(pairs.judge.secret), ...access, hosts: [registry.address] });
  const decision = { decision: "approved", environment: "production", by: "release-team", replaces: [] } as const;
  const content = approvalStatement(
    { name, sha256: pushed.digest },
    { ...decision, note: undefined, verdict: undefined },
    new Date("2136-11-30T00:00:00Z"),
  );
  await attach(repository, pushed, [attestation(content, signerOf(pairs.reviewer.secret))]);
}, 60_000);
afterAll(async () => {
  await Promise.all([registry.close(), production.close(), rm(folder, { recursive: true })]);
});

const called = (...args: readonly string[]): Promise<Ended> =>
  mlPipeline(
    [
      ...[`--registry-user=${user.username}`, "--registry-password=env:TEST_PASSWORD", "--kubeconfig=env:TEST_CLUSTER"],
      ...[`--verification-key=${at("judge.pub")}`, `--approval-key=${at("approvers.pub")}`, ...args],
    ],
    {
      ...{ TEST_PASSWORD: user.password, TEST_CLUSTER: production.kubeconfig() },
      ML_PIPELINE_HOST_PORTS: String(production.port),
    },
  );
const inputs = (): string[] => [`--source=${folder}`, `--image=${image}`, "--environment=production"];
const approve = (key: string, ...more: readonly string[]): Promise<Ended> =>
  called(`--signing-key=file:${at(`${key}.pem`)}`, "approve", ...inputs(), `--by=${key}`, ...more);

it("counts for nothing while it is ahead, and is withdrawn by whoever may", async () => {
  const early = await called("deploy", ...inputs());
  expect(early.exitCode).not.toBe(0);
  expect(early.stderr).toMatch(/the approval of release-team is dated 2136-\S+, and the clock here says/);
  const { exitCode, stdout, stderr } = await approve("second", "--withdraw");
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^second withdrew the approval of .* for production, of which none counted;/);
  const refused = await called("deploy", ...inputs());
  expect(refused.stderr).toMatch(/second withdrew the approval at /);
  expect(production.cluster.image()).toBe(OLD);
}, 300_000);

it("counts again when somebody approves it who has seen that, and the list says what took whose place", async () => {
  const approved = await approve("reviewer");
  expect(approved.exitCode, approved.stderr).toBe(0);
  const seen = await called("verify", `--image=${image}`);
  expect(seen.stdout).toMatch(
    /signed by key \w{16}, a later one takes its place: production withdrawn at \S+ by second\n/,
  );
  expect(seen.stdout).toMatch(/signed by key \w{16}: production approved at \S+ by reviewer\n/);
  const renewed = await approve("reviewer");
  expect(renewed.stdout, renewed.stderr).toMatch(
    /^renewed the approval of .* by reviewer, signed .*, which was of \S+\n/,
  );
  const deployed = await called("deploy", ...inputs());
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  expect(production.cluster.image()).toBe(image);
}, 300_000);

it("is refused beside what only another version can read, and nothing is attached", async () => {
  const reference = parseReference(image, "--image");
  const repository = await openRepository(reference, user, "pull,push");
  const { descriptor } = await getManifest(repository, reference.digest ?? "");
  const type = "urn:ml-pipeline:approval:v2";
  const newer = statement({ name: "model", sha256: descriptor.digest }, type, { decision: "withdrawn" });
  await attach(repository, descriptor, [attestation(newer, signerOf(await readFile(at("second.pem"), "utf8")))]);
  const before = registry.content.size;
  const unknown = /the approval sha256:\w+ is of a form that this version of ml-pipeline does not know \(urn:ml-pipe/;
  production.cluster.setImage(OLD);
  for (const refused of [approve("reviewer"), called("deploy", ...inputs())]) {
    const { exitCode, stderr } = await refused;
    expect(stderr).toMatch(unknown);
    expect(exitCode).not.toBe(0);
  }
  expect(production.cluster.image()).toBe(OLD);
  expect(registry.content.size).toBe(before);
}, 300_000);

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statementOf } from "../../src/evidence/statement.ts";
import { PROVENANCE_TYPE } from "../../src/model/provenance.ts";
import { RESULT_TYPE, VERDICT_TYPE } from "../../src/model/verdict.ts";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import { cosign, judgedByCosign } from "../support/cosign.ts";
import { startRegistry, type TestRegistry, testUser } from "../support/registry.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* What is known of an image goes with it, in a registry that lacks the referrers' API, as most do that a team runs itself. */

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

let registry: TestRegistry;
let project: TestProject;
let image: string;
let digest: string;
const at = (name: string): string => join(project.out, "..", name);
const access = [`--registry-user=${testUser.username}`, "--registry-password=env:TEST_REGISTRY_PASSWORD"];
const call = (...args: string[]): Promise<Ended> =>
  mlPipeline([...access, ...args], { TEST_REGISTRY_PASSWORD: testUser.password });
const publish = (runId: string, ...keys: string[]): Promise<Ended> =>
  call(
    ...[...keys, "run", `--source=${project.source}`, `--data=${project.data}`, `--commit=${COMMIT}`],
    ...[`--address=${registry.address}/tiny:v1`, `--run-id=${runId}`, "assert"],
  );

beforeAll(async () => {
  registry = await startRegistry({ htpasswd: testUser.htpasswd });
  project = await tinyProject();
  const [pair, other] = [ecdsa(), ed25519()];
  await writeFile(at("key.pem"), pair.secret);
  await writeFile(at("key.pub"), pair.open);
  await writeFile(at("other.pub"), other.open);
}, 60_000);
afterAll(async () => {
  await project.remove();
  await registry.close();
});

/** Content of the registry, by its name in there. */
const fetched = (path: string): Promise<Response> =>
  fetch(`http://${registry.address}/v2/tiny/${path}`, {
    headers: {
      accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json",
      authorization: `Basic ${Buffer.from(`${testUser.username}:${testUser.password}`).toString("base64")}`,
    },
  });

interface Entry {
  readonly digest: string;
  readonly artifactType: string;
}

const attached = async (): Promise<Entry[]> => {
  const answer = await fetched(`manifests/${digest.replace(":", "-")}`);
  return answer.ok ? ((await answer.json()) as { manifests: Entry[] }).manifests : [];
};

describe("an image that is published", () => {
  it("says without a key who judged it, and that nobody signed", async () => {
    const ended = await publish("unsigned");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/✓ attest: attached the verdict, .*; not signed, since there is no --signing-key/);
    image = /Pipeline complete! Image: (\S+)/.exec(ended.stdout)?.[1] ?? "";
    digest = image.split("@")[1] ?? "";
    const verified = await call(`--verification-key=${at("key.pub")}`, "verify", `--image=${image}`);
    expect(verified.exitCode).not.toBe(0);
    expect(verified.stderr).toMatch(/its verdict sha256:\w+ is not signed, so anybody may have written it/);
  }, 300_000);

  it("carries what a key signed, once, however often it is published", async () => {
    const first = await publish("first", `--signing-key=file:${at("key.pem")}`);
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toContain(image);
    expect(first.stdout).toMatch(
      /✓ attest: attached the verdict, its summary, the SBOM of \d+ packages, the provenance; signed/,
    );
    const entries = await attached();
    expect(entries.map(({ artifactType }) => artifactType.replace(/.*\./, "")).sort()).toHaveLength(8);
    const again = await publish("again", `--signing-key=file:${at("key.pem")}`);
    expect(again.stdout).toMatch(/✓ attest: all was attached before; signed/);
    expect(await attached()).toEqual(entries);
  }, 300_000);

  it("is verified by who has the public key", async () => {
    const { exitCode, stdout, stderr } = await call(
      `--verification-key=${at("key.pub")}`,
      "verify",
      `--image=${image}`,
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^passed: signed by key [0-9a-f]{64} at /m);
    expect(stdout).toMatch(/✓ metrics: accuracy 0\.9\d+ /);
    expect(stdout).toMatch(/SBOM +\d+ packages/);
    expect(stdout).toContain(`commit ${COMMIT}`);
    const stranger = await call(`--verification-key=${at("other.pub")}`, "verify", `--image=${image}`);
    expect(stranger.exitCode).not.toBe(0);
    expect(stranger.stderr).toMatch(/has no signature of a trusted key/);
  }, 300_000);

  it("has packages of Python and of Debian in its SBOM, and the project's own", async () => {
    const statements = await Promise.all(
      (await attached()).map(async (entry) => {
        const manifest = (await (await fetched(`manifests/${entry.digest}`)).json()) as { layers: [Entry] };
        return statementOf(await (await fetched(`blobs/${manifest.layers[0].digest}`)).text());
      }),
    );
    const bom = statements.find((one) => one?.predicateType === "https://cyclonedx.org/bom")?.predicate;
    const purls = ((bom?.components ?? []) as { purl?: string }[]).map(({ purl = "" }) => purl.replace(/@.*/, ""));
    expect(purls).toEqual(expect.arrayContaining(["pkg:pypi/pip", "pkg:deb/debian/libc6"]));
    expect(new Set(purls.filter((purl) => purl !== "")).size).toBeGreaterThan(50);
  }, 300_000);
});

describe("cosign", () => {
  it("accepts what is signed, and refuses another key and a changed byte", async (test) => {
    const program = await cosign();
    if (program === undefined) return test.skip("there is no cosign: ML_PIPELINE_TEST_COSIGN names one, or says build");
    const open = await startRegistry();
    try {
      const ended = await mlPipeline([
        ...[`--signing-key=file:${at("key.pem")}`, "full-pipeline", `--source=${project.source}`],
        ...[`--data=${project.data}`, `--address=${open.address}/tiny:v1`],
      ]);
      expect(ended.exitCode, ended.stderr).toBe(0);
      const pushed = /Image: (\S+)/.exec(ended.stdout)?.[1]?.replace(":v1@", "@") ?? "";
      for (const type of [VERDICT_TYPE, RESULT_TYPE, PROVENANCE_TYPE, "cyclonedx"]) {
        const judged = await judgedByCosign(program, pushed, at("key.pub"), type);
        expect(judged.accepted, judged.said).toBe(true);
      }
      expect((await judgedByCosign(program, pushed, at("other.pub"), VERDICT_TYPE)).accepted).toBe(false);
      await changeBundles(open);
      expect((await judgedByCosign(program, pushed, at("key.pub"), VERDICT_TYPE)).accepted).toBe(false);
    } finally {
      await open.close();
    }
  }, 600_000);
});

/** Changes a byte of what is signed in each bundle, as whoever runs the registry could. */
async function changeBundles({ folder }: TestRegistry): Promise<void> {
  const { glob } = await import("node:fs/promises");
  let changed = 0;
  for await (const path of glob(join(folder, "data/docker/registry/v2/blobs/sha256/*/*/data"))) {
    const text = await readFile(path, "utf8");
    const signed = text.startsWith("{") ? text.replace(/"payload":"./, '"payload":"f') : text;
    if (signed === text) continue;
    await writeFile(path, signed);
    changed += 1;
  }
  expect(changed).toBe(4);
}

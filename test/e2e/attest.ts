import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { statementOf } from "../../src/evidence/statement.ts";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import { type TestRegistry, testUser } from "../support/registry.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";
import type { Step } from "./story.ts";

/* What is known of an image goes with it, in a registry that lacks the referrers' API, as most do that a team runs itself. */

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

interface Entry {
  readonly digest: string;
  readonly artifactType: string;
}

/** A project that is published by someone whom the registry may ask for a password, and two pairs of keys. */
export class AttestSite {
  readonly project: TestProject;
  readonly registry: TestRegistry;
  /** What is published. */
  image = "";

  constructor(of: Pick<AttestSite, "project" | "registry">) {
    this.project = of.project;
    this.registry = of.registry;
  }

  at = (name: string): string => join(this.project.out, "..", name);

  call = (...args: string[]): Promise<Ended> =>
    mlPipeline([`--registry-user=${testUser.username}`, "--registry-password=env:TEST_REGISTRY_PASSWORD", ...args], {
      TEST_REGISTRY_PASSWORD: testUser.password,
    });

  publish = (runId: string, ...keys: string[]): Promise<Ended> =>
    this.call(
      ...[...keys, "run", `--source=${this.project.source}`, `--data=${this.project.data}`, `--commit=${COMMIT}`],
      ...[`--address=${this.registry.address}/tiny:v1`, `--run-id=${runId}`, "assert"],
    );

  /** Content of the registry, by its name in there. */
  fetched = (path: string): Promise<Response> =>
    this.registry.ask(`tiny/${path}`, {
      headers: {
        accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json",
        authorization: `Basic ${Buffer.from(`${testUser.username}:${testUser.password}`).toString("base64")}`,
      },
    });

  attached = async (): Promise<Entry[]> => {
    const [, digest = ""] = this.image.split("@");
    const answer = await this.fetched(`manifests/${digest.replace(":", "-")}`);
    return answer.ok ? ((await answer.json()) as { manifests: Entry[] }).manifests : [];
  };

  remove = (): Promise<void> => this.project.remove();
}

export async function makeAttestSite(registry: TestRegistry): Promise<AttestSite> {
  const site = new AttestSite({ project: await tinyProject(), registry });
  const [pair, other] = [ecdsa(), ed25519()];
  await writeFile(site.at("key.pem"), pair.secret);
  await writeFile(site.at("key.pub"), pair.open);
  await writeFile(site.at("other.pub"), other.open);
  return site;
}

export const ATTEST_STORY: readonly Step<AttestSite>[] = [
  {
    name: "says without a key who judged it, and that nobody signed",
    run: async (site) => {
      const ended = await site.publish("unsigned");
      expect(ended.exitCode, ended.stderr).toBe(0);
      expect(ended.stdout).toMatch(/✓ attest: attached the verdict, .*; not signed, since there is no --signing-key/);
      site.image = /Pipeline complete! Image: (\S+)/.exec(ended.stdout)?.[1] ?? "";
      const verified = await site.call(`--verification-key=${site.at("key.pub")}`, "verify", `--image=${site.image}`);
      expect(verified.exitCode).not.toBe(0);
      expect(verified.stderr).toMatch(/its verdict sha256:\w+ is not signed, so anybody may have written it/);
    },
  },
  {
    name: "carries what a key signed, once, however often it is published",
    run: async ({ at, attached, image, publish }) => {
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
    },
  },
  {
    name: "is verified by who has the public key",
    run: async ({ at, call, image }) => {
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
    },
  },
  {
    name: "has packages of Python and of Debian in its SBOM, and the project's own",
    run: async ({ attached, fetched }) => {
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
    },
  },
];

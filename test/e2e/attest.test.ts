import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROVENANCE_TYPE } from "../../src/model/provenance.ts";
import { RESULT_TYPE, VERDICT_TYPE } from "../../src/model/verdict.ts";
import { cosign, judgedByCosign } from "../support/cosign.ts";
import { type OwnRegistry, startRegistry, type TestRegistry, testUser } from "../support/registry.ts";
import { ATTEST_STORY, type AttestSite, makeAttestSite } from "./attest.ts";
import { mlPipeline } from "./pipeline.ts";

let registry: TestRegistry;
let site: AttestSite;

beforeAll(async () => {
  registry = await startRegistry({ htpasswd: testUser.htpasswd });
  site = await makeAttestSite(registry);
}, 60_000);
afterAll(async () => {
  await site.remove();
  await registry.close();
});

describe("an image that is published", () => {
  it.each(ATTEST_STORY)("$name", ({ run }) => run(site), 300_000);
});

describe("cosign", () => {
  it("accepts what is signed, and refuses another key and a changed byte", async (test) => {
    const program = await cosign();
    if (program === undefined) return test.skip("there is no cosign: ML_PIPELINE_TEST_COSIGN names one, or says build");
    const { at, project } = site;
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
async function changeBundles({ folder }: OwnRegistry): Promise<void> {
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

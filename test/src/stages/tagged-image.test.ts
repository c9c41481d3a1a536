import { gzipSync } from "node:zlib";
import type { Container } from "@dagger.io/dagger";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attestation } from "../../../src/evidence/attestation.ts";
import { type Signer, signerOf } from "../../../src/evidence/keys.ts";
import { verdictStatements } from "../../../src/model/verdict.ts";
import { openRepository, type Repository } from "../../../src/registry/connection.ts";
import { getBlob, getManifest, manifestOf, putBlob, putManifest } from "../../../src/registry/content.ts";
import { imageContent } from "../../../src/registry/image-content.ts";
import { type Descriptor, descriptorOf, digestOf, MANIFEST_TYPE } from "../../../src/registry/oci.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { attach } from "../../../src/registry/referrers.ts";
import type { BuiltImage } from "../../../src/stages/build-image.ts";
import type { PublishInputs, RunInputs } from "../../../src/stages/definition.ts";
import { publish } from "../../../src/stages/publish.ts";
import { stage } from "../../../src/stages/stage.ts";
import { type OciRegistry, startOciRegistry } from "../../support/oci-registry.ts";
import { pushTinyImage } from "../../support/push-image.ts";
import { judgedManifest } from "../evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";

/* The push of a release, against a registry that answers: once, and never over another image. */

let registry: OciRegistry;
let repository: Repository;
const signer = signerOf(ed25519().secret);
const stranger = signerOf(ecdsa().secret);

beforeEach(async () => {
  registry = await startOciRegistry();
  repository = await openRepository(parseReference(`${registry.address}/model`, "--address"), undefined, "pull,push");
});
afterEach(() => registry.close());

const address = (): string => `${registry.address}/model:v1`;

const sign = async (image: Descriptor, by: Signer, model = judgedManifest.model): Promise<void> => {
  const [statement = ""] = verdictStatements(
    { name: "model", sha256: image.digest },
    { ...judgedManifest, model },
    new Date(),
  );
  await attach(repository, image, [attestation(statement, by)]);
};

/** Publishes an image with those labels; the pushes that were made of it. */
async function released(
  content: string,
  push: () => Promise<string> = async () => "never",
  trusted = [signer.trusted],
  to: Partial<PublishInputs> = { isRelease: true },
) {
  const pushes: string[] = [];
  const container = {
    label: async (name: string) => ({ ...judgedManifest })[name.replace("ml-pipeline.", "") as "model"] ?? "",
    publish: async (to: string) => {
      pushes.push(to);
      return push();
    },
  } as unknown as Container;
  const inputs = {
    context: { evidence: { trusted, trustWasGiven: true } },
    publish: { address: address(), ...to },
  } as unknown as RunInputs;
  const built = { id: "sha256:id", content, bytes: 1000, container } as BuiltImage;
  const { report, ...rest } = await stage(publish, () =>
    publish.run(inputs, { built, served: undefined, tested: undefined, covered: undefined }),
  );
  return { report, pushes, value: "value" in rest ? rest.value : undefined };
}

const PLAIN_LAYER = "application/vnd.oci.image.layer.v1.tar";
const GZIP_LAYER = `${PLAIN_LAYER}+gzip`;

interface Other {
  readonly layer: Buffer;
  readonly type: string;
  readonly configuration: (text: string) => string;
  readonly manifest: (text: string) => string;
}

/** Puts the tag on another image, as who can write to the registry may: the honest one with that changed. */
async function pushOther(
  honest: Descriptor,
  { layer = Buffer.from("layer"), type = PLAIN_LAYER, configuration = same, manifest = same }: Partial<Other>,
): Promise<void> {
  const found = manifestOf(await getManifest(repository, honest.digest));
  if (found === undefined) throw new Error("an image without a manifest");
  const text = (await getBlob(repository, found.config, "it")).toString();
  const config = Buffer.from(configuration(text));
  await putBlob(repository, config);
  await putBlob(repository, layer);
  const made = JSON.stringify({
    ...{ schemaVersion: 2, mediaType: MANIFEST_TYPE },
    config: descriptorOf(found.config.mediaType, config),
    layers: [descriptorOf(type, layer)],
  });
  await putManifest(repository, "v1", MANIFEST_TYPE, Buffer.from(manifest(made)));
}

const same = (text: string): string => text;

const contentOf = async (image: Descriptor): Promise<string> => {
  const config = manifestOf(await getManifest(repository, image.digest))?.config;
  if (config === undefined) throw new Error("an image without a configuration");
  return imageContent((await getBlob(repository, config, "it")).toString())?.content ?? "";
};

test("a new tag is pushed, and must stand for that image afterwards", async () => {
  const found = await released("sha256:ours", async () => `${address()}@${(await pushTinyImage(repository)).digest}`);
  expect(found.pushes).toEqual([address()]);
  expect(found.report).toMatchObject({ status: "passed", message: found.value?.reference });
  expect(found.value?.isOther).toBe(false);
});

test("another release that moves the tag at the same time is noticed", async () => {
  const found = await released("sha256:ours", async () => {
    await pushTinyImage(repository, "another layer");
    return `${address()}@sha256:${"0".repeat(64)}`;
  });
  expect(found.report).toMatchObject({ status: "failed" });
  expect(found.report.message).toMatch(/was moved to sha256:\w+ right after .* another release has the same tag/);
});

describe("a tag that is there", () => {
  test("is not pushed again for the very image", async () => {
    const image = await pushTinyImage(repository);
    const { report, pushes, value } = await released(await contentOf(image), undefined, []);
    expect(pushes).toEqual([]);
    expect(report.message).toBe(`${address()}@${image.digest} is there already`);
    expect(value).toEqual({ reference: `${address()}@${image.digest}`, isOther: false });
  });

  test("is not pushed again for the same image, built at another time", async () => {
    const first = await pushTinyImage(repository, "layer", "2026-01-01T00:00:00Z");
    const again = await pushTinyImage(repository, "layer", "2026-02-02T00:00:00Z");
    expect(again.digest).not.toBe(first.digest);
    const { report, pushes, value } = await released(await contentOf(first), undefined, []);
    expect(pushes).toEqual([]);
    expect(report.message).toBe(`${address()}@${again.digest} is there already`);
    expect(value?.isOther).toBe(false);
  });

  test.each<[string, Buffer, string, (text: string) => string]>([
    ["packed with gzip", gzipSync("layer"), GZIP_LAYER, (text) => text],
    ["not packed", Buffer.from("layer"), PLAIN_LAYER, (text) => text],
  ])("is the very image where its layer is %s", async (_how, layer, type, manifest) => {
    const honest = await pushTinyImage(repository);
    await pushOther(honest, { layer, type, manifest });
    const { report, value } = await released(await contentOf(honest), undefined, []);
    expect(report).toMatchObject({ status: "passed", message: expect.stringMatching(/ is there already$/) });
    expect(value?.isOther).toBe(false);
  });

  test.each<[string, Partial<Other>]>([
    ["has another layer", { layer: Buffer.from("evil") }],
    ["has another layer that is packed", { layer: gzipSync("evil"), type: GZIP_LAYER }],
    ["has a layer with more in it than the whole image", { layer: gzipSync(Buffer.alloc(1e6)), type: GZIP_LAYER }],
    ["has a layer that is cut off", { layer: gzipSync("layer").subarray(0, 12), type: GZIP_LAYER }],
    ["has a layer that is packed otherwise", { type: "application/vnd.oci.image.layer.v1.tar+zstd" }],
    ["has one layer more", { manifest: (text) => text.replace(/"layers":\[(.*?)\]/, '"layers":[$1,$1]') }],
    ["has layers for other readers", { manifest: (text) => text.replace(/\}$/, ',"Layers":[]}') }],
    ["has its layers twice", { manifest: (text) => text.replace('"layers"', '"layers":[],"layers"') }],
    ["is a list of images as well", { manifest: (text) => text.replace(/\}$/, ',"manifests":[]}') }],
    ["runs another program", { configuration: (text) => text.replace(/\}$/, ',"Config":{"Entrypoint":["sh"]}}') }],
    ["says twice what it runs", { configuration: (text) => text.replace('"os"', '"os":"plan9","os"') }],
  ])("is another image where it %s, and nothing of it is signed", async (_how, other) => {
    const honest = await pushTinyImage(repository);
    await pushOther(honest, other);
    const { report, pushes, value } = await released(await contentOf(honest), undefined, [signer.trusted]);
    expect([pushes, value]).toEqual([[], undefined]);
    expect(report).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/stands for another image already/),
    });
  });

  test("is not read as a whole where a trusted key has signed a verdict on it", async () => {
    const image = await pushTinyImage(repository);
    const content = await contentOf(image);
    const layer = `blobs/${digestOf(Buffer.from("layer"))}`;
    const reads = () => registry.requests.filter((line) => line.startsWith("GET") && line.includes(layer)).length;
    await released(content);
    expect(reads()).toBe(1);
    await sign(image, signer);
    expect((await released(content)).value?.isOther).toBe(false);
    expect(reads()).toBe(1);
  });

  test("is not pushed again for another build of the same model, as a trusted key signed it", async () => {
    const image = await pushTinyImage(repository);
    await sign(image, signer);
    const { report, pushes, value } = await released("sha256:rebuilt");
    expect(pushes).toEqual([]);
    expect(report.message).toMatch(/is there already, built before from the same source, data and model$/);
    expect(value?.isOther).toBe(true);
  });

  test.each<[string, (image: Descriptor) => Promise<void>, RegExp]>([
    ["nothing is attached", async () => {}, /nothing that a trusted key signed says that it has the same model/],
    ["somebody else signed", (image) => sign(image, stranger), /nothing that a trusted key signed/],
    ["another model was signed", (image) => sign(image, signer, "sha256:other"), /it has another model\./],
  ])("is refused where %s", async (_what, make, words) => {
    const image = await pushTinyImage(repository);
    await make(image);
    const { report, pushes } = await released("sha256:rebuilt");
    expect(pushes).toEqual([]);
    expect(report.status).toBe("failed");
    expect(report.message).toMatch(
      /stands for another image already, sha256:\w{64}: .* A release's tag is never moved/,
    );
    expect(report.message).toMatch(words);
  });
});

describe("a dry run", () => {
  const planned = (id: string, isRelease: boolean) => released(id, undefined, [], { isRelease, dryRun: true });

  test.each([true, false])(
    "says what a new tag would stand for, and pushes nothing (release: %s)",
    async (isRelease) => {
      const { report, pushes, value } = await planned("sha256:ours", isRelease);
      expect([pushes, value]).toEqual([[], undefined]);
      expect(report).toMatchObject({
        status: "skipped",
        message: `would push ${address()}, which stands for nothing yet; image ID sha256:id`,
      });
    },
  );

  test("says which image a tag stands for that is no release's, and fails on one that is", async () => {
    const image = await pushTinyImage(repository);
    expect((await planned("sha256:ours", false)).report.message).toContain(
      `which stands for another image now, ${image.digest}`,
    );
    expect((await planned(await contentOf(image), false)).report.message).toContain(
      `which stands for the same image already, ${image.digest}`,
    );
    expect((await planned("sha256:ours", true)).report).toMatchObject({ status: "failed" });
  });

  test("warns where the registry tells it nothing, since it may tell the engine more", async () => {
    await registry.close();
    const { report } = await planned("sha256:ours", false);
    expect(report).toMatchObject({ status: "skipped", warnings: [expect.stringContaining("does not answer")] });
  });
});

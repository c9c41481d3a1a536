import { expect, test } from "vitest";
import {
  artifactManifest,
  type Descriptor,
  descriptorOf,
  digestInTag,
  INDEX_TYPE,
  MANIFEST_TYPE,
  ownTagOf,
  tagOf,
  withEntries,
} from "../../../src/registry/oci.ts";

const subject: Descriptor = { mediaType: MANIFEST_TYPE, digest: `sha256:${"a".repeat(64)}`, size: 500 };
const artifact = { type: "application/x", content: Buffer.from("content"), annotations: { a: "b" } };

test("an attached file has a manifest that names the image, and equal files have equal ones", () => {
  const manifest = artifactManifest(artifact, { ...subject, annotations: { of: "the image" } });
  expect(JSON.parse(manifest.toString())).toEqual({
    ...{ schemaVersion: 2, mediaType: MANIFEST_TYPE, artifactType: "application/x" },
    config: {
      mediaType: "application/vnd.oci.empty.v1+json",
      digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
      size: 2,
    },
    layers: [descriptorOf("application/x", artifact.content)],
    subject,
    annotations: { a: "b" },
  });
  expect(artifactManifest({ ...artifact }, subject)).toEqual(manifest);
});

test("an index gets entries that it lacks, and keeps those that it has", () => {
  const [one, two] = ["1", "2"].map((text) => descriptorOf(MANIFEST_TYPE, Buffer.from(text))) as [
    Descriptor,
    Descriptor,
  ];
  const indexOf = (text: Buffer): unknown => JSON.parse(text.toString());
  expect(indexOf(withEntries(undefined, [one]))).toEqual({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [one] });
  expect(indexOf(withEntries({ manifests: [one] }, [one, two]))).toMatchObject({ manifests: [one, two] });
});

test("the index has the tag that is made of the digest", () => expect(tagOf("sha256:ab")).toBe("sha256-ab"));

test("each attached file has a tag of its own, which tells its digest", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const tag = ownTagOf(subject.digest, digest);
  expect(tag).toMatch(/^sha256-a{64}[.][0-9a-f]{48}$/);
  expect(tag.length).toBeLessThanOrEqual(128);
  expect(digest.startsWith(digestInTag(subject.digest, tag) ?? "no")).toBe(true);
  for (const other of [tagOf(subject.digest), `${tagOf(subject.digest)}.att`, "v1.0.0", ownTagOf(digest, digest)]) {
    expect(digestInTag(subject.digest, other)).toBeUndefined();
  }
});

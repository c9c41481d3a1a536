import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { imageByDigest, requireThere } from "../../../src/functions/image-by-digest.ts";
import { openRepository, type Repository } from "../../../src/registry/connection.ts";
import { getManifest, manifestOf } from "../../../src/registry/content.ts";
import { impliedHub, parseReference } from "../../../src/registry/reference.ts";
import { type OciRegistry, startOciRegistry } from "../../support/oci-registry.ts";
import { pushTinyImage } from "../../support/push-image.ts";

/* What is said of an image that is named by a tag or by its ID, with what its registry knows. */

let registry: OciRegistry;
let repository: Repository;
let digest: string;
beforeEach(async () => {
  registry = await startOciRegistry();
  repository = await openRepository(parseReference(`${registry.address}/model`, "--image"), undefined, "pull,push");
  ({ digest } = await pushTinyImage(repository));
});
afterEach(() => registry.close());

const named = (rest: string): string => `${registry.address}/model${rest}`;
const NONE = `sha256:${"0".repeat(64)}`;

describe("a tag in place of a digest", () => {
  test("is refused with the digest that it stands for now", async () => {
    await expect(imageByDigest({}, named(":v1"), "--approve-image")).rejects.toThrow(
      `--approve-image=${named(":v1")}: expected NAME@sha256:…`,
    );
    await expect(imageByDigest({}, named(":v1"))).rejects.toThrow(
      `${named(":v1")} stands for this image now: ${named(":v1")}@${digest}`,
    );
  });

  test("is refused where there is none, where nobody answers, and where it is no name", async () => {
    await expect(imageByDigest({}, named(""))).rejects.toThrow(`The registry has no ${named("")}:latest.`);
    await expect(imageByDigest({}, "localhost:1/model:v1")).rejects.toThrow(/tomorrow\.$/m);
    await expect(imageByDigest({}, "$(x)")).rejects.toThrow(/tomorrow\.$/m);
  });

  test("is no question for a digest", async () => {
    const before = registry.requests.length;
    expect(await imageByDigest({}, named(`:v1@${NONE}`))).toBe(named(`:v1@${NONE}`));
    expect(registry.requests).toHaveLength(before);
  });
});

describe("what a dry run would let run", () => {
  test("is there, or is refused", async () => {
    expect(await requireThere({}, named(`:v1@${digest}`))).toBeUndefined();
    await expect(requireThere({}, named(`:v1@${NONE}`))).rejects.toThrow(
      new RegExp(`could not be pulled: .* has no manifest ${NONE} of `),
    );
  });

  test("may have been set by its tag", async () => {
    expect(await requireThere({}, named(":v1"))).toBeUndefined();
    await expect(requireThere({}, named(""))).rejects.toThrow("has no manifest latest of ");
  });

  test("is said not to be known where nobody answers", async () => {
    expect(await requireThere({}, `localhost:1/model@${NONE}`)).toMatch(
      /^whether the registry has the image is not known: localhost:1 does not answer/,
    );
  });

  test("is no image ID, by which nobody can pull", async () => {
    const id = manifestOf(await getManifest(repository, digest))?.config.digest ?? "";
    const blob = registry.content.get(id);
    // Registries keep manifests and blobs apart.
    repository = await openRepository(parseReference(named(""), "--image"), undefined, "pull");
    expect(blob).toBeDefined();
    const missing = { ...repository, ask: asking(repository, id) };
    await expect(getManifest(missing, id)).rejects.toThrow(/is not an image but a part of one, as an image ID is/);
  });
});

/** A registry that has an ID as a blob, and answers as Debian's does where a manifest of that is asked for. */
const asking =
  ({ ask }: Repository, id: string): Repository["ask"] =>
  async (path, request) =>
    path === `manifests/${id}` ? new Response("", { status: 500 }) : ask(path, request);

test.each([
  ["census", "; census names no registry, so Docker Hub was asked: for another one give REGISTRY/census"],
  [
    "team/census:v1",
    "; team/census names no registry, so Docker Hub was asked: for another one give REGISTRY/team/census",
  ],
  ["docker.io/team/census", ""],
  ["registry.example/census", ""],
  ["localhost/census", ""],
])("%s: a registry that nobody named is told", (name, words) => {
  expect(impliedHub(parseReference(name, "--image"))).toBe(words);
});

import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { openRepository, type Repository, WITHHELD } from "../../../src/registry/connection.ts";
import { checkImage, getManifest, manifestOf, putManifest } from "../../../src/registry/content.ts";
import {
  type Descriptor,
  descriptorOf,
  digestOf,
  INDEX_TYPE,
  MANIFEST_TYPE,
  tagOf,
  withEntries,
} from "../../../src/registry/oci.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { attach, attachedTo } from "../../../src/registry/referrers.ts";
import { type OciRegistry, startOciRegistry } from "../../support/oci-registry.ts";
import { pushTinyImage } from "../../support/push-image.ts";

let registry: OciRegistry;
let server: Server | undefined;
afterEach(async () => {
  await registry?.close();
  server?.close();
});

const user = { username: "someone", password: "s3cret" };
const TYPE = "application/x-test";
const artifact = (text: string, type = TYPE) => ({ type, content: Buffer.from(text), annotations: { is: text } });

const open = (credentials?: typeof user): Promise<Repository> =>
  openRepository(parseReference(`${registry.address}/team/model`, "--image"), credentials, "pull,push");

const contents = async (repository: Repository, { digest }: Descriptor): Promise<string[]> =>
  (await attachedTo(repository, digest, [TYPE])).map(({ content }) => content.toString()).sort();

describe.each([
  ["with the referrers' API", true],
  ["without it, by the tag of the digest", false],
])("a registry %s", (_what, referrers) => {
  test("keeps what is attached to an image, and finds it by its type", async () => {
    registry = await startOciRegistry({ referrers, pageSize: 2 });
    const repository = await open();
    const image = await pushTinyImage(repository);
    expect(await contents(repository, image)).toEqual([]);
    await attach(
      repository,
      image,
      ["one", "two", "three"].map((text) => artifact(text)),
    );
    await attach(repository, image, [artifact("four"), artifact("other", "application/y")]);
    await attach(repository, image, [artifact("one")]);
    expect(await contents(repository, image)).toEqual(["four", "one", "three", "two"]);
    expect(registry.tags.has(tagOf(image.digest))).toBe(!referrers);
    await expect(checkImage(repository, image.digest)).resolves.toBeUndefined();
  });

  test("gives nothing that is attached to another image, and does not pass over what is gone", async () => {
    registry = await startOciRegistry({ referrers });
    const repository = await open();
    const image = await pushTinyImage(repository);
    await attach(repository, image, [artifact("one"), artifact("two"), artifact("other", "application/y")]);
    expect(await attachedTo(repository, `sha256:${"0".repeat(64)}`, [TYPE])).toEqual([]);
    const [digest = ""] = (await attachedTo(repository, image.digest, [TYPE])).map((one) => one.digest);
    registry.content.delete(digest);
    await expect(contents(repository, image)).rejects.toThrow(
      `${registry.address} lists the attestation ${digest} of ${image.digest}, and does not give it`,
    );
  });
});

test("what one writer takes out of the index of another is found all the same, and put back by the next", async () => {
  registry = await startOciRegistry({ referrers: false });
  const repository = await open();
  const image = await pushTinyImage(repository);
  await attach(repository, image, [artifact("before")]);
  const tag = tagOf(image.digest);
  const listed = (): Buffer | undefined => registry.content.get(registry.tags.get(tag) ?? "")?.bytes;
  let reached = (): void => {};
  const isHeld = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let release = (): void => {};
  const isFree = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: Repository = {
    ...repository,
    ask: async (path, request) => {
      if (request?.method === "PUT" && path === `manifests/${tag}`) {
        reached();
        await isFree;
      }
      return repository.ask(path, request);
    },
  };
  const other = attach(slow, image, [artifact("slow")]);
  await isHeld;
  await attach(repository, image, [artifact("fast")]);
  release();
  await other;
  expect(listed()?.toString()).toContain('"is":"fast"');
  expect(await contents(repository, image)).toEqual(["before", "fast", "slow"]);

  const unaware = withEntries(undefined, []);
  await putManifest(repository, tag, INDEX_TYPE, unaware);
  expect(await contents(repository, image)).toEqual(["before", "fast", "slow"]);
  await attach(repository, image, [artifact("next")]);
  for (const text of ["before", "fast", "slow", "next"]) expect(listed()?.toString()).toContain(`"is":"${text}"`);
  registry.tags.clear();
  expect(await contents(repository, image)).toEqual([]);
});

test("what an index calls something else is what its own manifest says", async () => {
  registry = await startOciRegistry({ referrers: false });
  const repository = await open();
  const image = await pushTinyImage(repository);
  await attach(repository, image, [artifact("approved"), artifact("withdrawn"), artifact("other", "application/y")]);
  const index = registry.content.get(registry.tags.get(tagOf(image.digest)) ?? "")?.bytes.toString() ?? "";
  for (const artifactType of ["application/y", "", undefined]) {
    const { manifests } = JSON.parse(index);
    const told = manifests.map((one: object) => ({ ...one, artifactType, annotations: {} }));
    const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: told }));
    await putManifest(repository, tagOf(image.digest), INDEX_TYPE, content);
    expect(await contents(repository, image)).toEqual(["approved", "withdrawn"]);
  }
});

test.each<[string, object]>([
  ["its artifactType", { artifactType: TYPE }],
  ["the type of its configuration", { config: { mediaType: TYPE } }],
  ["the type of its layer", { layers: [{ mediaType: TYPE }] }],
])("what is attached is of a type by %s", async (_what, said) => {
  registry = await startOciRegistry();
  const repository = await open();
  const image = await pushTinyImage(repository);
  await attach(repository, image, [artifact("one", "application/y")]);
  const [made = ""] = (await attachedTo(repository, image.digest, ["application/y"])).map(({ digest }) => digest);
  const { config, layers, ...manifest } = JSON.parse(registry.content.get(made)?.bytes.toString() ?? "");
  const other = { config: {}, layers: [{}], artifactType: "application/z", ...said };
  const content = Buffer.from(
    JSON.stringify({
      ...{ ...manifest, artifactType: other.artifactType, config: { ...config, ...other.config } },
      layers: [{ ...layers[0], mediaType: "application/z", ...other.layers[0] }],
    }),
  );
  await putManifest(repository, digestOf(content), MANIFEST_TYPE, content);
  expect(await contents(repository, image)).toEqual(["one"]);
});

describe("what takes something else back is seen with it, or both are not:", () => {
  let mirror: OciRegistry;
  afterEach(() => mirror.close());
  const through = ({ address }: OciRegistry): Promise<Repository> =>
    openRepository(parseReference(`${address}/team/model`, "--image"), undefined, "pull,push");

  test("a mirror without the API, in front of a registry with it, gives neither", async () => {
    registry = await startOciRegistry();
    mirror = await startOciRegistry({ referrers: false, of: registry });
    const repository = await open();
    const image = await pushTinyImage(repository);
    await attach(repository, image, [artifact("approved")]);
    await attach(repository, image, [artifact("withdrawn")]);
    expect(await contents(repository, image)).toEqual(["approved", "withdrawn"]);
    expect(await contents(await through(mirror), image)).toEqual([]);
  });

  test.each([
    ["that was attached before the registry had the API, or through a mirror without it", false],
    ["that was attached by the API", true],
  ])("an approval %s, and a withdrawal the other way", async (_what, byApi) => {
    const plain = await startOciRegistry({ referrers: false });
    // One that has the API by now, and knows nothing of what it was not asked to list.
    const able = await startOciRegistry({ of: plain });
    [registry, mirror] = [plain, able];
    const [first, second] = byApi ? [able, plain] : [plain, able];
    const image = await pushTinyImage(await through(first));
    await attach(await through(first), image, [artifact("approved")]);
    await attach(await through(second), image, [artifact("withdrawn")]);
    for (const one of [plain, able]) {
      expect(await contents(await through(one), image)).toContain("withdrawn");
    }
  });
});

test("what changed is named: the manifest, a layer, the configuration, an attestation and its manifest", async () => {
  registry = await startOciRegistry();
  const repository = await open();
  const image = await pushTinyImage(repository);
  await attach(repository, image, [artifact("one")]);
  const check = async (): Promise<unknown> => {
    await checkImage(repository, image.digest);
    return attachedTo(repository, image.digest, [TYPE]);
  };
  // What is no image has a configuration that says nothing, and nobody reads.
  const all = [...registry.content].filter(([, { bytes }]) => bytes.toString() !== "{}");
  const words: string[] = [];
  for (const [digest, stored] of all) {
    const { bytes } = stored;
    stored.bytes = Buffer.from(bytes.toString().replace(/.$/s, "~"));
    const { message } = await check().then(
      () => ({ message: "" }),
      (error: Error) => error,
    );
    expect(message).toContain(`was changed in the registry: it is to be ${digest}, and is sha256:`);
    words.push(message.replace(/ was changed.*/, "").replace(/sha256:\w+/, "…"));
    stored.bytes = bytes;
  }
  expect(words.sort()).toEqual([
    "layer 1 of the image",
    "the attestation …",
    "the configuration of the image",
    "the manifest of the attestation …",
    "the manifest of the image",
  ]);
});

describe("a registry that asks for a token", () => {
  test("gets one with the name and the password, and no password itself", async () => {
    registry = await startOciRegistry({ user });
    const repository = await open(user);
    const image = await pushTinyImage(repository);
    expect(await contents(repository, image)).toEqual([]);
    expect(registry.requests.filter((line) => line.includes("/token"))).toEqual([
      "GET /token?service=test&scope=repository%3Ateam%2Fmodel%3Apull%2Cpush",
    ]);
  });

  test.each([
    ["nobody", undefined, /refuses it .*--registry-user and --registry-password/],
    ["a wrong password", { ...user, password: "s3cret-not" }, /refuses it \(HTTP 401\)$/],
  ])("refuses %s, and says so without the password", async (_who, credentials, words) => {
    registry = await startOciRegistry({ user });
    const { message } = await open(credentials).then(
      () => new Error("it was let in"),
      (error: Error) => error,
    );
    expect(message).toMatch(words);
    expect(message).not.toContain("s3cret");
  });
});

test("a registry that credentials are not for is sent none, and it is said how they are", async () => {
  registry = await startOciRegistry({ user });
  const reference = parseReference(`${registry.address}/team/model`, "--image");
  await expect(openRepository(reference, WITHHELD, "pull")).rejects.toThrow(
    `--registry-user and --registry-password were not sent there, since the call does not name this registry. Where they are for it, give --registry-host=${registry.address} before the function`,
  );
});

test("no password goes to a token service in the open", async () => {
  const asked: string[] = [];
  const http = createHttpServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(401, { "www-authenticate": 'Bearer realm="http://tokens.example/token"' }).end("{}");
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  server = http;
  const { port } = http.address() as AddressInfo;
  const reference = parseReference(`localhost:${port}/model`, "--image");
  await expect(openRepository(reference, user, "pull")).rejects.toThrow(
    "asks for a token from http://tokens.example, where anybody could read the password",
  );
  expect(asked).toEqual(["/v2/ undefined"]);
});

test("a registry that is not there is told", async () => {
  registry = await startOciRegistry();
  await registry.close();
  await expect(open()).rejects.toThrow(`${registry.address} does not answer (connection refused; on a Dagger engine `);
});

test("a server that closes the connection is told", async () => {
  registry = await startOciRegistry();
  const { listening, port } = await closing();
  server = listening;
  const reference = parseReference(`localhost:${port}/model`, "--image");
  await expect(openRepository(reference, undefined, "pull")).rejects.toThrow(/does not answer \(/);
});

test("a request that nobody waits for any more is ended", async () => {
  registry = await startOciRegistry();
  const repository = await open();
  const controller = new AbortController();
  server = createHttpServer(() => controller.abort());
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { signal } = controller;
  await expect(repository.ask(`http://127.0.0.1:${port}/silent`, { signal })).rejects.toThrow(/does not answer \(/);
});

async function closing(): Promise<{ listening: Server; port: number }> {
  const listening = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return { listening, port: (listening.address() as AddressInfo).port };
}

test("an image that names the same again and again is read once, and one without an end is refused", async () => {
  registry = await startOciRegistry();
  const repository = await open();
  let entry = await pushTinyImage(repository);
  const indexOver = async (entries: readonly Descriptor[]): Promise<Descriptor> => {
    const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: entries }));
    await putManifest(repository, digestOf(content), INDEX_TYPE, content);
    return descriptorOf(INDEX_TYPE, content);
  };
  for (let depth = 0; depth < 3; depth++) entry = await indexOver(Array.from({ length: 1000 }, () => entry));
  registry.requests.length = 0;
  await checkImage(repository, entry.digest);
  expect(registry.requests.length).toBeLessThan(20);
  const many = Array.from({ length: 2001 }, (_, layer) =>
    descriptorOf("application/vnd.oci.image.layer.v1.tar", Buffer.from(`${layer}`)),
  );
  for (const [layer] of many.entries())
    registry.content.set(digestOf(Buffer.from(`${layer}`)), { bytes: Buffer.from(`${layer}`), type: "" });
  const { config } = manifestOf(await getManifest(repository, (await pushTinyImage(repository)).digest)) ?? {};
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: many }));
  await putManifest(repository, "big", MANIFEST_TYPE, content);
  await expect(checkImage(repository, digestOf(content))).rejects.toThrow(/is of more than 2000 parts/);
});

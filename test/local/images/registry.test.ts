import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Images } from "../../../local/images/types.ts";
import type { Store } from "../../../local/store/types.ts";
import { startFake } from "../../support/fake-registry.ts";
import { freePort, startRegistry, type TestRegistry, testUser } from "../../support/registry.ts";
import { putBack } from "../../support/variables.ts";
import { emptyConfig, layerOf, Workspace } from "./support.ts";

let workspace: Workspace;
let registry: TestRegistry | undefined;
beforeEach(async () => {
  workspace = await Workspace.open();
  process.env.REGISTRY_AUTH_FILE = join(workspace.folder, "auth.json");
});
afterEach(async () => {
  delete process.env.REGISTRY_AUTH_FILE;
  delete process.env.CONTAINERS_REGISTRIES_CONF;
  await registry?.close();
  registry = undefined;
  await workspace.close();
});

async function small(session: { store: Store; images: Images }) {
  const layers = [await layerOf(session.store, "small", "echo small > small")];
  return session.images.write({ layers, config: emptyConfig, annotations: {} }, "gzip");
}

describe("a registry that wants a password", () => {
  const right = (address: string) => [{ address, username: testUser.username, password: testUser.password }];

  it("gets it from arguments, and it is stored nowhere", async () => {
    registry = await startRegistry({ htpasswd: testUser.htpasswd });
    const log = join(workspace.folder, "calls");
    const real = execFileSync("sh", ["-c", "command -v skopeo"], { encoding: "utf8" }).trim();
    await workspace.program("skopeo", `{ printf '%s\\n' "$@"; env; } >> '${log}'; exec ${real} "$@"`);
    const session = await workspace.session();
    const written = await small(session);
    const address = `${registry.address}/model:v1`;
    await expect(session.images.publish(written, address, [])).rejects.toThrow(
      /^Cannot push to localhost:\d+\/model:v1: localhost:\d+ refuses it \(unauthorized\)/,
    );
    const wrong = [{ address: registry.address, username: "someone", password: "wr0ng-passw0rd" }];
    const refusal = await session.images.publish(written, address, wrong).catch((error: Error) => error.message);
    expect(refusal).toContain("unauthorized");
    expect(refusal).not.toContain("wr0ng-passw0rd");

    expect(await session.images.publish(written, address, right(address))).toBe(`${address}@${written.digest}`);
    await expect(session.images.resolve(address, [])).rejects.toThrow("unauthorized");
    const other = await workspace.session("other");
    const resolved = await other.images.resolve(address, right(registry.address));
    await other.images.unpack(resolved, right(registry.address));

    const encoded = Buffer.from(`${testUser.username}:${testUser.password}`).toString("base64");
    expect(await readFile(log, "utf8")).toContain("--authfile");
    for (const secret of [testUser.password, encoded]) {
      expect(await readFile(log, "utf8")).not.toContain(secret);
      expect(() => execFileSync("grep", ["-rF", secret, workspace.folder])).toThrow();
    }
  });

  it("gets it from the usual files, unless another is given", async () => {
    registry = await startRegistry({ htpasswd: testUser.htpasswd });
    const auth = Buffer.from(`${testUser.username}:${testUser.password}`).toString("base64");
    await writeFile(join(workspace.folder, "auth.json"), JSON.stringify({ auths: { [registry.address]: { auth } } }));
    const session = await workspace.session();
    const written = await small(session);
    const address = `${registry.address}/model`;
    expect(await session.images.publish(written, address, [])).toBe(`${address}:latest@${written.digest}`);
    const wrong = [{ address: registry.address, username: "x", password: "y" }];
    await expect(session.images.publish(written, address, wrong)).rejects.toThrow("unauthorized");
  });

  it("does not show a credentials file that cannot be read", async () => {
    await writeFile(join(workspace.folder, "auth.json"), '{"auths": "c2VjcmV0"');
    const { images } = await workspace.session();
    await expect(images.resolve("localhost:1/x", [])).rejects.toThrow(/auth\.json is not a registry credentials file/);
  });
});

describe("what a registry says", () => {
  it("a missing image is an error, and no other image is used", async () => {
    registry = await startRegistry();
    const { images } = await workspace.session();
    await expect(images.resolve(`${registry.address}/python:3.11-slim`, [])).rejects.toThrow(
      "does not have it (not found)",
    );
    expect(workspace.notices).toEqual([]);
  });

  it("when it never answers, the error names the address and what to do", async () => {
    const { images, store } = await workspace.session();
    const dead = `localhost:${await freePort()}`;
    const written = await small({ images, store });
    await expect(images.publish(written, `${dead}/x:1`, [])).rejects.toThrow(
      `${dead} does not answer (connection refused)`,
    );
    await expect(images.resolve(`${dead}/x:1`, [])).rejects.toThrow(
      /connection refused\).*was never pulled here.*registries\.conf/,
    );
    await expect(images.publish(written, "localhost:5000/Model:v1", [])).rejects.toThrow("names are lower case");
  });

  it("when it stops answering, its earlier answer is used with a notice", async () => {
    registry = await startRegistry();
    const first = await workspace.session();
    const address = `${registry.address}/model:v1`;
    const written = await small(first);
    await first.images.publish(written, address, []);
    const resolved = await first.images.resolve(address, []);
    await first.images.unpack(resolved, []);
    await registry.close();

    const second = await workspace.session();
    expect(await second.images.resolve(address, [])).toEqual({ ...resolved, origin: "cache" });
    expect(await second.images.unpack(resolved, [])).toEqual({ layers: [`image-${written.digest.slice(7)}`] });
    expect(workspace.notices).toEqual([
      expect.stringMatching(
        /^localhost:\d+ does not answer \(connection refused\): .*model:v1 is the one that it gave on 20/,
      ),
    ]);
    const pinned = await second.images.resolve(`${registry.address}/model@${written.digest}`, []);
    expect(pinned.origin).toBe("registry");
  });
});

it("a mirror of registries.conf answers in the registry's place", async () => {
  registry = await startRegistry();
  const first = await workspace.session();
  await first.images.publish(await small(first), `${registry.address}/hub/library/python:3.11-slim`, []);
  const conf = join(workspace.folder, "registries.conf");
  await writeFile(
    conf,
    `[[registry]]\nprefix = "docker.io"\nlocation = "docker.io"\n[[registry.mirror]]\nlocation = "${registry.address}/hub"\ninsecure = true\n`,
  );
  process.env.CONTAINERS_REGISTRIES_CONF = conf;
  const second = await workspace.session("second");
  const image = await second.images.resolve("python:3.11-slim", []);
  expect(image).toMatchObject({ reference: "docker.io/library/python:3.11-slim", origin: "registry" });
  expect((await second.images.unpack(image, [])).layers).toHaveLength(1);
  expect(workspace.notices).toEqual([]);
});

it("with a limit of pulls, an image that is here is used, and none is made in its place", async () => {
  registry = await startRegistry();
  const first = await workspace.session();
  const address = `${registry.address}/model:v1`;
  await first.images.publish(await small(first), address, []);
  await first.images.unpack(await first.images.resolve(address, []), []);
  await registry.close();
  const limited = await startFake((_request, response) => response.writeHead(429).end(), {
    port: Number(registry.address.split(":")[1]),
  });
  const second = await workspace.session();
  expect((await second.images.resolve(address, [])).origin).toBe("cache");
  await expect(second.images.resolve(`${limited.address}/other:1`, [])).rejects.toThrow(
    "limits how much may be pulled",
  );
  await limited.close();
});

it("a registry that does not answer is asked once a session, and not again for an hour unless the settings change", async () => {
  const proxy = await startFake(() => {}, {
    tunnel: (socket) => setTimeout(() => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"), 600),
  });
  const before = { ...process.env };
  Object.assign(process.env, { HTTPS_PROXY: `http://${proxy.address}`, NO_PROXY: "", no_proxy: "" });
  process.env.CONTAINERS_REGISTRIES_CONF = join(workspace.folder, "registries.conf");
  try {
    const first = await workspace.session();
    const results = await Promise.allSettled(["a", "b", "c"].map((name) => first.images.resolve(`r.test/${name}`, [])));
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(proxy.requests).toEqual(["CONNECT r.test:443"]);

    const second = await workspace.session();
    await expect(second.images.resolve("r.test/a", [])).rejects.toThrow("r.test does not answer (Bad Gateway)");
    expect(proxy.requests).toHaveLength(1);

    await writeFile(join(workspace.folder, "registries.conf"), 'unqualified-search-registries = ["a.test"]\n');
    const third = await workspace.session();
    await expect(third.images.resolve("r.test/a", [])).rejects.toThrow("does not answer");
    expect(proxy.requests).toHaveLength(2);
  } finally {
    putBack(before);
    await proxy.close();
  }
});

it("leaves no half image behind when pulling fails", async () => {
  registry = await startRegistry();
  const first = await workspace.session();
  const address = `${registry.address}/model:v1`;
  await first.images.publish(await small(first), address, []);
  const second = await workspace.session("second");
  const resolved = await second.images.resolve(address, []);
  await registry.close();
  await expect(second.images.unpack(resolved, [])).rejects.toThrow(`Cannot pull ${address}`);
  expect(await second.store.hasLayer(`image-${resolved.digest.slice(7)}`)).toBe(false);
  expect(existsSync(join(await second.store.imagesPath(), `pulled-${resolved.digest.slice(7)}`))).toBe(false);
});

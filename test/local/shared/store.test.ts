import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isText } from "../../../local/base/guards.ts";
import { newKey } from "../../../local/shared/keys.ts";
import { openShared } from "../../../local/shared/open.ts";
import { openPlace } from "../../../local/shared/places.ts";
import { placeOf } from "../../../local/shared/settings.ts";
import { openStore } from "../../../local/store/store.ts";
import type { Snapshot, Store } from "../../../local/store/types.ts";
import { type OwnRegistry, startRegistry, testUser } from "../../support/registry.ts";
import { temporaryFolder } from "../store/support.ts";

/* Machines that share results: each has a store of its own, and all have one folder, or one repository of a registry. */

const { signing, trust } = newKey();
let registry: OwnRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

const isSnapshot = (value: unknown): value is Snapshot => typeof value === "object";

interface Machine {
  readonly own: Store;
  readonly store: Store;
  readonly warnings: readonly string[];
  readonly lost: readonly string[];
  end(): Promise<string | undefined>;
}

const places = {
  folder: () => join(temporaryFolder(), "shared"),
  registry: () => `${registry.address}/team/cache-${serial++}`,
};
let serial = 0;

type Keys = Readonly<Record<string, string>>;
const gives: Keys = { ML_PIPELINE_CACHE_KEY: signing };

async function machine(place: string, keys = gives): Promise<Machine> {
  const own = await openStore({ path: join(temporaryFolder(), "cache") });
  onTestFinished(() => own.close());
  return sessionOf(own, place, keys);
}

/** The next session on a machine. */
const again = ({ own }: Machine, place: string, keys = gives): Promise<Machine> => sessionOf(own, place, keys);

async function sessionOf(own: Store, place: string, keys: Keys): Promise<Machine> {
  const warnings: string[] = [];
  const lost: string[] = [];
  const env = { ML_PIPELINE_CACHE: place, ...keys };
  const shared = await openShared(own, {
    env,
    cwd: "/",
    ids: "all",
    warn: (text) => warnings.push(text),
    lost: () => lost.push(place),
  });
  if (shared === undefined) throw new Error("there is no shared cache");
  return { own, store: shared.store, warnings, lost, end: shared.end };
}

const readsOnly = { ML_PIPELINE_CACHE_TRUST: trust };

/** Makes what a command would: a layer with files of all kinds, under a name of its making. */
async function runs(store: Store, key: string, text: string, below: readonly string[] = []): Promise<Snapshot> {
  const draft = await store.draftLayer();
  mkdirSync(join(draft.upper, "bin"));
  writeFileSync(join(draft.upper, "bin/tool ü"), text);
  chmodSync(join(draft.upper, "bin/tool ü"), 0o755);
  mkdirSync(join(draft.upper, "dev"));
  writeFileSync(join(draft.upper, "dev/notes.txt"), "a folder of a project");
  chmodSync(draft.upper, 0o775);
  const snapshot = { layers: [...below, await draft.commit(`layer-${key}`, `making of ${text}`)] };
  await store.putRecord("exec", key, snapshot);
  return snapshot;
}

const record = (store: Store, key: string): Promise<Snapshot | undefined> => store.record("exec", key, isSnapshot);

describe.each(["folder", "registry"] as const)("results in a %s", (kind) => {
  it("are taken by another machine, and their layers when somebody needs them", async () => {
    const place = places[kind]();
    const giver = await machine(place);
    await runs(giver.store, "k", "once");
    expect(await giver.end()).toMatch(/2 entries given/);

    const taker = await machine(place, readsOnly);
    expect(await record(taker.store, "k")).toEqual({ layers: ["layer-k"] });
    expect(await taker.own.hasLayer("layer-k")).toBe(false);
    const path = await taker.store.layerPath("layer-k");
    expect(readFileSync(join(path, "bin/tool ü"), "utf8")).toBe("once");
    expect(statSync(join(path, "bin/tool ü")).mode & 0o777).toBe(0o755);
    expect(existsSync(join(path, "dev/notes.txt"))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o775);
    const given = await giver.own.layerPath("layer-k");
    expect(statSync(join(path, "bin/tool ü")).mtimeMs).toBe(statSync(join(given, "bin/tool ü")).mtimeMs);
    expect(await taker.end()).toMatch(/1 results taken/);
    // From now on it is this machine's own.
    expect(await record(taker.own, "k")).toEqual({ layers: ["layer-k"] });
  });

  it("are small and large trees", async () => {
    const place = places[kind]();
    const giver = await machine(place);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "small"), "s");
    const small = await giver.store.importDirectory(folder);
    writeFileSync(join(folder, "large"), Buffer.alloc(200_000, "x"));
    writeFileSync(join(folder, "run"), "#!/bin/sh\n", { mode: 0o755 });
    const large = await giver.store.importDirectory(folder);
    for (const { digest } of [small, large]) await giver.store.putRecord("import", digest, digest);
    await giver.end();

    const taker = await machine(place, readsOnly);
    for (const { digest, entries } of [small, large]) {
      expect(await taker.store.record("import", digest, isText)).toBe(digest);
      expect((await taker.store.tree(digest))?.entries).toEqual(entries);
    }
    const out = join(temporaryFolder(), "out");
    const found = await taker.store.tree(large.digest);
    if (found !== undefined) await taker.store.exportTree(found, out);
    expect(readFileSync(join(out, "large")).length).toBe(200_000);
    expect(statSync(join(out, "run")).mode & 0o777).toBe(0o755);
  });

  it("are never mixed with another making of the same layer", async () => {
    const place = places[kind]();
    const [one, two] = [await machine(place), await machine(place)];
    await runs(one.store, "base", "one");
    await one.end();
    // The second ran the same command before it asked, and goes on from what it has.
    const base = await runs(two.own, "base", "two");
    await runs(two.store, "next", "two", base.layers);
    await two.end();
    const three = await machine(place, readsOnly);
    expect(await record(three.store, "base")).toEqual({ layers: ["layer-base"] });
    expect(await record(three.store, "next")).toBeUndefined();
    // One that goes on from the first making gives what fits.
    await runs(one.store, "next", "one", ["layer-base"]);
    await one.end();
    const four = await machine(place, readsOnly);
    expect(await record(four.store, "next")).toEqual({ layers: ["layer-base", "layer-next"] });
    expect(readFileSync(join(await four.store.layerPath("layer-next"), "bin/tool ü"), "utf8")).toBe("one");
    expect(await record(two.store, "next")).toEqual({ layers: ["layer-base", "layer-next"] });
    expect(readFileSync(join(await two.store.layerPath("layer-next"), "bin/tool ü"), "utf8")).toBe("two");
  });

  it("of many machines at once are whole", async () => {
    const place = places[kind]();
    const machines = await Promise.all(["a", "b", "c", "d"].map(() => machine(place)));
    await Promise.all(
      machines.map(async ({ store, end }, index) => {
        for (const key of ["x", "y", "z"]) await runs(store, key, `machine ${index}`);
        await end();
      }),
    );
    const taker = await machine(place, readsOnly);
    const texts: string[] = [];
    for (const key of ["x", "y", "z"]) {
      const found = await record(taker.store, key);
      if (found === undefined) continue;
      texts.push(readFileSync(join(await taker.store.layerPath(`layer-${key}`), "bin/tool ü"), "utf8"));
    }
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/^machine [0-3]$/);
    expect(machines.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  it("that depend on this machine alone are not given", async () => {
    const place = places[kind]();
    const giver = await machine(place);
    const { layers } = await runs(giver.own, "secret", "s");
    await giver.store.putRecord("exec", "secret", { layers }, { private: true });
    await giver.store.putRecord("identity", "secrets", "key");
    await giver.store.putRecord("resolved-image", "docker.io/library/python:3", "digest");
    expect(await giver.end()).toBeUndefined();
  });

  it("were made before there was a shared cache", async () => {
    const place = places[kind]();
    const giver = await machine(place);
    await runs(giver.own, "k", "early");
    expect(await record(giver.store, "k")).toBeDefined();
    expect(await giver.end()).toMatch(/2 entries given/);
    expect(await (await machine(place, readsOnly)).store.record("exec", "k", isSnapshot)).toBeDefined();
  });

  it("are pruned by age and by size", async () => {
    const place = places[kind]();
    const giver = await machine(place);
    for (const key of ["a", "b"]) await runs(giver.store, key, key.repeat(50_000));
    await giver.end();
    const open = await openPlace(placeOf(place, {}, "/"));
    expect(await open.prune({ before: 0, keepBytes: 1e9 })).toMatchObject({ entries: 0 });
    expect(await open.prune({ before: Date.now() + 60_000, keepBytes: 1e9 })).toMatchObject({
      entries: 4,
      leftBytes: 0,
    });
    expect(await record((await machine(place, readsOnly)).store, "a")).toBeUndefined();
  });
});

describe("a cache that somebody else can write to", () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name));

  it("has no say without a signature", async () => {
    const place = places.folder();
    const stranger = newKey();
    const poisoner = await machine(place, { ML_PIPELINE_CACHE_KEY: stranger.signing });
    await runs(poisoner.store, "k", "poison");
    await poisoner.end();
    const reader = await machine(place, readsOnly);
    expect(await record(reader.store, "k")).toBeUndefined();
    expect(reader.warnings.join()).toMatch(/nobody has signed who is trusted here/);
    // Who is trusted puts right what is there.
    const writer = await machine(place);
    expect(await record(writer.store, "k")).toBeUndefined();
    await runs(writer.store, "k", "right");
    await writer.end();
    const again = await machine(place, readsOnly);
    expect(await record(again.store, "k")).toBeDefined();
    expect(readFileSync(join(await again.store.layerPath("layer-k"), "bin/tool ü"), "utf8")).toBe("right");
  });

  it("cannot change what is in a layer, and what is lost is made again", async () => {
    const place = places.folder();
    const giver = await machine(place);
    await runs(giver.store, "k", "once");
    await giver.end();
    for (const file of files(join(place, "blobs"))) {
      const content = readFileSync(file);
      content[20] = (content[20] ?? 0) ^ 1;
      writeFileSync(file, content);
    }
    const taker = await machine(place, readsOnly);
    expect(await record(taker.store, "k")).toBeDefined();
    await expect(taker.store.layerPath("layer-k")).rejects.toThrow(/no longer has.*content was changed.*Call again/s);
    expect(taker.lost).toHaveLength(1);
    const next = await again(taker, place, readsOnly);
    expect(await record(next.store, "k")).toBeUndefined();
    expect(await next.store.hasLayer("layer-k")).toBe(false);
    // Who may give puts right what is damaged.
    const writer = await machine(place);
    expect(await record(writer.store, "k")).toBeDefined();
    await expect(writer.store.layerPath("layer-k")).rejects.toThrow("Call again");
    const right = await again(writer, place);
    expect(await record(right.store, "k")).toBeUndefined();
    await runs(right.store, "k", "once more");
    await right.end();
    const last = await machine(place, readsOnly);
    expect(await record(last.store, "k")).toBeDefined();
    expect(readFileSync(join(await last.store.layerPath("layer-k"), "bin/tool ü"), "utf8")).toBe("once more");
  });

  it("is not believed where it has removed what its entries name", async () => {
    const place = places.folder();
    const giver = await machine(place);
    await runs(giver.store, "k", "once");
    await giver.end();
    rmSync(join(place, "blobs"), { recursive: true });
    const taker = await machine(place);
    expect(await record(taker.store, "k")).toBeUndefined();
    await runs(taker.store, "k", "anew");
    await taker.end();
    const last = await machine(place, readsOnly);
    expect(await record(last.store, "k")).toBeDefined();
    expect(readFileSync(join(await last.store.layerPath("layer-k"), "bin/tool ü"), "utf8")).toBe("anew");
  });
});

describe("a place that does not answer", () => {
  it("is left alone with one warning", async () => {
    const closed = await startRegistry();
    await closed.close();
    const taker = await machine(`${closed.address}/cache`);
    expect(await record(taker.store, "a")).toBeUndefined();
    expect(await record(taker.store, "b")).toBeUndefined();
    await runs(taker.store, "a", "own");
    await taker.end();
    expect(await record(taker.own, "a")).toBeDefined();
    expect(taker.warnings.filter((text) => text.includes("is not used"))).toHaveLength(1);
    expect(taker.warnings.filter((text) => text.includes("nothing more is given"))).toHaveLength(1);
  });

  it("wants credentials, which are those of container tools", async () => {
    const closed = await startRegistry({ htpasswd: testUser.htpasswd });
    onTestFinished(() => closed.close());
    const refused = await machine(`${closed.address}/cache`);
    expect(await record(refused.store, "a")).toBeUndefined();
    expect(refused.warnings.join()).toMatch(/is not used: .*unauthorized/);

    const login = { ML_PIPELINE_CACHE_LOGIN: `${testUser.username}:${testUser.password}` };
    const named = await machine(`${closed.address}/named`, { ...gives, ...login });
    await runs(named.store, "k", "once");
    expect(await named.end()).toMatch(/2 entries given/);
    await expect(machine(`${closed.address}/named`, { ...gives, ML_PIPELINE_CACHE_LOGIN: "secret" })).rejects.toThrow(
      "ML_PIPELINE_CACHE_LOGIN has to be USER:PASSWORD for the registry of the cache",
    );

    const folder = temporaryFolder();
    const auth = Buffer.from(`${testUser.username}:${testUser.password}`).toString("base64");
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [closed.address]: { auth } } }));
    const before = process.env.DOCKER_CONFIG;
    process.env.DOCKER_CONFIG = folder;
    onTestFinished(() => {
      if (before === undefined) delete process.env.DOCKER_CONFIG;
      else process.env.DOCKER_CONFIG = before;
    });
    const giver = await machine(`${closed.address}/cache`);
    await runs(giver.store, "k", "once");
    expect(await giver.end()).toMatch(/2 entries given/);
    expect(await record((await machine(`${closed.address}/cache`, readsOnly)).store, "k")).toBeDefined();
  });

  it.each([
    ["a file", (path: string) => writeFileSync(path, "a file"), "it is a file, not a folder"],
    ["a folder of other things", (path: string) => mkdirSync(join(path, "blobs"), { recursive: true }), "other files"],
    ["a link to nothing", (path: string) => symlinkSync(`${path}-gone`, path), "a link that leads nowhere"],
  ])("may not be %s", async (_, make, reason) => {
    const place = places.folder();
    make(place);
    await expect(machine(place)).rejects.toThrow(reason);
  });

  it("may not be in the kernel's own file systems", async () => {
    await expect(machine("/proc/cache")).rejects.toThrow("kernel's proc");
  });

  it.each([
    ["a page of somebody on the way", (response: ServerResponse) => response.end("<html>"), "is no entry"],
    ["an entry that leads elsewhere", elsewhere, "is no entry"],
  ])("may not be %s", async (_, answer, reason) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      answer(response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const taker = await machine(`127.0.0.1:${(server.address() as AddressInfo).port}/cache`);
    expect(await record(taker.store, "k")).toBeUndefined();
    expect(taker.warnings.join()).toContain(reason);
    await runs(taker.store, "k", "own");
    expect(await taker.end()).toBeUndefined();
    expect(asked.filter((path) => !path.startsWith("/v2/"))).toEqual([]);
  });
});

function elsewhere(response: ServerResponse): void {
  response.end(JSON.stringify({ layers: [{ digest: "../../../../admin?x=1", size: 5 }] }));
}

it("does not give what a command with secrets wrote, nor what stands on it", async () => {
  const place = places.folder();
  const giver = await machine(place);
  const draft = await giver.store.draftLayer();
  writeFileSync(join(draft.upper, "token"), "secret");
  const secret = await draft.commit("layer-secret", "making", { private: true });
  await runs(giver.store, "above", "text", [secret]);
  await giver.store.putRecord("import", "k", (await giver.store.importDirectory(temporaryFolder())).digest, {
    on: [secret],
  });
  expect(await giver.end()).toBeUndefined();
});

it("keeps what is not its own", async () => {
  const place = places.folder();
  const giver = await machine(place);
  await runs(giver.store, "k", "once");
  await giver.end();
  const own = join(place, "blobs/photo.jpg");
  writeFileSync(own, "mine");
  utimesSync(own, 0, 0);
  const open = await openPlace(placeOf(place, {}, "/"));
  await open.prune({ before: Date.now() + 60_000, keepBytes: 0 });
  expect(readFileSync(own, "utf8")).toBe("mine");
  const other = await openPlace(placeOf(places.folder(), {}, "/"));
  await expect(other.prune({ before: 0, keepBytes: 0 })).rejects.toThrow("there is no cache in this folder");
});

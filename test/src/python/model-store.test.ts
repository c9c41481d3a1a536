import { spawn } from "node:child_process";
import { hash } from "node:crypto";
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ObjectStore, startObjectStore } from "../../support/object-store.ts";
import { ENVIRONMENT_MS } from "../../support/python-environment.ts";
import { pathOf, python } from "./python.ts";
import { refusal, type StubOptions, type StubS3, startStub } from "./stub-s3.ts";

/* The program that reads and writes a store: in a folder, on a real server, and on one that does what real ones seldom do. */

let server: ObjectStore;
let root: string;
beforeAll(async () => {
  server = await startObjectStore();
  root = await mkdtemp(join(tmpdir(), "model store ü-"));
  for (const [name, text] of Object.entries(server.credentials)) await writeFile(join(root, name), text);
}, ENVIRONMENT_MS);
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

/** How many calls are ended in their middle. */
const ROUNDS = 10;

/** Where a store is, and who asks. */
interface Place {
  readonly address?: object | undefined;
  readonly folder?: string | undefined;
  readonly credentials?: string;
}

interface Answer {
  readonly code: number;
  readonly said: Readonly<Record<string, unknown>>;
}

let calls = 0;

const argumentsOf = ({ address, folder, credentials = "" }: Place, call: object, result: string): string[] => [
  JSON.stringify({ address: address ?? null, folder: folder ?? null, call }),
  credentials === "" ? "" : join(root, credentials),
  result,
];

async function ask(place: Place, call: object): Promise<Answer> {
  calls += 1;
  const result = join(root, `result-${calls}`);
  const { code, stderr } = await python("model_store.py", ...argumentsOf(place, call, result));
  const text = await readFile(result, "utf8").catch(() => JSON.stringify({ kind: "crashed", detail: stderr }));
  return { code, said: JSON.parse(text) };
}

const look = (place: Place, last = 0, manifests = false): Promise<Answer> =>
  ask(place, { operation: "look", pointers: [], last, manifests });
const put = (place: Place, model: string, dry = false): Promise<Answer> =>
  ask(place, { operation: "put", folders: { model }, about: { image: "x@sha256:1" }, dry });
const move = (place: Place, number: number, text: string): Promise<Answer> =>
  ask(place, { operation: "move", pointer: "production", number, text });
const get = (place: Place, version: unknown, into: string): Promise<Answer> =>
  ask(place, { operation: "get", version, parts: ["model"], into });

/** A folder of the test's own. */
const fresh = (name: string): Promise<string> => mkdtemp(join(root, `${name}-`));

/** A model of all that a folder can have. */
async function model(content = "weights"): Promise<string> {
  const folder = await fresh("model");
  await mkdir(join(folder, "sub ü/deep"), { recursive: true });
  await writeFile(join(folder, "model.bin"), content);
  await writeFile(join(folder, "sub ü/deep/a b+c"), "");
  await writeFile(join(folder, "run.sh"), "#!/bin/sh\n");
  await chmod(join(folder, "run.sh"), 0o755);
  await symlink("model.bin", join(folder, "latest"));
  await symlink("sub ü", join(folder, "folder"));
  return folder;
}

const bucket = async (): Promise<Place> => ({
  address: { bucket: server.bucket, prefix: `${await name()}/`, endpoint: server.url, region: "us-east-1" },
  credentials: "all",
});
const name = async (): Promise<string> => (await fresh("prefix")).split("/").at(-1) ?? "";

const keyOf = ({ address }: Place, key: string): string => `${(address as { prefix: string }).prefix}${key}`;

describe.each<[string, () => Promise<Place>, (place: Place, key: string, text: string) => Promise<void>]>([
  ["a bucket", bucket, (place, key, text) => server.put(keyOf(place, key), text)],
  [
    "a folder",
    async () => ({ folder: await fresh("store") }),
    async ({ folder = "" }, key, text) => {
      await rm(join(folder, key), { force: true });
      await writeFile(join(folder, key), text);
    },
  ],
])("a store in %s", (_name, place, replace) => {
  test("gives back what was put, and is not sent it twice", async () => {
    const at = await place();
    const from = await model();
    const dry = await put(at, from, true);
    expect(dry).toMatchObject({ code: 0, said: { kind: "done", new: true, files: 5, sent: 17 } });
    if (at.folder === undefined) {
      expect((await look(at)).said).toMatchObject({ entries: [], versions: [], marked: false });
    }
    const first = await put(at, from);
    expect(first.said).toMatchObject({ version: dry.said.version, new: true, sent: 17, conditional: true });
    expect((await put(at, from)).said).toMatchObject({ version: dry.said.version, new: false, sent: 0 });
    expect((await look(at)).said).toMatchObject({ versions: [dry.said.version], marked: true });
    const into = await fresh("into");
    expect(await get(at, dry.said.version, into)).toMatchObject({ code: 0, said: { about: { image: "x@sha256:1" } } });
    const back = join(into, "model");
    expect((await readdir(back, { recursive: true })).sort()).toEqual(
      (await readdir(from, { recursive: true })).sort(),
    );
    expect(await readFile(join(back, "model.bin"), "utf8")).toBe("weights");
    expect([await readlink(join(back, "latest")), await readlink(join(back, "folder"))]).toEqual([
      "model.bin",
      "sub ü",
    ]);
    expect((await lstat(join(back, "run.sh"))).mode & 0o111).toBe(0o111);
  });

  test("lets one of eight have a move", async () => {
    const at = await place();
    const moved = await Promise.all(Array.from({ length: 8 }, (_, index) => move(at, 1, `{"by": ${index}}`)));
    expect(moved.map(({ code }) => code)).toEqual(moved.map(() => 0));
    expect(moved.filter(({ said }) => said.moved === true)).toHaveLength(1);
    const winner = moved.findIndex(({ said }) => said.moved === true);
    const text = `{"by": ${winner}}`;
    const number = at.folder === undefined ? "00000001" : `00000001-${hash("sha256", text).slice(0, 16)}`;
    expect((await look(at)).said.entries).toEqual([
      { pointer: "production", number: 1, key: `pointers/production/${number}.json`, text },
    ]);
    // The one that has it has it still when it asks again.
    expect((await move(at, 1, text)).said.moved).toBe(true);
  });

  test("shows the manifests of the models that moves are to, and passes over what is not there", async () => {
    const at = await place();
    const from = await model();
    await writeFile(join(from, "ml-pipeline.json"), '{"model": "sha256:1"}');
    const versions = [(await put(at, from)).said.version, (await put(at, await model())).said.version];
    for (const [index, version] of [...versions, `sha256:${"0".repeat(64)}`].entries()) {
      await move(at, index + 1, JSON.stringify({ version }, null, 2));
    }
    expect((await look(at, 0, true)).said.manifests).toEqual({ [String(versions[0])]: '{"model": "sha256:1"}' });
    expect((await look(at)).said.manifests).toEqual({});
  });

  test("reads the last moves of each pointer", async () => {
    const at = await place();
    for (const number of [1, 2, 3]) await move(at, number, String(number));
    const entries = async (last: number): Promise<unknown> =>
      ((await look(at, last)).said.entries as { text: string }[]).map(({ text }) => text);
    expect(await entries(2)).toEqual(["2", "3"]);
    expect(await entries(0)).toEqual(["1", "2", "3"]);
  });

  test("writes an object of a list once, and reads the last ones in order", async () => {
    const at = await place();
    const log = (key: string, text: string): Promise<Answer> => ask(at, { operation: "log", key, text });
    const logged = (after: string, last: number): Promise<Answer> =>
      ask(at, { operation: "logged", below: "runs/", after, last });
    for (const day of ["03", "01", "02"]) {
      expect((await log(`runs/2026-11-${day}T00.json`, day)).said).toMatchObject({ logged: true, conditional: true });
    }
    // The same again is what is there already.
    expect((await log("runs/2026-11-02T00.json", "02")).said).toMatchObject({ logged: true });
    expect((await log("runs/2026-11-02T00.json", "other")).said).toMatchObject({ logged: false });
    const { said } = await logged("", 2);
    expect(said).toMatchObject({
      count: 3,
      texts: [
        { key: "runs/2026-11-02T00.json", text: "02" },
        { key: "runs/2026-11-03T00.json", text: "03" },
      ],
    });
    expect(Date.parse(String(said.date)) > 0).toBe(at.folder === undefined);
    expect((await logged("2026-11-02", 9)).said).toMatchObject({ count: 2 });
    expect((await logged("2026-12", 9)).said).toMatchObject({ count: 0, texts: [] });
    expect((await logged("", 0)).said).toMatchObject({ count: 3, texts: [] });
  });

  test("lets one of eight have a name of a list", async () => {
    const at = await place();
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => ask(at, { operation: "log", key: "ledger/1.json", text: `${index}` })),
    );
    expect(all.filter(({ said }) => said.logged === true)).toHaveLength(1);
  });

  test("names what was changed in it", async () => {
    const at = await place();
    const { version } = (await put(at, await model())).said;
    const record = `versions/sha256/${String(version).replace("sha256:", "")}.json`;
    const weights = hash("sha256", "weights");
    const key = `blobs/sha256/${weights.slice(0, 2)}/${weights}`;
    await replace(at, key, "Weights");
    const damaged = await get(at, version, await fresh("into"));
    expect(damaged).toMatchObject({ code: 1, said: { kind: "damaged", key } });
    expect(damaged.said.detail).toMatch(/the content of (model\.bin) is not what its name says/);
    await replace(at, key, "weights");
    expect((await get(at, version, await fresh("into"))).code).toBe(0);
    await replace(at, record, '{"schemaVersion":1,"parts":{},"about":{}}');
    expect(await get(at, version, await fresh("into"))).toMatchObject({
      code: 1,
      said: { kind: "damaged", key: record },
    });
    const absent = `sha256:${"0".repeat(64)}`;
    expect(await get(at, absent, await fresh("into"))).toMatchObject({ code: 1, said: { kind: "absent" } });
    await replace(at, "pointers/production/latest", "1").catch(async () => {
      await mkdir(join(at.folder ?? "", "pointers/production"), { recursive: true });
      await replace(at, "pointers/production/latest", "1");
    });
    expect(await look(at)).toMatchObject({ code: 1, said: { kind: "damaged", key: "pointers/production/latest" } });
  });

  test("is made whole by who stores the model again", async () => {
    const at = await place();
    const from = await model();
    const { version } = (await put(at, from)).said;
    const record = `versions/sha256/${String(version).replace("sha256:", "")}.json`;
    const weights = hash("sha256", "weights");
    const key = `blobs/sha256/${weights.slice(0, 2)}/${weights}`;
    // One of the same length, an empty one, and a part of it.
    for (const [damaged, text] of [
      [key, "Weights"],
      [key, ""],
      [record, '{"schemaVersion":1,"parts":{}'],
    ] as const) {
      await replace(at, damaged, text);
      expect((await put(at, from, true)).said).toMatchObject({ version, new: false, repaired: 1 });
      expect((await get(at, version, await fresh("into"))).said).toMatchObject({ kind: "damaged", key: damaged });
      expect(await put(at, from)).toMatchObject({ code: 0, said: { version, new: false, repaired: 1 } });
      expect(await get(at, version, await fresh("into"))).toMatchObject({ code: 0 });
    }
    expect((await put(at, from)).said).toMatchObject({ new: false, sent: 0, repaired: 0 });
    // Another model shares the damaged file.
    await replace(at, key, "Weights");
    const other = await model();
    await writeFile(join(other, "more"), "more");
    expect((await put(at, other)).said).toMatchObject({ new: true, repaired: 1 });
    expect(await get(at, version, await fresh("into"))).toMatchObject({ code: 0 });
  });

  test("has no half of anything after kill -9", async () => {
    const at = await place();
    const from = await fresh("many");
    // Many files, so that the end falls between any two of them.
    for (let index = 0; index < 40; index++) await writeFile(join(from, String(index)), `${at.folder}${index}`);
    const started = Date.now();
    await put(at, from);
    // How long a whole call takes here and now: each round ends a little later.
    const whole = Date.now() - started;
    for (let round = 0; round < ROUNDS; round++) {
      await writeFile(join(from, "round"), String(round));
      const folders = { operation: "put", folders: { model: from }, about: {}, dry: false };
      const text = JSON.stringify({ round });
      for (const call of [folders, { operation: "move", pointer: "production", number: round + 1, text }]) {
        const args = [pathOf("model_store.py"), ...argumentsOf(at, call, join(root, "killed"))];
        const child = spawn("python3", ["-B", ...args], { stdio: "ignore" });
        const ended = new Promise((resolve) => child.once("close", resolve));
        await sleep((whole * (round + 1)) / (ROUNDS + 1));
        child.kill("SIGKILL");
        await ended;
      }
    }
    const { code, said } = await look(at);
    expect(code).toBe(0);
    for (const { text, number } of said.entries as { text: string; number: number }[]) {
      expect(JSON.parse(text)).toEqual({ round: number - 1 });
    }
    for (const version of said.versions as string[]) {
      expect(await get(at, version, await fresh("into"))).toMatchObject({ code: 0 });
    }
    // Whoever comes after it goes on.
    expect((await put(at, from)).code).toBe(0);
  }, 120_000);
});

describe("a folder", () => {
  test("over which another store is laid has the moves of both", async () => {
    const [one, other] = [await fresh("one"), await fresh("other")];
    for (const number of [1, 2]) await move({ folder: one }, number, `one ${number}`);
    await move({ folder: other }, 1, "other 1");
    await cp(other, one, { recursive: true });
    const entries = (await look({ folder: one })).said.entries as { number: number; text: string }[];
    expect(entries.map(({ number }) => number)).toEqual([1, 1, 2]);
    expect(entries.map(({ text }) => text).sort()).toEqual(["one 1", "one 2", "other 1"]);
    // Nor is a move by that number written there again.
    expect((await move({ folder: one }, 1, "third")).said.moved).toBe(false);
  });

  test("of moves that an earlier version wrote is read, and goes on", async () => {
    const folder = await fresh("store");
    await mkdir(join(folder, "pointers/production"), { recursive: true });
    await writeFile(join(folder, "store.json"), '{"schemaVersion":1}\n');
    await writeFile(join(folder, "pointers/production/00000001.json"), "1");
    expect((await move({ folder }, 1, "x")).said.moved).toBe(false);
    expect((await move({ folder }, 2, "2")).said.moved).toBe(true);
    expect((await look({ folder })).said.entries).toMatchObject([{ text: "1" }, { text: "2" }]);
  });

  test("whose move has another content than its name says is damaged", async () => {
    const folder = await fresh("store");
    await move({ folder }, 1, "1");
    const [name = ""] = await readdir(join(folder, "pointers/production"));
    await writeFile(join(folder, "pointers/production", name), "2");
    expect(await look({ folder })).toMatchObject({ code: 1, said: { kind: "damaged" } });
  });

  test("that is no store is none, and nothing is written into the files of others", async () => {
    const [empty, others] = [await fresh("empty"), await fresh("others")];
    await writeFile(join(others, "model.json"), "{}");
    await writeFile(join(empty, ".gitkeep"), "");
    const none = (detail: string): object => ({ code: 1, said: { kind: "none", detail, key: "store.json" } });
    expect(await look({ folder: empty })).toMatchObject(none("it is empty"));
    expect(await look({ folder: others })).toMatchObject(none("other files are in it"));
    expect(await put({ folder: others }, await model())).toMatchObject(none("other files are in it"));
    expect(await readdir(others)).toEqual(["model.json"]);
    expect(await put({ folder: empty }, await model())).toMatchObject({ code: 0 });
  });
});

describe("a server refuses", () => {
  const refused = async (change: object, credentials = "all", writes = false): Promise<unknown> => {
    const at = await bucket();
    const place: Place = { address: { ...at.address, ...change }, credentials };
    const { code, said } = writes ? await move(place, 1, "1") : await look(place);
    expect(code).toBe(1);
    expect(JSON.stringify(said)).not.toContain(server.secret);
    return said.kind;
  };

  test.each<[string, () => Promise<unknown>, string]>([
    ["a wrong secret", () => refused({}, "wrong"), "secret"],
    ["a key that it does not know", () => refused({}, "unknown"), "secret"],
    ["who shows nothing", () => refused({}, ""), "permission"],
    ["who may only read", () => refused({}, "reads", true), "permission"],
    ["a bucket that is not there", () => refused({ bucket: "no-such-bucket" }), "bucket"],
    ["who comes to the wrong door", () => refused({ endpoint: "http://127.0.0.1:9" }), "unreachable"],
    ["a host that is none", () => refused({ endpoint: "http://nowhere.invalid" }), "unreachable"],
  ])(
    "%s",
    async (_what, answer, kind) => {
      expect(await answer()).toBe(kind);
    },
    60_000,
  );

  const OLD = "default]\naws_access_key_id = AKIATESTS\naws_secret_access_key = s3cr3t";
  test.each([
    ["a session token over two lines", `[${OLD}\naws_session_token = t0ken\n  t0ken-more\n`, "second line"],
    ["a key over two lines", `[${OLD.replace("AKIATESTS", "t0ken\n  t0ken")}\n`, "second line"],
    ["a secret over two lines", `[${OLD}\n\tt0ken\n`, "second line"],
    ["a blank inside", `[${OLD} t0ken\n`, "blank inside"],
    ["a letter that no header has", `[${OLD}t0ken€\n`, "letter inside"],
    ["a NUL", `[${OLD}t0ken\0\n`, "letter inside"],
  ])("credentials with %s, before anything is asked", async (_what, text, words) => {
    await writeFile(join(root, "odd"), text);
    const address = { bucket: "bucket", prefix: "", endpoint: "http://127.0.0.1:9", region: "us-east-1" };
    const { code, said } = await look({ address, credentials: "odd" });
    expect({ code, kind: said.kind, detail: said.detail }).toMatchObject({
      ...{ code: 1, kind: "credentials", detail: expect.stringContaining(words) },
    });
    expect(JSON.stringify(said)).not.toMatch(/t0ken|s3cr3t/);
  });

  test("credentials that are no text", async () => {
    await writeFile(join(root, "odd"), Buffer.from([0xff, 0xfe, 0x5b]));
    expect((await look({ ...(await bucket()), credentials: "odd" })).said).toMatchObject({
      ...{ kind: "credentials", detail: "it is not text in UTF-8" },
    });
    await writeFile(join(root, "marked"), `\uFEFF${server.credentials.all}`);
    expect((await look({ ...(await bucket()), credentials: "marked" })).code).toBe(0);
  });

  test("an address that no request can be made to", async () => {
    expect(await refused({ endpoint: "http://127.0.0.1:99999" })).toMatch(/other|unreachable/);
  });

  test.each([
    ["no credentials", "nothing of the kind"],
    ["half of them", "[default]\naws_access_key_id = A\n"],
    [
      "those of others",
      "[one]\naws_access_key_id=A\naws_secret_access_key=B\n[two]\naws_access_key_id=A\naws_secret_access_key=B\n",
    ],
  ])("a text with %s", async (_what, text) => {
    await writeFile(join(root, "odd"), text);
    expect((await look({ ...(await bucket()), credentials: "odd" })).said.kind).toBe("credentials");
  });
});

describe("a server that", () => {
  let stub: StubS3 | undefined;
  afterEach(() => stub?.close());
  const at = async (options: StubOptions): Promise<Place & { readonly objects: StubS3["objects"] }> => {
    stub = await startStub(options);
    const address = { bucket: "bucket", prefix: "", endpoint: stub.url, region: "us-east-1" };
    return { address, credentials: "all", objects: stub.objects };
  };

  test("does not heed conditions is found out", async () => {
    const place = await at({ conditional: false });
    expect((await put(place, await model())).said.conditional).toBe(false);
    expect((await move(place, 1, "1")).said).toMatchObject({ moved: true, conditional: false });
    expect((await move(place, 1, "2")).said).toMatchObject({ moved: false, conditional: false });
    expect(String(place.objects.get("pointers/production/00000001.json"))).toBe("1");
  });

  test("does not know conditions is found out, too", async () => {
    const place = await at({
      trouble: ({ headers }, response) =>
        headers["if-none-match"] !== undefined && refusal(response, 501, "NotImplemented"),
    });
    expect((await move(place, 1, "1")).said).toMatchObject({ moved: true, conditional: false });
  });

  test.each([
    ["RequestTimeTooSkewed", 403, "clock"],
    ["PermanentRedirect", 301, "region"],
    ["AuthorizationHeaderMalformed", 400, "region"],
    ["ExpiredToken", 400, "secret"],
    ["InternalProblem", 418, "other"],
  ])("answers %s is understood", async (said, status, kind) => {
    const place = await at({ trouble: (_, response) => refusal(response, status, said) });
    expect(await look(place)).toMatchObject({ code: 1, said: { kind, detail: `${said}: as the test wants` } });
  });

  test("is busy for a while, or lets connections go, is asked again", async () => {
    const troubles = ["busy", "gone", "cut"];
    const place = await at({
      trouble: ({ method, key }, response) => {
        if (method !== "GET" || !key.startsWith("blobs/")) return false;
        const trouble = troubles.shift();
        if (trouble === "busy") return refusal(response, 503, "SlowDown");
        if (trouble === "gone") response.destroy();
        else if (trouble === "cut")
          response.writeHead(200, { "content-length": "7" }).write("wei", () => response.destroy());
        return trouble !== undefined;
      },
    });
    const from = await fresh("model");
    await writeFile(join(from, "model.bin"), "weights");
    const { version } = (await put(place, from)).said;
    const into = await fresh("into");
    expect(await get(place, version, into)).toMatchObject({ code: 0 });
    expect(await readFile(join(into, "model/model.bin"), "utf8")).toBe("weights");
    expect(troubles).toEqual([]);
  });

  test("writes, and whose answer is lost, has moved the pointer", async () => {
    let lost = false;
    const place = await at({
      trouble: ({ method, key, body }, response) => {
        if (lost || method !== "PUT" || !key.startsWith("pointers/")) return false;
        lost = true;
        stub?.objects.set(key, body);
        response.destroy();
        return true;
      },
    });
    expect((await move(place, 1, "mine")).said.moved).toBe(true);
    expect(lost).toBe(true);
  });

  test("does not give back what was written is not believed", async () => {
    const place = await at({
      trouble: ({ method, key, body }, response) => {
        if (method !== "PUT" || !key.startsWith("blobs/")) return false;
        stub?.objects.set(key, body.subarray(1));
        response.end();
        return true;
      },
    });
    const stored = await put(place, await model());
    expect(stored).toMatchObject({ code: 1, said: { kind: "damaged", key: expect.stringMatching(/^blobs/) } });
    expect((await look(place)).said.versions).toEqual([]);
  });

  test("has what is stored again is asked for each object once, which is what finds the damaged ones", async () => {
    const place = await at({});
    const from = await model();
    const reads = (since: number): Record<string, number> => {
      const found = (stub?.asked ?? []).slice(since).filter(({ method, key }) => method === "GET" && key !== "");
      return Object.fromEntries(found.map(({ key }) => [key, found.filter((one) => one.key === key).length]));
    };
    await put(place, from);
    const since = stub?.asked.length ?? 0;
    expect((await put(place, from)).said).toMatchObject({ new: false, repaired: 0 });
    const named = [...place.objects.keys()].filter((key) => /^(blobs|versions)\//.test(key));
    expect(reads(since)).toEqual(Object.fromEntries(named.map((key) => [key, 1])));
  });

  test("has a damaged object that must not be written again is told of, and refused", async () => {
    const place = await at({
      trouble: ({ method, key }, response) =>
        method === "PUT" && stub?.objects.has(key) === true && key.startsWith("blobs/")
          ? refusal(response, 403, "AccessDenied")
          : false,
    });
    const from = await model();
    await put(place, from);
    const [key = ""] = [...place.objects].find(([name]) => name.startsWith("blobs/")) ?? [];
    place.objects.set(key, Buffer.from("damaged"));
    expect(await put(place, from)).toMatchObject({ code: 1, said: { kind: "permission", key } });
  });

  test("lists by pages is read to its end", async () => {
    const place = await at({ page: 2 });
    for (const number of [1, 2, 3, 4, 5]) await move(place, number, String(number));
    expect((await look(place)).said.entries).toHaveLength(5);
  });

  /** Three moves, of which a list has what `answer` makes of their keys. */
  const listing = async (answer: (keys: readonly string[], asked: number) => string): Promise<Answer> => {
    let lists = 0;
    let isOdd = false;
    const place = await at({
      trouble: ({ method, key }, response) => {
        if (!isOdd || method !== "GET" || key !== "") return false;
        const keys = [...place.objects.keys()].filter((name) => name.startsWith("pointers/")).sort();
        lists += 1;
        response.end(answer(keys, lists));
        return true;
      },
    });
    for (const number of [1, 2, 3]) await move(place, number, String(number));
    isOdd = true;
    return ask(place, { operation: "look", pointers: ["production"], last: 2, manifests: false });
  };
  const contents = (keys: readonly string[]): string =>
    keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  const page = (keys: readonly string[], rest: string): string =>
    `<ListBucketResult xmlns="x">${contents(keys)}${rest}</ListBucketResult>`;

  test.each<[string, (keys: readonly string[], asked: number) => string, RegExp]>([
    [
      "lists as the first version of the protocol",
      (keys) => page(keys.slice(0, 1), `<IsTruncated>true</IsTruncated><NextMarker>${keys[0]}</NextMarker>`),
      /is cut, and does not say how it goes on \(NextContinuationToken/,
    ],
    [
      "does not say whether its list is whole",
      (keys) => page(keys.slice(0, 1), ""),
      /does not say whether it is whole/,
    ],
    [
      "gives the same page again and again",
      (keys) =>
        page(keys.slice(0, 1), "<IsTruncated>true</IsTruncated><NextContinuationToken>1</NextContinuationToken>"),
      /begins again, and never ends/,
    ],
    [
      "leaves out the last moves, and says that this is all",
      (keys) => page(keys.slice(0, 1), "<IsTruncated>false</IsTruncated>"),
      /lacks it, though it is there/,
    ],
    ["lists nothing", () => page([], "<IsTruncated>false</IsTruncated>"), /lacks it, though it is there/],
    [
      "lists what was not asked for",
      () => page(["versions/sha256/a.json"], "<IsTruncated>false</IsTruncated>"),
      /has 'versions\/sha256\/a\.json', which was not asked for/,
    ],
    ["answers with an error that it calls a success", () => "<Error><Code>Busy</Code></Error>", /answers with Error/],
    ["answers with a page for people", () => "<html><body>Log in</body></html>", /answers with html/],
    ["answers with nothing", () => "", /is not XML/],
  ])("%s is not believed", async (_what, answer, words) => {
    const { code, said } = await listing(answer);
    expect(said).toMatchObject({ kind: "other", detail: expect.stringMatching(words) });
    expect(code).toBe(1);
  });

  test("is late with its list is asked again", async () => {
    const { said } = await listing((keys, asked) =>
      page(asked < 2 ? keys.slice(0, 1) : keys, "<IsTruncated>false</IsTruncated>"),
    );
    expect((said.entries as { text: string }[]).map(({ text }) => text)).toEqual(["2", "3"]);
  });

  test("lets who may not look at what is not there read its pointers", async () => {
    const place = await at({
      trouble: ({ method, key }, response) =>
        method === "HEAD" && stub?.objects.has(key) === false ? refusal(response, 403, "AccessDenied") : false,
    });
    await move(place, 1, "1");
    expect((await look(place)).said.entries).toHaveLength(1);
  });

  test("ends its answer early is asked again", async () => {
    let cuts = 0;
    const place = await at({
      trouble: ({ method, key }, response) => {
        if (method !== "GET" || !key.startsWith("pointers/") || cuts > 0) return false;
        cuts += 1;
        response.writeHead(200, { "content-length": "9" }).write("half", () => response.destroy());
        return true;
      },
    });
    await move(place, 1, "the whole");
    expect((await look(place)).said.entries).toMatchObject([{ text: "the whole" }]);
    expect(cuts).toBe(1);
  });

  test.each(["../outside", "/etc/outside", "a/../../outside", "a//b", "", "."])(
    "has a version with a file called %j is not followed",
    async (path) => {
      const place = await at({});
      const file = { path, sha256: "a".repeat(64), bytes: 1, executable: false, link: null };
      const text = JSON.stringify({ schemaVersion: 1, parts: { model: [file] }, about: {} });
      const sha256 = hash("sha256", text);
      place.objects.set(`versions/sha256/${sha256}.json`, Buffer.from(text));
      place.objects.set(`blobs/sha256/aa/${"a".repeat(64)}`, Buffer.from("x"));
      const refused = await get(place, `sha256:${sha256}`, await fresh("into"));
      expect(refused).toMatchObject({ code: 1, said: { kind: "damaged", key: `versions/sha256/${sha256}.json` } });
    },
  );

  test("is sent no secret", async () => {
    const place = await at({});
    await put(place, await model());
    const sent = JSON.stringify(stub?.asked.map(({ headers, body }) => [headers, String(body)]));
    expect(sent).not.toContain(server.secret);
    expect(sent).toContain("AWS4-HMAC-SHA256 Credential=AKIATESTS/");
  });
});

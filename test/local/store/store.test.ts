import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { isAnything, isNumber, isText } from "../../../local/base/guards.ts";
import { pruneCache } from "../../../local/store/prune.ts";
import { readRecord } from "../../../local/store/records.ts";
import { openStore } from "../../../local/store/store.ts";
import { treeOf } from "../../../local/store/tree.ts";
import type { Store } from "../../../local/store/types.ts";
import { node, temporaryFolder } from "./support.ts";

const peer = join(import.meta.dirname, "peer.ts");

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), "cache");
});

const open = (limit = 1e12): Promise<Store> => openStore({ path, limit });

async function layer(store: Store, id: string, bytes = 10): Promise<void> {
  const draft = await store.draftLayer();
  writeFileSync(join(draft.upper, "file"), Buffer.alloc(bytes, id));
  await draft.commit(id, "");
}

/** Sets the times of everything in the cache back by an hour, or by another time (milliseconds). */
function age(by = 3_600_000): void {
  const past = new Date(Date.now() - by);
  const visit = (folder: string): void => {
    for (const child of readdirSync(folder, { withFileTypes: true })) {
      const one = join(folder, child.name);
      if (child.isDirectory() && child.name !== "tmp" && child.name !== "leases") visit(one);
      if (!child.isSymbolicLink()) utimesSync(one, past, past);
    }
  };
  visit(path);
}

/** Starts another process with a session in the same cache. Gives the first line that it prints. */
async function startPeer(
  ...args: string[]
): Promise<{ process: ChildProcess; line: string; exited: Promise<unknown> }> {
  const child = spawn(node, [peer, path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  return { process: child, line: line.trim(), exited };
}

describe("the cache folder", () => {
  it("can be entered by its user alone, also one that was made before", async () => {
    const mode = () => statSync(path).mode & 0o777;
    await (await open()).close();
    expect(mode()).toBe(0o700);
    chmodSync(path, 0o755);
    await (await open()).close();
    expect(mode()).toBe(0o700);
  });
});

describe("layers", () => {
  it("appear by one rename, and a second one of the same name is dropped", async () => {
    const store = await open();
    const [one, two] = [await store.draftLayer(), await store.draftLayer()];
    writeFileSync(join(one.upper, "x"), "first");
    writeFileSync(join(two.upper, "x"), "second");
    expect(await store.hasLayer("sha256:l")).toBe(false);
    await one.commit("sha256:l", "");
    await two.commit("sha256:l", "");
    expect(readFileSync(join(await store.layerPath("sha256:l"), "x"), "utf8")).toBe("first");
    expect(existsSync(two.upper)).toBe(false);
    await store.close();
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
    expect(readdirSync(join(path, "leases"))).toEqual([]);
  });

  it("invalidate the records that name them when they are removed, and nothing else", async () => {
    const store = await open();
    await layer(store, "l1");
    await store.putRecord("exec", "k", { root: { layers: ["l1"] }, exitCode: 0 });
    await store.putRecord("exec", "other", { root: { layers: ["gone"] } });
    await store.putRecord("call", "$(touch x)/..", "text");
    expect(await store.record("exec", "k", isAnything)).toEqual({ root: { layers: ["l1"] }, exitCode: 0 });
    expect(await store.record("exec", "other", isAnything)).toBeUndefined();
    expect(await store.record("exec", "never", isAnything)).toBeUndefined();
    expect(readRecord(path, "call", "$(touch x)/..", isText)).toBe("text");
    expect(readRecord(path, "call", "$(touch x)/..", isNumber)).toBeUndefined();
    await store.close();
  });
});

describe("prune", () => {
  it("keeps what was used since the session began, and removes the rest", async () => {
    const before = await open();
    await layer(before, "old");
    await layer(before, "used");
    const source = join(path, "../source");
    mkdirSync(source);
    writeFileSync(join(source, "a"), "one");
    const stale = await before.importDirectory(source);
    writeFileSync(join(source, "a"), "two");
    const fresh = await before.importDirectory(source);
    await before.volume("old volume");
    await before.close();
    age();
    const store = await open();
    expect(await store.hasLayer("used")).toBe(true);
    await store.checkout(fresh);
    const { freedBytes } = await store.prune(0);
    expect(freedBytes).toBeGreaterThan(0);
    expect(existsSync(await store.layerPath("used"))).toBe(true);
    expect(existsSync(await store.layerPath("old"))).toBe(false);
    expect(await store.tree(stale.digest)).toBeUndefined();
    expect((await store.tree(fresh.digest))?.entries).toHaveLength(1);
    expect(readFileSync(join(await store.checkout(fresh), "a"), "utf8")).toBe("two");
    expect(readdirSync(join(path, "volumes"))).toEqual([]);
    await store.close();
  });

  it("keeps what a session uses that began after pruning did", async () => {
    const before = await open();
    const source = join(path, "../source");
    mkdirSync(source);
    for (const content of ["one", "two"]) {
      writeFileSync(join(source, "a"), content);
      await before.importDirectory(source);
    }
    await before.close();
    await sleep(20);
    const store = await open();
    // Pruning has looked at everything when it waits for the first time.
    const pruning = pruneCache(path, 0, await store.scratch());
    const blobs = await Promise.all(["one", "two"].map((content) => store.putBlob(Buffer.from(content))));
    await pruning;
    for (const { sha256 } of blobs) expect(existsSync(store.blobPath(sha256, 0o644))).toBe(true);
    await store.close();
  });

  it("removes what has times to come, as after the clock was set back, unless a session does", async () => {
    const before = await open();
    for (const id of ["unused", "used"]) await layer(before, id);
    await before.close();
    age(-3_600_000);
    const store = await open();
    await store.hasLayer("used");
    const lease = join(path, "leases", readdirSync(join(path, "leases"))[0] ?? "");
    const future = new Date(Date.now() + 1_800_000);
    utimesSync(lease, future, future);
    await store.prune(0);
    for (const id of ["unused", "used"]) expect(existsSync(await store.layerPath(id))).toBe(true);
    // The session began when it used the layer, however long the pruning before took.
    const second = Math.floor(statSync(`${await store.layerPath("used")}.json`).mtimeMs / 1000);
    utimesSync(lease, second, second);
    await store.prune(0);
    expect(existsSync(await store.layerPath("unused"))).toBe(false);
    expect(existsSync(await store.layerPath("used"))).toBe(true);
    await store.close();
  });

  it("keeps what a session uses while it counts what there is", async () => {
    const store = await open();
    await layer(store, "used");
    // A prune that took its time before it listed this has seen such a time to come.
    const later = new Date(Date.now() + 300);
    utimesSync(`${await store.layerPath("used")}.json`, later, later);
    await store.prune(0);
    expect(existsSync(await store.layerPath("used"))).toBe(true);
    await store.close();
  });

  it("removes the longest unused first down to the limit, also at the end of a session", async () => {
    const before = await open();
    for (const id of ["a", "b", "c"]) await layer(before, id, 100_000);
    await before.close();
    age();
    const again = await open();
    await again.hasLayer("a");
    await again.close();
    const last = await open(250_000);
    await layer(last, "d", 10);
    await last.close();
    const left = (
      await Promise.all(["a", "b", "c", "d"].map(async (id) => [id, existsSync(await last.layerPath(id))]))
    ).filter(([, there]) => there);
    expect(left.map(([id]) => id)).toContain("a");
    expect(left.map(([id]) => id)).toContain("d");
    expect(left).toHaveLength(3);
    const store = await open();
    expect((await store.info()).bytes).toBeLessThan(250_000);
    await store.close();
  });

  it("leaves alone what another live session uses", async () => {
    const before = await open();
    await layer(before, "theirs");
    await before.close();
    age();
    const other = await startPeer("use", "theirs");
    expect(other.line).toBe("true");
    const store = await open();
    await store.prune(0);
    expect(existsSync(await store.layerPath("theirs"))).toBe(true);
    other.process.kill("SIGKILL");
    await other.exited;
    await store.close();
    const next = await open();
    await next.prune(0);
    expect(existsSync(await next.layerPath("theirs"))).toBe(false);
    await next.close();
  });
});

describe("several processes", () => {
  it("import and check out the same tree at once", async () => {
    const source = join(path, "../source");
    for (let index = 0; index < 500; index++) {
      mkdirSync(join(source, `${index % 10}`), { recursive: true });
      writeFileSync(join(source, `${index % 10}`, `${index}`), `content ${index}`);
    }
    const peers = await Promise.all(Array.from({ length: 3 }, () => startPeer("import", source)));
    expect(new Set(peers.map((one) => one.line)).size).toBe(1);
    for (const one of peers) one.process.stdin?.end();
    await Promise.all(peers.map((one) => one.exited));
    const checkout = peers[0]?.line.split(" ")[1] ?? "";
    expect(readFileSync(join(checkout, "3/13"), "utf8")).toBe("content 13");
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
  });

  it("clean up after one that was killed, and not after one that lives", async () => {
    const dead = await startPeer("draft");
    const alive = await startPeer("draft");
    dead.process.kill("SIGKILL");
    await dead.exited;
    const store = await open();
    expect(existsSync(dead.line)).toBe(false);
    expect(existsSync(alive.line)).toBe(true);
    expect(readdirSync(join(path, "leases"))).toHaveLength(2);
    alive.process.stdin?.end();
    await alive.exited;
    await store.close();
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
  });
});

it("ends a lent file with the session, unless a tree that is kept has it", async () => {
  const lend = async (store: Store, name: string) => {
    const file = join(await store.scratch(), name);
    writeFileSync(file, name);
    return store.lendFile(file);
  };
  const store = await open();
  const passing = await lend(store, "passing");
  const kept = await lend(store, "kept");
  expect(readFileSync(store.blobPath(passing.sha256, passing.mode), "utf8")).toBe("passing");
  const tree = treeOf([{ path: "a", type: "file", ...kept }]);
  const checkout = await store.checkout(tree);
  expect(readFileSync(join(checkout, "a"), "utf8")).toBe("kept");
  await store.close();
  const next = await open();
  expect(() => next.blobPath(passing.sha256, passing.mode)).toThrow("is not in the cache any more");
  expect(readFileSync(next.blobPath(kept.sha256, kept.mode), "utf8")).toBe("kept");
  expect((await next.info()).kinds.blobs?.entries).toBe(1);
  await next.close();
});

it("counts a layer that is made of links to blobs once, and its content when the blobs are gone", async () => {
  const store = await open();
  const source = temporaryFolder();
  writeFileSync(join(source, "big"), Buffer.alloc(5_000_000, "x"));
  const tree = await store.importDirectory(source);
  const draft = await store.draftLayer();
  execFileSync("cp", ["-al", `${await store.checkout(tree)}/.`, draft.upper]);
  await draft.commit("linked", "");
  const { bytes, kinds } = await store.info();
  expect(bytes).toBeLessThan(6_000_000);
  expect(kinds.layers?.bytes).toBeLessThan(100_000);
  await store.close();
  age();
  // The change of a blob's time counts as a use, so the next session begins well after it.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const next = await open();
  expect(await next.hasLayer("linked")).toBe(true);
  const { freedBytes } = await next.prune(0);
  expect(freedBytes).toBeLessThan(100_000);
  expect((await next.info()).kinds.layers?.bytes).toBeGreaterThan(5_000_000);
  await next.close();
});

it.each([0o664, 0o640, 0o775, 0o600])(
  "makes a file of mode %o from any other, as a checkout of a group has it",
  async (mode) => {
    const source = temporaryFolder();
    writeFileSync(join(source, "train.py"), "shared");
    chmodSync(join(source, "train.py"), mode);
    const store = await open();
    const [file] = (await store.importDirectory(source)).entries;
    if (file?.type !== "file") throw new Error("no file was taken");
    expect(statSync(store.blobPath(file.sha256, 0o755)).mode & 0o777).toBe(0o755);
    const checkout = await store.checkout(treeOf([{ ...file, mode: 0o644 }]));
    expect(statSync(join(checkout, "train.py")).mode & 0o777).toBe(0o644);
    await store.close();
  },
);

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Lazy } from "../../../local/base/lazy.ts";
import { directoryOfSnapshot, fileOfSnapshot } from "../../../local/engine/read.ts";
import type { Session } from "../../../local/engine/session.ts";
import { treeOf } from "../../../local/store/tree.ts";
import type { Tree } from "../../../local/store/types.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "read-"));
  writeFileSync(join(root, "model.json"), "{}");
});
afterAll(() => rmSync(root, { recursive: true }));

/** A session whose store is in memory, and which counts how often it mounts. */
function countingSession() {
  const records = new Map<string, unknown>();
  const trees = new Map<string, Tree>();
  const file = treeOf([{ path: "file", type: "file", sha256: "0".repeat(64), size: 2, mode: 0o644 }]);
  const kept = (tree: Tree): Tree => {
    trees.set(tree.digest, tree);
    return tree;
  };
  const counts = { mounts: 0 };
  const session = {
    inFlight: { once: (_key: string, make: () => Promise<unknown>) => make() },
    store: {
      record: async (kind: string, key: string) => records.get(kind + key),
      putRecord: async (kind: string, key: string, value: unknown) => void records.set(kind + key, value),
      tree: async (digest: string) => trees.get(digest),
      importFile: async () => kept(file),
      importDirectory: async () => kept(treeOf([])),
    },
    sandbox: {
      withMounted: (_snapshot: unknown, use: (path: string) => Promise<unknown>) => {
        counts.mounts += 1;
        return use(root);
      },
    },
  };
  return { session: session as unknown as Session, counts, trees };
}

const at = (path: string) => ({ snapshot: new Lazy(async () => ({ layers: ["layer"] })), path });

describe("what is at a path of a snapshot", () => {
  test("is mounted once and remembered: a file as well as a directory", async () => {
    const { session, counts } = countingSession();
    for (let time = 0; time < 3; time++) {
      expect(await fileOfSnapshot(session, at("/model.json")).blob.get()).toMatchObject({ size: 2, mode: 0o644 });
    }
    expect(counts.mounts).toBe(1);
    for (let time = 0; time < 3; time++) await directoryOfSnapshot(session, at("/")).tree.get();
    expect(counts.mounts).toBe(2);
  });

  test("is read again when what was remembered has been pruned", async () => {
    const { session, counts, trees } = countingSession();
    await fileOfSnapshot(session, at("/model.json")).blob.get();
    trees.clear();
    await fileOfSnapshot(session, at("/model.json")).blob.get();
    expect(counts.mounts).toBe(2);
  });

  test("is not remembered as something else", async () => {
    const { session } = countingSession();
    await fileOfSnapshot(session, at("/model.json")).blob.get();
    await expect(directoryOfSnapshot(session, at("/model.json")).tree.get()).rejects.toThrow("is a file");
  });
});

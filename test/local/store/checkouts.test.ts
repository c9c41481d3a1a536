import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Blobs } from "../../../local/store/blobs.ts";
import { copyOut } from "../../../local/store/checkouts.ts";
import { emptyTree, withFile } from "../../../local/store/tree.ts";
import type { Tree } from "../../../local/store/types.ts";
import { temporaryFolder } from "./support.ts";

/** A store of two models, inside a folder or not; the content of each file is its name. */
const PATHS = [
  ...["blobs/sha256/aa/aa1", "blobs/sha256/bb/bb1", "store.json", "versions/sha256/1.json", "versions/sha256/2.json"],
  ...["pointers/candidate/00000001.json", "pointers/production/00000001.json", "pointers/production/00000002.json"],
];
const treeOf = (paths: readonly string[]): Tree =>
  paths.reduce((tree, path) => withFile(tree, path, { sha256: path, size: 1 }), emptyTree);

/** Blobs of which only so many can be written. */
class FewBlobs extends Blobs {
  readonly written: string[] = [];
  readonly #room: number;
  readonly #error: Error;

  constructor(room: number, error: Error) {
    super("", "");
    this.#room = room;
    this.#error = error;
  }

  override export(sha256: string, _mode: number, path: string): void {
    if (this.written.length === this.#room) throw this.#error;
    this.written.push(sha256);
    writeFileSync(path, sha256);
  }
}

const full = (): Error => Object.assign(new Error("no space left"), { code: "ENOSPC" });
const isPointer = (path: string): boolean => path.includes("pointers/");
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

describe("a model store that is exported", () => {
  it.each(["", "deep/store/"])("has no pointer before what it names, wherever it ends, below %j", (below) => {
    const tree = treeOf(PATHS.map((path) => `${below}${path}`));
    for (let room = 0; room < PATHS.length; room++) {
      // Whether the disk is full or the process is ended: what was written by then is there.
      for (const error of [full(), new Error("killed")]) {
        const target = join(temporaryFolder(), "store");
        const blobs = new FewBlobs(room, error);
        expect(() => copyOut(tree, target, blobs, false)).toThrow(/is full, and not all of the files are there|killed/);
        const files = filesIn(target);
        expect(files).toHaveLength(room);
        const others = PATHS.filter((path) => !isPointer(path));
        if (files.some(isPointer)) {
          for (const path of others) expect(existsSync(join(target, below, path)), path).toBe(true);
        }
        // No move without the one before it.
        const [first, second] = [1, 2].map((number) =>
          existsSync(join(target, below, `pointers/production/0000000${number}.json`)),
        );
        expect(!second || first).toBe(true);
      }
    }
    const target = join(temporaryFolder(), "store");
    copyOut(tree, target, new FewBlobs(PATHS.length, full()), false);
    expect(filesIn(target)).toHaveLength(PATHS.length);
    expect(readFileSync(join(target, below, "pointers/candidate/00000001.json"), "utf8")).toMatch(/candidate/);
  });

  it("that is ended and exported again goes on", () => {
    const target = join(temporaryFolder(), "store");
    expect(() => copyOut(treeOf(PATHS), target, new FewBlobs(3, full()), false)).toThrow(/full/);
    copyOut(treeOf(PATHS), target, new FewBlobs(PATHS.length, full()), false);
    expect(filesIn(target)).toHaveLength(PATHS.length);
  });
});

it("other folders are written in the order of their names", () => {
  const blobs = new FewBlobs(9, full());
  copyOut(treeOf(["b", "a/pointers", "a/x"]), join(temporaryFolder(), "out"), blobs, false);
  expect(blobs.written).toEqual(["a/pointers", "a/x", "b"]);
});

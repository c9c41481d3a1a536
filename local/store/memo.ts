import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, type Stats, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isListOf, isNumber, isText, isTuple, readJson } from "../base/guards.ts";
import { type KeyTable, keyParts } from "../base/key-table.ts";
import type { TreeFilter } from "./types.ts";

/**
 * What is remembered of a file: its inode, size, modification and change times (milliseconds) when it was hashed, and
 * its hash.
 */
type Remembered = readonly [inode: number, size: number, modified: number, changed: number, sha256: string];

const areRemembered = isListOf(
  isTuple<[string, Remembered]>(isText, isTuple<Remembered>(isNumber, isNumber, isNumber, isNumber, isText)),
);

const version = 1;

/**
 * The hash of a file that changed this recently is not remembered, because the file may change again without a new time
 * (milliseconds).
 */
const settled = 50;
/** The same for file systems that only store whole seconds. */
const settledCoarse = 2_100;

/** The hashes of the files of one directory, so that unchanged files need not be read again. */
export interface Memo {
  get(path: string, stat: Stats): string | undefined;
  set(path: string, stat: Stats, sha256: string, readAt: number): void;
  /** Saves what was used or added since the memo was opened, if that differs from what is on disk. */
  save(): void;
}

/** A memo that remembers nothing, for directories that are read once. */
export const noMemo: Memo = { get: () => undefined, set: () => {}, save: () => {} };

/** The parts of a memo's key, in the order of the key. */
const filterTable = {
  include: { keyed: ({ include = [] }) => ({ include }) },
  exclude: { keyed: ({ exclude = [] }) => ({ exclude }) },
} satisfies KeyTable<TreeFilter>;

/** Opens the memo of one directory under one filter, below `folder`, which is created. */
export function openMemo(folder: string, root: string, filter: TreeFilter): Memo {
  const name = hash("sha1", JSON.stringify([version, root, ...Object.values(keyParts(filterTable, filter))]));
  const file = join(folder, `${name}.json`);
  const before = read(file);
  const after = new Map<string, Remembered>();
  let changed = false;
  return {
    get: (path, stat) => {
      const known = before.get(path);
      if (!known) return undefined;
      const same =
        known[0] === stat.ino && known[1] === stat.size && known[2] === stat.mtimeMs && known[3] === stat.ctimeMs;
      if (!same) return undefined;
      after.set(path, known);
      return known[4];
    },
    set: (path, stat, sha256, readAt) => {
      const latest = Math.max(stat.mtimeMs, stat.ctimeMs);
      const margin = latest % 1000 === 0 ? settledCoarse : settled;
      if (latest + margin > readAt) return;
      changed = true;
      after.set(path, [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs, sha256]);
    },
    save: () => {
      if (!changed && after.size === before.size) return;
      mkdirSync(folder, { recursive: true });
      const temporary = `${file}.${process.pid}.${Date.now()}`;
      writeFileSync(temporary, JSON.stringify([...after]));
      renameSync(temporary, file);
    },
  };
}

function read(file: string): Map<string, Remembered> {
  try {
    return new Map(readJson(areRemembered, readFileSync(file, "utf8")));
  } catch {
    // There is no memo, so everything is read, as with a damaged one.
    return new Map();
  }
}

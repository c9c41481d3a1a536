import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isMissing, removeAll, uniqueName } from "./files.ts";

/**
 * The lease of a session: a file under an exclusive lock. The kernel releases it when the last descriptor closes, that
 * is when the engine has ended in any way. It needs no process numbers, so it works across process namespaces and
 * reboots.
 */
export interface Lease {
  readonly session: string;
  /** The session's folder for temporary files. */
  readonly scratch: string;
  release(): void;
}

const nameOf = (session: string): string => `${session}.json`;

/**
 * Tries to lock an open file without waiting. The lock belongs to the descriptor, so it outlives the helper program.
 */
function tryLock(descriptor: number): boolean {
  const { status, error } = spawnSync("flock", ["--exclusive", "--nonblock", "--conflict-exit-code", "75", "3"], {
    stdio: ["ignore", "ignore", "ignore", descriptor],
  });
  if (error) throw new Error("The program flock (Debian package util-linux) is needed.", { cause: error });
  if (status === 0) return true;
  if (status === 75) return false;
  throw new Error(`The cache folder's file system cannot lock files (flock: exit code ${status}).`);
}

/** Starts a session below the cache root, and removes what ended sessions left. */
export function openLease(root: string): Lease {
  const leases = join(root, "leases");
  const temporary = join(root, "tmp");
  for (const folder of [leases, temporary]) mkdirSync(folder, { recursive: true });
  const session = uniqueName();
  // The file is locked before it gets its name, because an unlocked lease is taken for that of an ended session.
  const draft = join(leases, `.${session}`);
  const descriptor = openSync(draft, "w");
  if (!tryLock(descriptor)) throw new Error(`${draft} is locked by somebody else.`);
  renameSync(draft, join(leases, nameOf(session)));
  // What ended sessions left may be what fills the disk, so it goes before anything is made.
  sweep(root);
  const scratch = join(temporary, session);
  mkdirSync(scratch, { mode: 0o711 });
  return {
    session,
    scratch,
    release: () => {
      removeAll(scratch);
      unlinkSync(join(leases, nameOf(session)));
      closeSync(descriptor);
    },
  };
}

const liveLeases = (leases: string): string[] => readdirSync(leases).filter((name) => name.endsWith(".json"));

/** Removes the leases of ended sessions, and temporary folders without a lease. */
function sweep(root: string): void {
  const leases = join(root, "leases");
  for (const name of liveLeases(leases)) if (isDead(join(leases, name))) removeLease(root, name);
  const alive = new Set(liveLeases(leases).map((name) => name.slice(0, -".json".length)));
  for (const name of readdirSync(join(root, "tmp"))) {
    // A session takes its lease before it makes its folder, so a folder without a lease belongs to nobody.
    if (!alive.has(name) && !isAlive(root, name)) removeAll(join(root, "tmp", name));
  }
}

function isAlive(root: string, session: string): boolean {
  return statSync(join(root, "leases", nameOf(session)), { throwIfNoEntry: false }) !== undefined;
}

function isDead(lease: string): boolean {
  try {
    const descriptor = openSync(lease, "r+");
    try {
      return tryLock(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function removeLease(root: string, name: string): void {
  removeAll(join(root, "tmp", name.slice(0, -".json".length)));
  try {
    unlinkSync(join(root, "leases", name));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/**
 * Gives the starts of the oldest and the newest live session (milliseconds). What was used since the oldest began must not be
 * removed.
 */
export function liveSessions(root: string): { readonly oldest: number; readonly newest: number } {
  const leases = join(root, "leases");
  const starts = liveLeases(leases).flatMap((name) => {
    const stat = statSync(join(leases, name), { throwIfNoEntry: false });
    return stat ? [stat.mtimeMs] : [];
  });
  return { oldest: Math.min(...starts), newest: Math.max(...starts) };
}

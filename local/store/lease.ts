import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isMissing, removeAll, uniqueName } from "./files.ts";

/**
 * A session's lease: a file under an exclusive lock that the kernel lets go when the last descriptor of it closes, that is
 * when the engine is gone, however it went. No process numbers, so it holds across process namespaces and reboots.
 */
export interface Lease {
  readonly session: string;
  /** The session's folder for everything temporary. */
  readonly scratch: string;
  release(): void;
}

const nameOf = (session: string): string => `${session}.json`;

/** Tries to lock an open file without waiting. The lock belongs to the descriptor and outlives the helper program. */
function tryLock(descriptor: number): boolean {
  const { status, error } = spawnSync("flock", ["--exclusive", "--nonblock", "--conflict-exit-code", "75", "3"], {
    stdio: ["ignore", "ignore", "ignore", descriptor],
  });
  if (error) throw new Error("The program flock (Debian package util-linux) is needed.", { cause: error });
  if (status === 0) return true;
  if (status === 75) return false;
  throw new Error(`The cache folder's file system cannot lock files (flock: exit code ${status}).`);
}

/** Starts a session below the cache root and removes what dead ones left. */
export function openLease(root: string): Lease {
  const leases = join(root, "leases");
  const temporary = join(root, "tmp");
  for (const folder of [leases, temporary]) mkdirSync(folder, { recursive: true });
  const session = uniqueName();
  // Locked before it has its name: whoever finds a lease that can be locked may take it for dead.
  const draft = join(leases, `.${session}`);
  const descriptor = openSync(draft, "w");
  if (!tryLock(descriptor)) throw new Error(`${draft} is locked by somebody else.`);
  renameSync(draft, join(leases, nameOf(session)));
  const scratch = join(temporary, session);
  mkdirSync(scratch, { mode: 0o711 });
  sweep(root);
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

/** Removes leases of the dead and temporary folders without a lease. */
function sweep(root: string): void {
  const leases = join(root, "leases");
  for (const name of liveLeases(leases)) if (isDead(join(leases, name))) removeLease(root, name);
  const alive = new Set(liveLeases(leases).map((name) => name.slice(0, -".json".length)));
  for (const name of readdirSync(join(root, "tmp"))) {
    // A session takes its lease before it makes its folder, so a folder without one is nobody's.
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

/** When the oldest session that is still alive began (milliseconds): what was used since then is not to be removed. */
export function oldestSession(root: string): number {
  const leases = join(root, "leases");
  let oldest = Date.now();
  for (const name of liveLeases(leases)) {
    const stat = statSync(join(leases, name), { throwIfNoEntry: false });
    if (stat) oldest = Math.min(oldest, stat.mtimeMs);
  }
  return oldest;
}

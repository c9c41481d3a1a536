import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What git has checked out. */
export interface Checkout {
  readonly commit: string;
  /** Absent when the commit was checked out and no branch, as many CI systems do. */
  readonly branch?: string;
  /** The path of the folder in its repository, without slashes around it; absent for the repository itself. */
  readonly folder?: string;
}

/** They name another repository than that of the folder: git sets them for its hooks. */
const OF_ANOTHER = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE"];

/** The variables of this process for git, which says only what lies in the folder that it is asked about. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env, GIT_ALLOW_PROTOCOL: "none", GIT_NO_LAZY_FETCH: "1" };
  for (const name of OF_ANOTHER) Reflect.deleteProperty(env, name);
  return env;
}

/**
 * What is checked out in a folder. Undefined where that is not known: there is no git, the folder belongs to no commit, or its
 * repository to somebody else.
 *
 * Git is asked for names alone. To look for changes it would run programs that a folder's own `.git/config` may name, outside of any
 * sandbox; so it may not fetch what a partial clone lacks, either.
 */
export async function checkoutOf(folder: string): Promise<Checkout | undefined> {
  // The second name is that of the folder in the commit: it has none where a repository above ignores it.
  const asked = ["rev-parse", "--show-prefix", "HEAD", "HEAD:./", "--symbolic-full-name", "HEAD"];
  try {
    const { stdout } = await run("git", ["-C", folder, ...asked], { env: gitEnvironment(), timeout: 5_000 });
    // A folder whose name has a line break would shift the others.
    const [name = "", , commit = "", ...prefix] = stdout.trimEnd().split("\n").reverse();
    const branch = /^refs\/heads\/(.+)$/.exec(name)?.[1];
    const inRepository = prefix.length === 1 ? (prefix[0]?.replace(/\/$/, "") ?? "") : "";
    return {
      commit,
      ...(branch === undefined ? {} : { branch }),
      ...(inRepository === "" ? {} : { folder: inRepository }),
    };
  } catch {
    return undefined;
  }
}

/** Names that main branches have, where a repository does not say which of its branches is that one. */
const USUAL = ["main", "master"];

/**
 * The branch that others of a repository are merged into: the one that its origin names, one of the usual names, or else the one that is
 * checked out, also before its first commit. Undefined where there is no git, or it knows none.
 */
export async function mainBranchOf(folder: string): Promise<string | undefined> {
  const ask = async (...args: readonly string[]): Promise<string[]> => {
    try {
      const { stdout } = await run("git", ["-C", folder, ...args], { env: gitEnvironment(), timeout: 5_000 });
      return stdout.split("\n").filter((line) => line !== "");
    } catch {
      return [];
    }
  };
  const remote = "refs/remotes/origin/";
  const [[origin], branches, [current]] = await Promise.all([
    ask("symbolic-ref", "--quiet", `${remote}HEAD`),
    ask("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"),
    ask("symbolic-ref", "--quiet", "HEAD"),
  ]);
  if (origin?.startsWith(remote) === true) return origin.slice(remote.length);
  return USUAL.find((name) => branches.includes(name)) ?? /^refs\/heads\/(.+)$/.exec(current ?? "")?.[1];
}

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

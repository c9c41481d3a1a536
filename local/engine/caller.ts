import { resolve } from "node:path";

/** Who the engine works for: the folder where relative paths start, and the module that runs. */
export interface Caller {
  /** Paths of `host.directory` and `export` are relative to this absolute path. */
  readonly workdir: string;
  /** The absolute path of the module's root, for `currentModule.source`. */
  readonly module?: string;
  /** The device of the terminal that a person types on; absent where there is none. */
  readonly terminal?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the caller from the environment, where the command line puts both folders. The engine may run in any working
 * directory.
 */
export function callerFrom(env: Readonly<Record<string, string | undefined>>): Caller {
  const workdir = resolve(env.ML_PIPELINE_WORKDIR ?? process.cwd());
  const terminal = env.ML_PIPELINE_TERMINAL;
  return { workdir, module: env.ML_PIPELINE_MODULE, env, ...(terminal === undefined ? {} : { terminal }) };
}

/** Resolves a path of the host as the caller means it. */
export function hostPath(caller: Caller, path: string): string {
  const home = caller.env.HOME;
  return home !== undefined && (path === "~" || path.startsWith("~/"))
    ? resolve(home, path.slice(2))
    : resolve(caller.workdir, path);
}

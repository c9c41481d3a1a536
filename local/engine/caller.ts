import { resolve } from "node:path";

/** Who the engine works for: where its relative paths count from, and the module that it runs. */
export interface Caller {
  /** Absolute path that `host.directory` and `export` are relative to. */
  readonly workdir: string;
  /** Absolute path of the module's root, for `currentModule.source`. */
  readonly module?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command line passes both folders in the environment, because the engine's own working directory is no contract. */
export function callerFrom(env: Readonly<Record<string, string | undefined>>): Caller {
  const workdir = resolve(env.ML_PIPELINE_WORKDIR ?? process.cwd());
  return { workdir, module: env.ML_PIPELINE_MODULE, env };
}

/** A path of the host as the caller means it. */
export function hostPath(caller: Caller, path: string): string {
  const home = caller.env.HOME;
  return home !== undefined && (path === "~" || path.startsWith("~/"))
    ? resolve(home, path.slice(2))
    : resolve(caller.workdir, path);
}

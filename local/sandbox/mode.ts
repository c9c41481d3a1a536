import { spawnSync } from "node:child_process";
import { findProgram, program } from "./programs.ts";

/** The kind of namespaces that the engine runs in. */
export interface Mode {
  /** Whether there is a user namespace, because the user is not root or a root without rights. */
  readonly user: boolean;
  /**
   * With `single`, the only user inside is root, which stands for the user's own id. Any other user of a container is
   * root too, and `apt-get` fails.
   */
  readonly ids: "all" | "single";
  /** Whether a new `/proc` can be mounted. */
  readonly proc: boolean;
}

const modes: readonly Mode[] = [
  { user: false, ids: "all", proc: true },
  { user: false, ids: "all", proc: false },
  { user: true, ids: "all", proc: true },
  { user: true, ids: "all", proc: false },
  { user: true, ids: "single", proc: true },
  { user: true, ids: "single", proc: false },
];

export function unshareArguments(mode: Mode): readonly string[] {
  const args = ["--mount", "--pid", "--fork", "--kill-child"];
  if (mode.user) args.unshift("--user", "--map-root-user", ...(mode.ids === "all" ? ["--map-auto"] : []));
  if (mode.proc) args.push("--mount-proc");
  return args;
}

/** This environment variable tells the engine its mode. */
const variable = "ML_PIPELINE_NAMESPACES";

export const encodeMode = (mode: Mode): string =>
  `${mode.user ? "user" : "root"}:${mode.ids}:${mode.proc ? "proc" : "no-proc"}`;

/**
 * Gives the mode of this process.
 * | @throws Error outside the engine's namespaces, where mounts would stay on the host
 */
export function currentMode(env: NodeJS.ProcessEnv = process.env): Mode {
  const mode = modes.find((candidate) => encodeMode(candidate) === env[variable]);
  if (!mode) throw new Error("The sandbox works inside the engine's namespaces only: start it with engineCommand().");
  return mode;
}

/** Tries a mode with a program that does nothing. `message` says why it cannot be had. */
export function tryMode(mode: Mode): { readonly works: boolean; readonly message: string } {
  const result = spawnSync(program("unshare"), [...unshareArguments(mode), "true"], { encoding: "utf8" });
  return { works: result.status === 0, message: (result.stderr || result.error?.message || "").trim() };
}

/** Finds the best mode that this host allows. */
export function findMode(): Mode | undefined {
  const isRoot = process.getuid?.() === 0;
  return modes
    .filter((mode) => isRoot || mode.user)
    .filter((mode) => mode.ids === "single" || !mode.user || findProgram("newuidmap") !== undefined)
    .find((mode) => tryMode(mode).works);
}

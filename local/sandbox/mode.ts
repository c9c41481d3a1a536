import { spawnSync } from "node:child_process";
import { findProgram, program } from "./programs.ts";

/** What the namespaces of the engine are like. */
export interface Mode {
  /** A user namespace: the engine runs for an ordinary user (or a root without rights). */
  readonly user: boolean;
  /** `single`: only the user's own id exists inside, as root: every other user of a container is root too, and `apt-get` fails. */
  readonly ids: "all" | "single";
  /** Whether a `/proc` of its own can be mounted. */
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

/** The arguments of `unshare` for a mode. */
export function unshareArguments(mode: Mode): readonly string[] {
  const args = ["--mount", "--pid", "--fork", "--kill-child"];
  if (mode.user) args.unshift("--user", "--map-root-user", ...(mode.ids === "all" ? ["--map-auto"] : []));
  if (mode.proc) args.push("--mount-proc");
  return args;
}

/** The name of the environment variable that says to the engine in what namespaces it is. */
const variable = "ML_PIPELINE_NAMESPACES";

/** A mode as text, for the engine. */
export const encodeMode = (mode: Mode): string =>
  `${mode.user ? "user" : "root"}:${mode.ids}:${mode.proc ? "proc" : "no-proc"}`;

/** The mode of this process. Throws outside the engine's namespaces: what is mounted there would stay on the host. */
export function currentMode(env: NodeJS.ProcessEnv = process.env): Mode {
  const mode = modes.find((candidate) => encodeMode(candidate) === env[variable]);
  if (!mode) throw new Error("The sandbox works inside the engine's namespaces only: start it with engineCommand().");
  return mode;
}

/** Tries a mode with a program that does nothing. Gives what was said when it cannot be had. */
export function tryMode(mode: Mode): { readonly works: boolean; readonly message: string } {
  const result = spawnSync(program("unshare"), [...unshareArguments(mode), "true"], { encoding: "utf8" });
  return { works: result.status === 0, message: (result.stderr || result.error?.message || "").trim() };
}

/** The best mode that this host allows, or undefined. */
export function findMode(): Mode | undefined {
  const isRoot = process.getuid?.() === 0;
  return modes
    .filter((mode) => isRoot || mode.user)
    .filter((mode) => mode.ids === "single" || !mode.user || findProgram("newuidmap") !== undefined)
    .find((mode) => tryMode(mode).works);
}

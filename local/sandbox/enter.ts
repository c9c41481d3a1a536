import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findProgram, program } from "./programs.ts";

/** What the namespaces of the engine are like. */
export interface Mode {
  /** A user namespace: the engine runs for an ordinary user (or a root without rights). */
  readonly user: boolean;
  /** `own`: only the user's own id exists inside, so files can belong to root alone and no package manager can drop rights. */
  readonly ids: "all" | "own";
  /** Whether a `/proc` of its own can be mounted. */
  readonly proc: boolean;
}

export interface EngineCommand {
  readonly command: readonly string[];
  readonly mode: Mode;
}

const modes: readonly Mode[] = [
  { user: false, ids: "all", proc: true },
  { user: false, ids: "all", proc: false },
  { user: true, ids: "all", proc: true },
  { user: true, ids: "all", proc: false },
  { user: true, ids: "own", proc: true },
  { user: true, ids: "own", proc: false },
];

function unshareArguments(mode: Mode): readonly string[] {
  const args = ["--mount", "--pid", "--fork", "--kill-child"];
  if (mode.user) args.unshift("--user", "--map-root-user", ...(mode.ids === "all" ? ["--map-auto"] : []));
  if (mode.proc) args.push("--mount-proc");
  return args;
}

/** The name of the environment variable that says to the engine in what namespaces it is. */
const variable = "ML_PIPELINE_NAMESPACES";

const encode = (mode: Mode): string => `${mode.user ? "user" : "root"}:${mode.ids}:${mode.proc ? "proc" : "no-proc"}`;

/** The mode of this process. Throws outside the engine's namespaces: what is mounted there would stay on the host. */
export function currentMode(env: NodeJS.ProcessEnv = process.env): Mode {
  const mode = modes.find((candidate) => encode(candidate) === env[variable]);
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
    .filter((mode) => mode.ids === "own" || !mode.user || findProgram("newuidmap") !== undefined)
    .find((mode) => tryMode(mode).works);
}

/**
 * The command that runs `argv` inside namespaces of its own (mounts, processes; users where this one is not root). All of it
 * dies with the process that starts it, however that ends. Throws one sentence when the host forbids it: see `probe`.
 */
export function engineCommand(argv: readonly string[]): EngineCommand {
  const mode = findMode();
  if (!mode) throw new Error("This host does not let its users make namespaces.");
  const command = [
    ...[program("setpriv"), "--pdeathsig", "KILL", "--"],
    ...[program("unshare"), ...unshareArguments(mode), "--"],
    ...[program("sh"), join(import.meta.dirname, "init.sh"), encode(mode), ...argv],
  ];
  return { command, mode };
}

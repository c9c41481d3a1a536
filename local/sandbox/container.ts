import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { Tail } from "../base/tail.ts";
import type { Mode } from "./mode.ts";
import { findProgram, program } from "./programs.ts";
import type { RunResult, RunSpec } from "./types.ts";
import type { User } from "./users.ts";

/** What Docker lets the root of a container do, but for making devices: nothing else here keeps it from the host's disks. */
const capabilities = [
  ..."chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot".split(" "),
  ..."audit_write setfcap".split(" "),
];

const script = join(import.meta.dirname, "container.sh");

export interface ContainerSpec {
  readonly root: string;
  /** The mount table of what needs the new namespaces. */
  readonly table: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: User;
  readonly hostname: string;
  /** The file of a network namespace to join; without it, the host's network. */
  readonly network?: string;
  /** What puts the command under the system call filter: the beginning of its command line. */
  readonly filter: readonly string[];
  readonly stdin?: string;
  readonly onOutput?: RunSpec["onOutput"];
  readonly signal?: AbortSignal;
}

/** A started container. */
export interface Container {
  readonly pid: number;
  /** Resolves when the command itself has been started, or could not be. */
  readonly ready: Promise<void>;
  /** Rejects when the container could not be set up, and with the signal's reason after an abort. */
  readonly exited: Promise<RunResult>;
  kill(): boolean;
}

function identity({ uid, gid, groups }: User, mode: Mode): { setpriv: readonly string[]; unshare: readonly string[] } {
  // There is only one id, which is root's here.
  if (mode.ids === "single") return { setpriv: [], unshare: [] };
  const list = groups.length > 0 ? ["--groups", groups.join(",")] : ["--clear-groups"];
  return { setpriv: ["--regid", String(gid), ...list], unshare: uid === 0 ? [] : ["--setuid", String(uid)] };
}

/**
 * Variables that the host's own programs must not see, because their loader and Perl do what these say. They are for the
 * container's programs, and are set when nothing but these can run any more.
 */
const steersHost = (name: string): boolean => name.startsWith("LD_") || name.startsWith("PERL");

function commandLine(spec: ContainerSpec, mode: Mode): readonly string[] {
  const who = identity(spec.user, mode);
  const enter = spec.network ? [program("nsenter"), `--net=${spec.network}`, "--"] : [];
  const late = Object.entries(spec.env).filter(([name]) => steersHost(name));
  const environment = late.length > 0 ? ["env", ...late.map(([name, value]) => `${name}=${value}`)] : [];
  return [
    ...enter,
    ...[program("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts", "--"],
    ...[program("sh"), script, spec.root, program("mount"), spec.table, findProgram("hostname") ?? "", spec.hostname],
    ...spec.filter,
    ...[program("setpriv"), "--bounding-set", ["-all", ...capabilities.map((name) => `+${name}`)].join(",")],
    ...["--inh-caps", "-all", ...who.setpriv, "--"],
    ...[program("unshare"), "--root=.", `--wd=${spec.workdir}`, ...who.unshare, "--", ...environment, ...spec.args],
  ];
}

const signalNumber = (signal: NodeJS.Signals | null): number => (signal ? constants.signals[signal] : 0);

/** The shell that waits for the command drops other names without a word. */
function requirePlainNames(env: Readonly<Record<string, string>>): void {
  const odd = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (odd !== undefined)
    throw new Error(
      `The environment variable ${JSON.stringify(odd)} cannot be set here: use letters, digits and _ in its name.`,
    );
}

/** Starts a command in a root that is ready but for what needs the new namespaces. */
export function startContainer(spec: ContainerSpec, mode: Mode): Container {
  requirePlainNames(spec.env);
  const [command = "", ...args] = commandLine(spec, mode);
  const env = Object.fromEntries(Object.entries(spec.env).filter(([name]) => !steersHost(name)));
  const child = spawn(command, args, {
    // Perl would complain of a locale that only the container has; it takes the variable away again.
    env: { ...env, PERL_BADLANG: "0" },
    cwd: spec.root,
    stdio: [spec.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe", "pipe"],
  });
  const tails = { stdout: new Tail(), stderr: new Tail() };
  const take = (stream: "stdout" | "stderr") => (chunk: Buffer) => {
    tails[stream].add(chunk);
    spec.onOutput?.(stream, chunk);
  };
  const complaints = withoutHelperName(take("stderr"));
  child.stdout?.on("data", take("stdout"));
  child.stderr?.on("data", complaints.write).on("end", complaints.end);
  let report = "";
  const ready = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.stdio[3]?.on("data", (chunk: Buffer) => {
      report += chunk.toString();
      if (report === "ready") resolve();
    });
  });
  // A command that does not read its input is no error.
  child.stdin?.on("error", () => {});
  child.stdin?.end(spec.stdin);
  const kill = () => child.kill("SIGKILL");
  spec.signal?.addEventListener("abort", kill, { once: true });
  // On a busy machine, the root may take longer than the command was given.
  if (spec.signal?.aborted) kill();
  const exited = new Promise<RunResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      spec.signal?.removeEventListener("abort", kill);
      const result = {
        exitCode: code ?? 128 + signalNumber(signal),
        stdout: tails.stdout.text(),
        stderr: tails.stderr.text(),
      };
      if (spec.signal?.aborted) reject(spec.signal.reason);
      else if (report === "ready") resolve(result);
      else
        reject(
          new Error(`The sandbox could not be set up: ${report.trim() || result.stderr.trim() || `exit ${code}`}`),
        );
    });
  });
  return { pid: child.pid ?? 0, ready, exited, kill };
}

const helperPrefix = Buffer.from("unshare: ");
const helperMessage = Buffer.from("unshare: failed to execute ");

/** The message about a command that is not found comes from our helper in pieces, and the helper's name would only confuse. */
function withoutHelperName(pass: (chunk: Buffer) => void): { write: (chunk: Buffer) => void; end: () => void } {
  let held: Buffer | undefined = Buffer.alloc(0);
  const end = (): void => {
    if (held && held.length > 0) pass(held);
    held = undefined;
  };
  const write = (chunk: Buffer): void => {
    held = Buffer.concat([held ?? Buffer.alloc(0), chunk]);
    const length = Math.min(held.length, helperMessage.length);
    if (held.subarray(0, length).equals(helperMessage.subarray(0, length))) {
      if (length < helperMessage.length) return;
      held = held.subarray(helperPrefix.length);
    }
    end();
  };
  return { write: (chunk) => (held ? write(chunk) : pass(chunk)), end };
}

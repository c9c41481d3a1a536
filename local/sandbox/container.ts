import { spawn } from "node:child_process";
import { closeSync, constants as fileFlags, openSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { Tail } from "../base/tail.ts";
import type { Mode } from "./mode.ts";
import { findProgram, program } from "./programs.ts";
import type { RunResult, RunSpec } from "./types.ts";
import type { User } from "./users.ts";

/**
 * What a build needs of root: to own, read and replace files, to become another user, and low ports. It is what Docker
 * gives less `mknod` (the sandbox has no other protection of the host's disks), `net_raw` (raw packets see what other
 * programs send) and `audit_write` (the log of the host's kernel).
 */
const capabilities =
  "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service sys_chroot setfcap".split(" ");

/**
 * The host's programs that run in a container's namespaces before its own. An image can make a link to `/proc/self/exe`
 * the program to start, so it can get hold of the last of them, and must not be able to write to it.
 */
export const helpers = (): readonly string[] =>
  (["unshare", "setpriv", "sh", "mount", "hostname", "perl"] as const).flatMap((name) => findProgram(name) ?? []);

const script = join(import.meta.dirname, "container.sh");
const joining = join(import.meta.dirname, "join.sh");

export interface ContainerSpec {
  readonly root: string;
  /** The mount table for what can only be mounted in the new namespaces. */
  readonly table: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: User;
  readonly hostname: string;
  /** The file of a network namespace to join. Without it, the container has the host's network. */
  readonly network?: string;
  /** The files that put a process into the container's control groups. */
  readonly groups: readonly string[];
  /** The words before the command that put it under the system call filter. */
  readonly filter: readonly string[];
  readonly stdin?: string;
  readonly onOutput?: RunSpec["onOutput"];
  readonly signal?: AbortSignal;
  /** The device of a terminal that takes the place of the three standard streams. */
  readonly terminal?: string;
}

export interface Container {
  readonly pid: number;
  /** Resolves when the command has been started, or could not be. */
  readonly ready: Promise<void>;
  /** Rejects when the container could not be set up. After an abort it rejects with the reason of the signal. */
  readonly exited: Promise<RunResult>;
  kill(): boolean;
}

function identity({ uid, gid, groups }: User, mode: Mode): { setpriv: readonly string[]; unshare: readonly string[] } {
  // The only id here is root's.
  if (mode.ids === "single") return { setpriv: [], unshare: [] };
  const list = groups.length > 0 ? ["--groups", groups.join(",")] : ["--clear-groups"];
  return { setpriv: ["--regid", String(gid), ...list], unshare: uid === 0 ? [] : ["--setuid", String(uid)] };
}

/**
 * Says whether a variable changes what the loader or Perl does. The host's own programs must not see it, so it is set
 * after the last of them has started the container's program.
 */
const steersHost = (name: string): boolean => name.startsWith("LD_") || name.startsWith("PERL");

function commandLine(spec: ContainerSpec, mode: Mode): readonly string[] {
  const who = identity(spec.user, mode);
  const { groups } = spec;
  const joined = groups.length > 0 ? [program("sh"), joining, String(groups.length), ...groups] : [];
  const enter = spec.network ? [program("nsenter"), `--net=${spec.network}`, "--"] : [];
  const late = Object.entries(spec.env).filter(([name]) => steersHost(name));
  const environment = late.length > 0 ? ["env", ...late.map(([name, value]) => `${name}=${value}`)] : [];
  return [
    ...joined,
    ...enter,
    ...[program("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts", "--"],
    ...[program("sh"), script, spec.root, program("mount"), spec.table, findProgram("hostname") ?? "", spec.hostname],
    ...spec.filter,
    ...[program("setpriv"), "--bounding-set", ["-all", ...capabilities.map((name) => `+${name}`)].join(",")],
    ...["--inh-caps", "-all", ...who.setpriv, "--"],
    ...[program("unshare"), "--root=.", `--wd=${spec.workdir}`, ...who.unshare, "--", ...environment, ...spec.args],
  ];
}

/** What the first process of a container says when the command begins. */
const isReady = "ready";

/** The exit code of what SIGKILL has ended. */
const killed = 128 + constants.signals.SIGKILL;

/**
 * Reads the exit code of the command. There is none when the container's first process was killed, as by a machine that is
 * out of memory: unshare then ends with 1, which would be taken for a failure of the command.
 */
function exitCodeIn(report: string): number | undefined {
  const [, code] = /^ready (\d+)$/.exec(report) ?? [];
  return code === undefined ? undefined : Number(code);
}

/** So unshare complains when the process that it has started was killed. */
export const lostFirstProcess = (stderr: string): boolean => stderr.includes("sigprocmask unblock failed");

const firstKilled = "its first process was killed, most likely because the machine is out of memory";

const explained = (stderr: string): string => (lostFirstProcess(stderr) ? firstKilled : stderr);

const signalNumber = (signal: NodeJS.Signals | null): number => (signal ? constants.signals[signal] : 0);

/** Refuses names of variables that the shell in between would drop without a message. */
function requirePlainNames(env: Readonly<Record<string, string>>): void {
  const odd = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (odd !== undefined)
    throw new Error(
      `The environment variable ${JSON.stringify(odd)} cannot be set here: use letters, digits and _ in its name.`,
    );
}

/** Starts a command in an assembled root. What needs the new namespaces is mounted by the container itself. */
export function startContainer(spec: ContainerSpec, mode: Mode): Container {
  requirePlainNames(spec.env);
  const [command = "", ...args] = commandLine(spec, mode);
  const env = Object.fromEntries(Object.entries(spec.env).filter(([name]) => !steersHost(name)));
  // Without O_NOCTTY the terminal of whoever calls would become that of this process.
  const screen =
    spec.terminal === undefined ? undefined : openSync(spec.terminal, fileFlags.O_RDWR | fileFlags.O_NOCTTY);
  const child = spawn(command, args, {
    // Perl would warn about a locale that only the container has. It removes this variable again.
    env: { ...env, PERL_BADLANG: "0" },
    cwd: spec.root,
    // The container's errors come by the last one, so that those of the programs around it are apart.
    stdio: [
      screen ?? (spec.stdin === undefined ? "ignore" : "pipe"),
      screen ?? "pipe",
      "pipe",
      "pipe",
      screen ?? "pipe",
    ],
  });
  if (screen !== undefined) closeSync(screen);
  const tails = { stdout: new Tail(), stderr: new Tail() };
  const take = (stream: "stdout" | "stderr") => (chunk: Buffer) => {
    tails[stream].add(chunk);
    spec.onOutput?.(stream, chunk);
  };
  const complaints = withoutHelperName(take("stderr"));
  child.stdout?.on("data", take("stdout"));
  child.stdio[4]?.on("data", complaints.write).on("end", complaints.end);
  const around = new Tail();
  child.stderr?.on("data", (chunk: Buffer) => around.add(chunk));
  let report = "";
  const ready = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.stdio[3]?.on("data", (chunk: Buffer) => {
      report += chunk.toString();
      if (report.startsWith(isReady)) resolve();
    });
  });
  // It is no error when a command does not read its input.
  child.stdin?.on("error", () => {});
  child.stdin?.end(spec.stdin);
  const kill = () => child.kill("SIGKILL");
  spec.signal?.addEventListener("abort", kill, { once: true });
  // On a busy machine, the abort may come while the root is still being assembled.
  if (spec.signal?.aborted) kill();
  const exited = new Promise<RunResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      spec.signal?.removeEventListener("abort", kill);
      if (spec.signal?.aborted) return reject(spec.signal.reason);
      if (!report.startsWith(isReady)) {
        const why = report.trim() || explained(around.text().trim()) || `exit ${code}`;
        return reject(new Error(`The sandbox could not be set up: ${why}`));
      }
      const ended = exitCodeIn(report);
      if (ended === undefined && signal === null) take("stderr")(Buffer.from(`The container ended: ${firstKilled}.\n`));
      const exitCode = ended ?? (signal === null ? killed : 128 + signalNumber(signal));
      resolve({ exitCode, stdout: tails.stdout.text(), stderr: tails.stderr.text() });
    });
  });
  return { pid: child.pid ?? 0, ready, exited, kill };
}

const helperPrefix = Buffer.from("unshare: ");
const helperMessage = Buffer.from("unshare: failed to execute ");

/**
 * Removes the name of our helper from its message about a command that is not found. The message comes in pieces, and
 * the name would only confuse.
 */
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

import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

/*
 * Holds unit tests to what the word promises: starting a program, opening a connection and writing outside the folder for temporary
 * files throw here. Code under test may catch an error, so what was tried also fails the test that was running.
 */

type Guard = (args: readonly unknown[]) => void;

declare global {
  /** What was tried since the last test. One worker runs many files, and this one before each of them. */
  var triedToTouch: string[] | undefined;
}

const isFirst = globalThis.triedToTouch === undefined;
globalThis.triedToTouch ??= [];
const tried = globalThis.triedToTouch;

function refuse(action: string): never {
  const message = `a unit test must not ${action}: a test that has to belongs to the files that touch the host, in vitest.config.ts`;
  tried.push(message);
  throw new Error(message);
}

/** Asks a guard before each of a module's functions. */
function guard(owner: object, names: readonly string[], before: (name: string) => Guard): void {
  for (const name of names) {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== "function") throw new Error(`this version of Node has no ${name} to guard`);
    const check = before(name);
    Reflect.set(owner, name, function guarded(this: unknown, ...args: unknown[]): unknown {
      check(args);
      return Reflect.apply(original, this, args);
    });
  }
}

const temporary = fs.realpathSync(tmpdir()) + sep;
/** A checkout may itself lie below the folder for temporary files, as those of CI systems do. */
const checkout = fs.realpathSync(fileURLToPath(new URL("../../", import.meta.url))).replace(/\/?$/, sep);

function isWritable(path: unknown): boolean {
  // Descriptors and handles come from `open`, which was asked before.
  if (!(typeof path === "string" || path instanceof URL || Buffer.isBuffer(path))) return true;
  const whole = resolve(path instanceof URL ? fileURLToPath(path) : path.toString());
  // Vitest writes snapshots from here when it is told to update them.
  return (whole.startsWith(temporary) && !whole.startsWith(checkout)) || whole.includes(`${sep}__snapshots__${sep}`);
}

const writesTo =
  (...places: readonly number[]) =>
  (name: string): Guard =>
  (args) => {
    const path = places.map((place) => args[place]).find((one) => !isWritable(one));
    if (path !== undefined) refuse(`write outside ${temporary} (${name} ${String(path)})`);
  };

const opens =
  (name: string): Guard =>
  (args) => {
    const flags = typeof args[1] === "string" || typeof args[1] === "number" ? args[1] : "r";
    if (flags !== "r" && flags !== fs.constants.O_RDONLY) writesTo(0)(name)(args);
  };

const WRITE_ONE = [
  ...["appendFile", "chmod", "chown", "lchown", "lutimes", "mkdir", "mkdtemp", "rm", "rmdir", "truncate", "unlink"],
  ...["utimes", "writeFile"],
];
const WRITE_SECOND = ["copyFile", "cp", "link", "symlink"];

function guardAll(): void {
  const programs = ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"];
  guard(
    childProcess,
    programs,
    () =>
      ([program]) =>
        refuse(`start a program (${String(program)})`),
  );

  const connects = (name: string) => () => refuse(`open a connection (${name})`);
  guard(net.Socket.prototype, ["connect"], connects);
  guard(net.Server.prototype, ["listen"], connects);
  guard(dgram.Socket.prototype, ["bind", "connect", "send"], connects);
  for (const names of [dns, dns.promises]) guard(names, ["lookup", "resolve"], connects);

  const sync = (names: readonly string[]) => names.map((name) => `${name}Sync`);
  for (const [owner, named] of [
    [fs, (names: readonly string[]) => [...names, ...sync(names)]],
    [fs.promises, (names: readonly string[]) => names],
  ] as const) {
    guard(owner, named(WRITE_ONE), writesTo(0));
    guard(owner, named(WRITE_SECOND), writesTo(1));
    guard(owner, named(["rename"]), writesTo(0, 1));
    guard(owner, named(["open"]), opens);
  }
  guard(fs, ["createWriteStream"], writesTo(0));
  syncBuiltinESMExports();
}

if (isFirst) guardAll();

afterEach(() => {
  const all = tried.splice(0);
  if (all.length > 0) throw new Error(all.join("\n"));
});

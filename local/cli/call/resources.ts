import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { nearest } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { Value } from "../../runner/call.ts";
import { errorCode } from "../../store/files.ts";
import type { CallContext } from "./convert.ts";

const remote = /^(https?|ssh|git):\/\/|^git@|^[\w.-]+\.[a-z]+\/[\w./-]+@/;

export function directory(flag: string, text: string, exclude: readonly string[], context: CallContext): Value {
  if (refuseRemote(flag, text, context)) return { kind: "plain", value: text };
  return { kind: "directory", path: existing(flag, text, "folder", context.cwd), exclude };
}

export function file(flag: string, text: string, context: CallContext): Value {
  if (refuseRemote(flag, text, context)) return { kind: "plain", value: text };
  return { kind: "file", path: existing(flag, text, "file", context.cwd) };
}

/** The folder that a declared default path stands for. */
export const defaultFolder = (root: string, defaultPath: string): string =>
  resolve(root, defaultPath.replace(/^\/+/, ""));

/** Resolves the declared default path of an argument, which starts at the caller's project. */
export function defaultDirectory(
  flag: string,
  type: string,
  defaultPath: string,
  exclude: readonly string[],
  root: string,
): Value {
  const path = defaultFolder(root, defaultPath);
  const wanted = type === "File" ? "file" : "folder";
  if (kindOf(path) !== wanted) {
    const name = relative(root, path) || ".";
    throw new UsageError(`${flag} is missing, and there is no ${wanted} ${name} in ${root}: give it as ${flag}=PATH`);
  }
  return wanted === "file" ? { kind: "file", path } : { kind: "directory", path, exclude };
}

/** What addresses begin with that are secrets themselves, such as that of a webhook: no engine finds a secret there. */
const VALUES = ["http", "https", "postgres", "postgresql", "mysql", "s3", "ssh"];

/** Reads where a secret is. Messages never repeat the text, because a person may have typed the secret itself. */
export function secret(flag: string, text: string, context: CallContext): Value {
  const [, scheme = "", rest = ""] = /^(env|file|cmd):(?:\/\/)?(.*)$/s.exec(text) ?? [];
  if (rest === "") {
    const provider = /^(\w+):\/\//.exec(text)?.[1];
    const isPlace = provider !== undefined && !["env", "file", "cmd", ...VALUES].includes(provider);
    if (isPlace) {
      if (context.engine === "dagger") return { kind: "secret", uri: text };
      throw new UsageError(
        `${flag}: ${provider}:// secrets need the Dagger engine; here: env:NAME, file:PATH, cmd:COMMAND`,
      );
    }
    if (scheme === "" && text !== "" && kindOf(resolve(context.cwd, text)) === "file")
      throw new UsageError(
        `${flag}: that is the path of a file; put file: in front of it, since a secret may be elsewhere`,
      );
    throw new UsageError(`${flag}: expected where the secret is, not its value: env:NAME, file:PATH or cmd:COMMAND`);
  }
  if (scheme === "env") {
    if (context.env[rest] === undefined) throw new UsageError(`${flag}=env:${rest}: the variable ${rest} is not set`);
    return { kind: "secret", uri: `env://${rest}` };
  }
  if (scheme === "cmd") return { kind: "secret", uri: `cmd://${rest}` };
  return { kind: "secret", uri: `file://${existing(flag, rest, "file", context.cwd)}` };
}

/** @returns whether the address is one that the engine resolves */
function refuseRemote(flag: string, text: string, context: CallContext): boolean {
  if (!remote.test(text)) return false;
  if (context.engine === "dagger") return true;
  throw new UsageError(`${flag}=${text}: addresses of git repositories need the Dagger engine; give a path`);
}

function existing(flag: string, text: string, wanted: "folder" | "file", cwd: string): string {
  if (text === "") throw new UsageError(`${flag}: expected the path of a ${wanted}`);
  const path = resolve(cwd, text === "~" || text.startsWith("~/") ? join(homedir(), text.slice(1)) : text);
  const kind = kindOf(path);
  if (kind === "hidden" || (kind === wanted && !mayRead(path, wanted)))
    throw new UsageError(
      `${flag}=${text}: this user may not read it: change its permissions, or those of the folders above it`,
    );
  if (kind === wanted) return path;
  if (kind !== undefined) throw new UsageError(`${flag}=${text}: is a ${kind}, expected a ${wanted}`);
  // Flags of secrets say where they are, and those of paths stand beside them in one call.
  const bare = /^(?:file|env|cmd):(?:\/\/)?(.*)$/s.exec(text);
  if (bare !== null) {
    const path = text.startsWith("file:") ? `: ${flag}=${bare[1] || "PATH"}` : "";
    throw new UsageError(
      `${flag}=${text}: this flag takes the path of a ${wanted}, without ${text.split(":")[0]}: in front${path}`,
    );
  }
  throw new UsageError(`${flag}=${text}: no such ${wanted}${similar(path, wanted, text, cwd)}`);
}

/** What a path is; undefined when there is nothing. In a folder that this user may not enter, nobody can tell. */
function kindOf(path: string): "folder" | "file" | "hidden" | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    return stats.isDirectory() ? "folder" : "file";
  } catch (error) {
    if (errorCode(error) === "EACCES") return "hidden";
    throw error;
  }
}

function mayRead(path: string, kind: "folder" | "file"): boolean {
  try {
    accessSync(path, kind === "folder" ? constants.R_OK | constants.X_OK : constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Proposes the sibling that was probably meant, written as the path was. */
function similar(path: string, wanted: "folder" | "file", text: string, cwd: string): string {
  const parent = dirname(path);
  if (kindOf(parent) !== "folder" || !mayRead(parent, "folder")) return "";
  const siblings = readdirSync(parent).filter((name) => kindOf(join(parent, name)) === wanted);
  const name = nearest(basename(path), siblings);
  if (name === undefined) return "";
  const found = join(parent, name);
  const shown = text.startsWith("/") || text.startsWith("~") ? found : relative(cwd, found);
  return `; did you mean ${text.startsWith("./") ? `./${shown}` : shown}?`;
}

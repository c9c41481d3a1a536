import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { EngineError } from "../base/errors.ts";
import { type Caller, hostPath } from "./caller.ts";

const run = promisify(execFile);

/** Fetches the value behind the URI of a secret, as the caller would: `env://`, `file://` or `cmd://`. */
export async function readSecret(caller: Caller, uri: string): Promise<string> {
  const [scheme = "", rest = ""] = split(uri);
  switch (scheme) {
    case "env": {
      const value = caller.env[rest];
      if (value === undefined) throw new EngineError(`secret env var not found: ${JSON.stringify(rest)} is not set`);
      return value;
    }
    case "file":
      return readFile(hostPath(caller, rest), "utf8").catch((cause: Error) => {
        throw new EngineError(`secret file ${rest} cannot be read: ${cause.message}`, { cause });
      });
    case "cmd": {
      // The caller wrote this command line for their own shell.
      const options = { cwd: caller.workdir, env: { ...caller.env } as NodeJS.ProcessEnv };
      const { stdout } = await run("sh", ["-c", rest], options).catch((cause: { code?: number }) => {
        throw new EngineError(`the command of a cmd:// secret failed with exit code ${cause.code ?? "unknown"}`);
      });
      return stdout.trim();
    }
    default:
      throw new EngineError(
        `secret provider ${JSON.stringify(scheme)} is not part of the local engine: use env://, file:// or cmd://`,
      );
  }
}

function split(uri: string): string[] {
  const at = uri.indexOf("://");
  return at < 0 ? ["", uri] : [uri.slice(0, at), uri.slice(at + 3)];
}

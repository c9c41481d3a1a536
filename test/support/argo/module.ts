import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

/* The Go module of Argo Rollouts, of which tests build what they ask. */

const run = promisify(execFile);

/** The version that the manual names. */
export const ARGO_VERSION = "v1.9.1";
export const ARGO_MODULE = "github.com/argoproj/argo-rollouts";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ml-pipeline-tests");
/** Where programs are kept that were built from it. */
export const ARGO_FOLDER = join(cache, `argo-rollouts-${ARGO_VERSION}`);

export async function go(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod" };
  return (await run("go", args, { cwd, env, maxBuffer: 2 ** 26 })).stdout;
}

const downloaded = z.object({ Dir: z.string(), GoMod: z.string() });

/**
 * Makes a folder a module that takes Argo Rollouts, with what that replaces: Go heeds this in the main module alone.
 *
 * @returns the folder of Argo's own files
 */
export async function takeArgo(work: string): Promise<string> {
  const file = join(work, "go.mod");
  await writeFile(file, "module ml-pipeline.test/argo\n");
  const found = downloaded.parse(
    JSON.parse(await go(work, "mod", "download", "-json", `${ARGO_MODULE}@${ARGO_VERSION}`)),
  );
  const text = await readFile(found.GoMod, "utf8");
  const [, language = ""] = /^go (\S+)$/m.exec(text) ?? [];
  const replaced = text.slice(text.search(/^replace /m));
  await writeFile(
    file,
    `module ml-pipeline.test/argo\n\ngo ${language}\n\nrequire ${ARGO_MODULE} ${ARGO_VERSION}\n\n${replaced}`,
  );
  return found.Dir;
}

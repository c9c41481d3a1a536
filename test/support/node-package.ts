import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ENVIRONMENT_MS, made } from "./python-environment.ts";

const run = promisify(execFile);

/** The folder of a package of npm that only tests run, too rarely for `npm ci` to install it everywhere. It is kept by its version. */
export async function nodePackage(name: string, version: string): Promise<string> {
  const folder = await made(name.replaceAll("/", "+"), [`${name}@${version}`], async (environment) => {
    const install = ["install", "--silent", "--no-audit", "--no-fund", "--prefix", environment, `${name}@${version}`];
    await run("npm", install, { timeout: ENVIRONMENT_MS });
  });
  return join(folder, "node_modules", name);
}

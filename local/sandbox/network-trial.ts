import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { engineCommand } from "./enter.ts";
import { tryExecute } from "./execute.ts";
import { missingForOwnNetwork } from "./own-network.ts";

// A package has JavaScript in its place.
const script = join(import.meta.dirname, `network-trial-process${extname(import.meta.filename)}`);

/**
 * Says why containers can have no network of their own here; undefined where they can. It makes one, as a session does:
 * what is there may still not work.
 */
export async function ownNetworkFailure(): Promise<string | undefined> {
  const missing = missingForOwnNetwork();
  if (missing !== undefined) return missing;
  const folder = mkdtempSync(join(tmpdir(), "ml-pipeline-network-"));
  try {
    const [program = "", ...args] = engineCommand([process.execPath, script, folder]).command;
    const { code, stdout, stderr } = await tryExecute(program, args);
    return code === 0 ? undefined : stdout.trim() || stderr.trim().split("\n").at(-1) || `exit code ${code}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

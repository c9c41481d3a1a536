import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openRepository } from "../../../src/registry/connection.ts";
import { digestOf } from "../../../src/registry/oci.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { pushImage } from "../push-image.ts";
import type { TestRegistry } from "../registry.ts";
import { PROGRAMS } from "./programs.ts";

const run = promisify(execFile);

/** What a server of tests does; `server.go` has each. */
export interface Serving {
  readonly does?: "serve" | "crash" | "unready" | "pause";
  /** How long an answer takes, in milliseconds. */
  readonly takes?: number;
  /** The share of the rows that are answered otherwise. */
  readonly otherwise?: number;
  /** What else tells images apart that do the same. */
  readonly version?: number;
}

/** What keeps the namespaces of a pod while its containers come and go. */
export const PAUSE: Serving = { does: "pause" };

/** Pushes an image of a server that does this, and gives its name by digest. */
export async function imageOf(registry: TestRegistry, name: string, serving: Serving): Promise<string> {
  const layer = await layerOf();
  const { does = "serve", takes = 0, otherwise = 0, version = 0 } = serving;
  const config = {
    ...{ os: "linux", architecture: process.arch === "x64" ? "amd64" : process.arch },
    rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    config: {
      Env: [`DOES=${does}`, `TAKES=${takes}`, `OTHERWISE=${otherwise}`, `VERSION=${version}`],
      Entrypoint: ["/server"],
    },
  };
  const repository = await openRepository(
    parseReference(`${registry.address}/${name}`, "--image"),
    undefined,
    "pull,push",
  );
  return `${registry.address}/${name}@${(await pushImage(repository, JSON.stringify(config), layer)).digest}`;
}

/** The server alone, as an archive; it is built once for each of its versions. */
async function layerOf(): Promise<Buffer> {
  const source = fileURLToPath(new URL("server.go", import.meta.url));
  const hash = createHash("sha256")
    .update(await readFile(source))
    .digest("hex")
    .slice(0, 12);
  const kept = join(PROGRAMS, `server-${hash}.tar`);
  if (existsSync(kept)) return readFile(kept);
  const folder = await mkdtemp(join(tmpdir(), "server-"));
  try {
    const env = { ...process.env, CGO_ENABLED: "0" };
    await run("go", ["build", "-ldflags", "-s -w", "-o", join(folder, "server"), source], { env });
    const archive = `${kept}.${process.pid}`;
    await run("tar", ["--create", "--file", archive, "--owner=0", "--group=0", "--directory", folder, "server"]);
    await rename(archive, kept);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return readFile(kept);
}

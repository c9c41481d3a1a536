import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A real registry (Debian's `docker-registry`) on loopback that runs as long as a test file. */
export interface Registry {
  /** Host and port. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts a registry. Undefined when the program is not installed. */
export async function startRegistry(): Promise<Registry | undefined> {
  if (spawnSync("docker-registry", ["--version"]).error !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const address = `localhost:${await freePort()}`;
  const settings = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: address },
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(settings));
  const registry = spawn("docker-registry", ["serve", join(folder, "config.json")], { stdio: "ignore" });
  await answers(`http://${address}/v2/`, registry);
  return {
    address,
    stop: async () => {
      registry.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string, registry: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && registry.exitCode === null; attempt++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await setTimeout(50);
  }
  throw new Error(`docker-registry does not answer at ${url}`);
}

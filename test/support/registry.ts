import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a test publishes to. */
export interface TestRegistry {
  /** What stands before the name of an image: `localhost:PORT`, or `HOST:PORT/FOLDER` of one that others use as well. */
  readonly address: string;
  /** Asks it about `NAME/manifests/TAG` and the like, past all that is tested. */
  ask(path: string, request?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** A registry of a test's own. */
export interface OwnRegistry extends TestRegistry {
  readonly folder: string;
}

export interface TestRegistryOptions {
  /** Lines of an htpasswd file (bcrypt); without any, everybody may push and pull. */
  readonly htpasswd?: string;
}

/** The htpasswd line of the user `someone` with the password `Tr0ub4dor&3`. */
export const testUser = {
  username: "someone",
  password: "Tr0ub4dor&3",
  htpasswd: "someone:$2b$05$2zWqR3Jij2Sewy5j.BoGUu4c2YCvN88dmnfkCoOmVdgggNOHBx6jG",
};

const asking =
  (base: string): TestRegistry["ask"] =>
  (path, request) =>
    fetch(`${base}/${path}`, request);

/**
 * The registry that ML_PIPELINE_TEST_REGISTRY names, HOST:PORT: one that speaks TLS, and that containers of the Dagger engine reach, as they
 * do not reach the loopback of its host. Each test has a folder of its own in there.
 */
export function givenRegistry(host = process.env.ML_PIPELINE_TEST_REGISTRY): TestRegistry | undefined {
  if (host === undefined || host === "") return undefined;
  const folder = `test-${randomUUID()}`;
  return { address: `${host}/${folder}`, ask: asking(`https://${host}/v2/${folder}`), close: async () => {} };
}

/** Starts Debian's docker-registry on a free port of the loopback interface, with an empty temporary folder. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<OwnRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const port = await freePort();
  const config = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: "only for tests" },
    ...(options.htpasswd === undefined
      ? {}
      : { auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } } }),
  };
  // JSON is YAML.
  await writeFile(join(folder, "config.yml"), JSON.stringify(config));
  if (options.htpasswd !== undefined) await writeFile(join(folder, "htpasswd"), `${options.htpasswd}\n`);
  // It takes variables such as REGISTRY_AUTH_FILE, which others mean otherwise, for settings of its own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("REGISTRY_")));
  const child = spawn("docker-registry", ["serve", join(folder, "config.yml")], {
    stdio: ["ignore", "ignore", "pipe"],
    env,
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", (error) => {
      stderr += error.message;
      resolve();
    });
  });
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await answers(port)); tries++) {
    if (child.exitCode !== null || tries > 200) {
      await close();
      throw new Error(`docker-registry does not start (apt-get install docker-registry): ${stderr}`);
    }
    await sleep(25);
  }
  return { address: `localhost:${port}`, folder, ask: asking(`http://127.0.0.1:${port}/v2`), close };
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/v2/`);
    return true;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

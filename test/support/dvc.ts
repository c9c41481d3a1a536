import { execFile, spawn } from "node:child_process";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TOOLS } from "../../src/containers/settings.ts";
import { KEEPS_BYTE_CODE, pythonEnvironment } from "./python-environment.ts";

const run = promisify(execFile);

/** The real DVC, to make projects with, and moto's S3 server. */
const environment = (): Promise<string> =>
  pythonEnvironment("dvc", [
    `dvc==${TOOLS.dvc}`,
    `dvc-s3==${TOOLS["dvc-s3"]}`,
    `dvc-ssh==${TOOLS["dvc-ssh"]}`,
    "moto[s3,server]==5.2.1",
  ]);

/** A Python that has what DVC is made of. */
export const dvcPython = async (): Promise<string> => join(await environment(), "python");

/** DVC's own command line, several times in one process: to import it takes longer than most of its commands. */
const COMMANDS = `
import json, sys
from dvc.cli import main
for command in json.loads(sys.argv[1]):
    if (code := main(command)) != 0:
        sys.exit(code)
`;

/** Runs commands of `dvc` in a project on the host, one after the other until one fails. */
export async function dvc(
  project: string,
  commands: readonly (readonly string[])[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  await run(await dvcPython(), ["-c", COMMANDS, JSON.stringify(commands)], {
    cwd: project,
    env: { ...process.env, ...KEEPS_BYTE_CODE, DVC_NO_ANALYTICS: "1", AWS_EC2_METADATA_DISABLED: "true", ...env },
  });
}

/** An address of this machine that containers of both engines reach, too. */
export function hostAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

/** A server on a free port of every interface of this machine. */
export interface TestServer {
  readonly url: string;
  close(): void;
}

export interface TestS3 extends TestServer {
  readonly bucket: string;
  readonly key: string;
  readonly secret: string;
  /** The text of an AWS credentials file. */
  readonly credentials: string;
  /** Replaces an object, `s3://BUCKET/KEY`. */
  put(url: string, text: string): Promise<void>;
}

/** The port that a program says in its first line. */
async function listening(command: string, args: readonly string[], port: RegExp): Promise<TestServer> {
  const env = { ...process.env, ...KEEPS_BYTE_CODE };
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  const found = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const number = port.exec(said)?.[1];
      if (number !== undefined) resolve(number);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("close", () => reject(new Error(`${command} ended: ${said}`)));
  });
  return { url: `http://${hostAddress()}:${found}`, close: () => child.kill("SIGKILL") };
}

export async function startS3(): Promise<TestS3> {
  const [bucket, key, secret] = ["data-of-tests", "AKIATESTS", "s3cr3t/of+Tests"];
  const program = fileURLToPath(new URL("s3_server.py", import.meta.url));
  const server = await listening(join(await environment(), "python"), [program, key, secret, bucket], /^(\d+)$/m);
  const credentials = `[default]\naws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`;
  const put = async (url: string, text: string): Promise<void> => {
    const script =
      "import sys, boto3; boto3.client('s3', endpoint_url=sys.argv[1]).put_object(Bucket=sys.argv[2], Key=sys.argv[3], Body=sys.argv[4])";
    const path = url.replace(`s3://${bucket}/`, "");
    await run(join(await environment(), "python"), ["-c", script, server.url, bucket, path, text], {
      env: {
        ...process.env,
        ...KEEPS_BYTE_CODE,
        AWS_ACCESS_KEY_ID: key,
        AWS_SECRET_ACCESS_KEY: secret,
        AWS_DEFAULT_REGION: "us-east-1",
      },
    });
  };
  return { ...server, bucket, key, secret, credentials, put };
}

/** An SSH server over a folder, which accepts the private key that it writes to a file. */
export async function startSsh(folder: string, keyFile: string): Promise<TestServer> {
  const program = fileURLToPath(new URL("ssh_server.py", import.meta.url));
  const server = await listening(join(await environment(), "python"), [program, folder, keyFile], /^(\d+)$/m);
  return { ...server, url: server.url.replace("http:", "ssh:") };
}

/** Python's own web server over a folder. */
export const startHttp = (folder: string): Promise<TestServer> =>
  listening("python3", ["-u", "-m", "http.server", "--bind", "0.0.0.0", "--directory", folder, "0"], /port (\d+)/);

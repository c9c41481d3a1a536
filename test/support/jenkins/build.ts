import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mavenCentral } from "../../../local/images/cpython/maven.ts";
import { download } from "../../../local/images/download.ts";

/* Builds of a Jenkinsfile: the Groovy that Jenkins reads it with, and what its steps do, by run.groovy. */

const VERSION = "4.0.33";
const SHA256 = "5240a9151289115e4d447d6b6d4cb9ac8a9fc6374e079714dfeeffda42323be8";
const RUNNER = fileURLToPath(new URL("run.groovy", import.meta.url));

/** What is built, in the properties that run.groovy names. */
export type JenkinsBuild = Readonly<Record<string, string>>;

export interface JenkinsRecord {
  readonly isGood: boolean;
  /** A line for each thing that happened. */
  readonly lines: readonly string[];
  /** What the steps printed. */
  readonly printed: string;
}

/** @param folder where the build keeps its files */
export async function buildJenkinsfile(file: string, folder: string, build: JenkinsBuild): Promise<JenkinsRecord> {
  await mkdir(folder, { recursive: true });
  const [properties, record] = [join(folder, "build.properties"), join(folder, "record")];
  await writeFile(
    properties,
    Object.entries({ workspace: join(folder, "workspace"), ...build })
      .map(([name, value]) => `${name}=${value.replaceAll("\\", "\\\\")}\n`)
      .join(""),
  );
  const words = ["-cp", await groovy(), "groovy.ui.GroovyMain", RUNNER, file, properties, record];
  const child = spawn("java", words, { stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const printed = Buffer.concat(chunks).toString();
  const text = await readFile(record, "utf8").catch(() => "");
  // Groovy says on the output what it cannot read.
  if (!text.includes("result: ")) throw new Error(printed);
  return { isGood: code === 0, lines: text.trimEnd().split("\n"), printed };
}

/** Groovy's archive, which is downloaded once for each machine. */
async function groovy(): Promise<string> {
  const folder = join(homedir(), ".cache", "ml-pipeline-tests");
  const archive = join(folder, `groovy-${VERSION}.jar`);
  if (existsSync(archive)) return archive;
  const { url, headers } = await mavenCentral();
  const address = new URL(`${url}/org/apache/groovy/groovy/${VERSION}/groovy-${VERSION}.jar`);
  const part = `${archive}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await writeFile(part, await download({ url: address, sha256: SHA256, headers }));
  await rename(part, archive);
  return archive;
}

import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

/* Argo Rollouts' own controller of analyses, without a cluster: see analysis.go. */

const run = promisify(execFile);

/** The version that the manual names. */
export const ARGO_VERSION = "v1.9.1";
const MODULE = "github.com/argoproj/argo-rollouts";
const SOURCE = fileURLToPath(new URL("analysis.go", import.meta.url));

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ml-pipeline-tests");
const folder = join(cache, `argo-rollouts-${ARGO_VERSION}`);

/**
 * The program, if it was built before. With `ML_PIPELINE_TEST_ARGO=build` it is built from its Go module once, which takes some ten minutes
 * of two processors.
 */
export async function argoAnalysis(): Promise<string | undefined> {
  const program = join(folder, "analysis");
  if (existsSync(program)) return program;
  if (process.env.ML_PIPELINE_TEST_ARGO !== "build") return undefined;
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), "argo-"));
  try {
    await copyFile(SOURCE, join(work, "analysis.go"));
    await writeFile(join(work, "go.mod"), await moduleText(work));
    await go(work, "build", "-trimpath", "-o", "analysis", ".");
    // Nothing but a whole program comes into the folder.
    await copyFile(join(work, "analysis"), `${program}.new`);
    await rename(`${program}.new`, program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return program;
}

async function go(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod" };
  return (await run("go", args, { cwd, env, maxBuffer: 2 ** 26 })).stdout;
}

/** A module that takes the other one, with what that replaces: Go heeds this in the main module alone. */
async function moduleText(work: string): Promise<string> {
  const downloaded = JSON.parse(await go(work, "mod", "download", "-json", `${MODULE}@${ARGO_VERSION}`));
  const text = await readFile(z.object({ GoMod: z.string() }).parse(downloaded).GoMod, "utf8");
  const [, language = ""] = /^go (\S+)$/m.exec(text) ?? [];
  const replaced = text.slice(text.search(/^replace /m));
  return `module ml-pipeline.test/argo\n\ngo ${language}\n\nrequire ${MODULE} ${ARGO_VERSION}\n\n${replaced}`;
}

const measurement = z.object({ phase: z.string(), value: z.string().optional(), message: z.string().optional() });
const analysisRun = z.object({
  phase: z.string(),
  message: z.string().optional(),
  metricResults: z.array(z.object({ measurements: z.array(measurement) })),
});
export type AnalysisRun = z.output<typeof analysisRun>;

/** What becomes of an AnalysisRun of a template, by Argo Rollouts' own word. */
export function carriedOut(program: string, template: string, ...args: readonly string[]): Promise<AnalysisRun> {
  const child = spawn(program, ["models", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text));
  child.stderr.on("data", (text: Buffer) => (stderr += text));
  child.stdin.end(template);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(analysisRun.parse(JSON.parse(stdout))) : reject(new Error(stderr)),
    );
  });
}

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ARGO_FOLDER, go, takeArgo } from "./module.ts";

/* Argo Rollouts' own controller of analyses, without a cluster: see analysis.go. */

const SOURCE = fileURLToPath(new URL("analysis.go", import.meta.url));

/**
 * The program, if it was built before. With `ML_PIPELINE_TEST_ARGO=build` it is built from its Go module once, which takes some ten minutes
 * of two processors.
 */
export async function argoAnalysis(): Promise<string | undefined> {
  const program = join(ARGO_FOLDER, "analysis");
  if (existsSync(program)) return program;
  if (process.env.ML_PIPELINE_TEST_ARGO !== "build") return undefined;
  await mkdir(ARGO_FOLDER, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), "argo-"));
  try {
    await copyFile(SOURCE, join(work, "analysis.go"));
    await takeArgo(work);
    await go(work, "build", "-trimpath", "-o", "analysis", ".");
    // Nothing but a whole program comes into the folder.
    await copyFile(join(work, "analysis"), `${program}.new`);
    await rename(`${program}.new`, program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return program;
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

import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** cosign as the Go proxy has it; the one that the manual names. */
const VERSION = "v3.1.3";

const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ml-pipeline-tests", `cosign-${VERSION}`);

/**
 * The program cosign: `ML_PIPELINE_TEST_COSIGN`, one on the path, or one that was built before.
 *
 * With `ML_PIPELINE_TEST_COSIGN=build` it is built from its Go module once, which takes some ten minutes of two processors. Undefined
 * where there is none: then who asks is to say that nothing was judged.
 */
export async function cosign(): Promise<string | undefined> {
  const named = process.env.ML_PIPELINE_TEST_COSIGN ?? "";
  const built = join(folder, "cosign");
  if (named !== "" && named !== "build") return named;
  if (existsSync(built)) return built;
  if (spawnSync("cosign", ["version"]).status === 0) return "cosign";
  if (named !== "build") return undefined;
  await mkdir(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: "0" };
  await run("go", ["install", `github.com/sigstore/cosign/v3/cmd/cosign@${VERSION}`], { env, maxBuffer: 2 ** 26 });
  return built;
}

/** Asks cosign about an image by a key alone, without any transparency log. */
export async function judgedByCosign(
  program: string,
  image: string,
  key: string,
  type: string,
): Promise<{ readonly accepted: boolean; readonly said: string }> {
  const args = ["verify-attestation", "--key", key, "--insecure-ignore-tlog", "--type", type, image];
  try {
    const { stdout } = await run(program, args, { maxBuffer: 2 ** 26 });
    return { accepted: true, said: stdout };
  } catch (error) {
    return {
      accepted: false,
      said: error instanceof Error && "stderr" in error ? String(error.stderr) : String(error),
    };
  }
}

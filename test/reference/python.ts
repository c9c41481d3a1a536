import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { TOOLS } from "../../src/containers/settings.ts";
import { KEEPS_BYTE_CODE, pythonEnvironment } from "../support/python-environment.ts";

export { ENVIRONMENT_MS } from "../support/python-environment.ts";

/* The libraries that the module's statistics are compared with, in a Python environment of their own. */

const PINS = [
  ...["scikit-learn==1.9.1", "scipy==1.17.1", "fairlearn==0.15.0", "numpy==2.4.6", "pandas==2.3.3"],
  ...[`duckdb-cli==${TOOLS["duckdb-cli"]}`, `zstandard==${TOOLS.zstandard}`],
];

const run = promisify(execFile);

/** The folder of the environment's programs. */
export const environment = (): Promise<string> => pythonEnvironment("reference", PINS);

/** DuckDB's command-line program, as the pipeline pins it: the output of one call. */
export async function duckdb(...args: string[]): Promise<string> {
  const { stdout } = await run(join(await environment(), "duckdb"), args, { maxBuffer: 2 ** 28 });
  return stdout;
}

/**
 * Runs a script with the reference libraries.
 * @param script a Python program that reads JSON from its standard input and writes JSON to its standard output
 * @throws Error with the traceback when it fails
 */
export const reference = async (script: string, input: unknown): Promise<unknown> =>
  referenceIn(await environment(), script, input);

/** The same with the libraries of another environment. */
export async function referenceIn(programs: string, script: string, input: unknown): Promise<unknown> {
  const python = join(programs, "python");
  const text = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      python,
      ["-W", "ignore", "-c", script],
      {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        env: { ...process.env, ...KEEPS_BYTE_CODE, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`the reference failed: ${stderr.trim()}`));
      },
    );
    // A script that fails at once does not read its input; its traceback says more than the broken pipe.
    child.stdin?.on("error", () => {});
    child.stdin?.end(JSON.stringify(input));
  });
  return JSON.parse(text) as unknown;
}

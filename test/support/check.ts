import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TOOLS } from "../../src/containers/settings.ts";
import { pythonEnvironment } from "./python-environment.ts";

/*
 * The static checks, side by side: `npm run check` for all of them, `npm run check:python` for those of Python alone. Every check
 * runs to its end, so that one call shows all findings.
 */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** pyproject.toml says which files below these are not meant. */
const PYTHON_FOLDERS = ["src", "local", "test", "bench"];
/** Their types are checked against the client of the surface, by test/importers.test.ts. */
const PYTHON_EXAMPLES = "examples/modules/python";
/** Not in the repository: a module's folder is uploaded as it is. */
const CACHE = join(homedir(), ".cache", "ml-pipeline-tests", "check");

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

const TYPESCRIPT_CHECKS: readonly Check[] = [
  { name: "tsc", command: ["tsc", "--noEmit"] },
  { name: "biome", command: ["biome", "check", "."] },
];

/** The versions are those that the pipeline holds its users' Python to. */
async function pythonChecks(): Promise<readonly Check[]> {
  const bin = await pythonEnvironment("check", [
    ...[`ruff==${TOOLS.ruff}`, `black==${TOOLS.black}`, `mypy==${TOOLS.mypy}`],
  ]);
  return [
    { name: "ruff", command: [join(bin, "ruff"), "check", "--quiet", ...PYTHON_FOLDERS, PYTHON_EXAMPLES] },
    {
      name: "black",
      command: [join(bin, "black"), "--check", "--quiet", "--diff", ...PYTHON_FOLDERS, PYTHON_EXAMPLES],
    },
    { name: "mypy", command: [join(bin, "mypy"), "--cache-dir", join(CACHE, "mypy"), ...PYTHON_FOLDERS] },
  ];
}

/** Whether a check passes; what it prints is shown when it does not. */
function passes({ name, command: [program, ...args] }: Check): Promise<boolean> {
  const env = {
    ...process.env,
    PATH: [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter),
    RUFF_CACHE_DIR: join(CACHE, "ruff"),
    BLACK_CACHE_DIR: join(CACHE, "black"),
  };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, env, encoding: "utf8", maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) console.log(`✓ ${name}`);
      else console.error([`✗ ${name}: ${[program, ...args].join(" ")}`, stdout, stderr].filter(Boolean).join("\n"));
      resolve(error === null);
    });
  });
}

/** Without its programs Python is not checked, which is a finding and keeps none of the others back. */
async function python(): Promise<boolean[]> {
  try {
    return await Promise.all((await pythonChecks()).map(passes));
  } catch (error) {
    console.error(`✗ ruff, black and mypy: ${error instanceof Error ? error.message : error}`);
    return [false];
  }
}

const typescript = (): Promise<boolean[]> => Promise.all(TYPESCRIPT_CHECKS.map(passes));

const [only] = process.argv.slice(2);
const passed = (await Promise.all([python(), ...(only === "python" ? [] : [typescript()])])).flat();
process.exitCode = passed.every(Boolean) ? 0 : 1;

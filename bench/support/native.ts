import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TOOLS } from "../../src/containers/settings.ts";
import { type Finished, type RunOptions, run } from "./process.ts";
import { copyExample } from "./project.ts";
import type { Workspace } from "./workspace.ts";

export interface ByHand {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The time of each step, for example `install 33 s`. */
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
}

/**
 * Does what the pipeline does as a person would type it: a fresh virtual environment, then lint, tests, data check,
 * training, evaluation, tests of the model, and one request to the served model. Downloads are cold.
 */
export async function byHand(workspace: Workspace, python: string): Promise<ByHand> {
  const folder = await workspace.empty("by-hand");
  const { source } = await copyExample(join(folder, "census"));
  const bin = join(folder, "venv/bin");
  const env = {
    XDG_CACHE_HOME: join(folder, "cache"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    // The containers cannot use wheels of this host either.
    PIP_FIND_LINKS: undefined,
    VIRTUAL_ENV: join(folder, "venv"),
    PATH: `${bin}:${process.env.PATH}`,
    DATA_DIR: "data",
    MODEL_DIR: "models",
  };
  const tools = (["ruff", "black", "mypy", "pytest", "pytest-cov"] as const).map((name) => `${name}==${TOOLS[name]}`);
  const steps: { name: string; seconds: number }[] = [];
  let cpuSeconds = 0;
  const timed = async (name: string, ...commands: string[][]) => {
    let seconds = 0;
    for (const command of commands) {
      const finished: Finished = await run(command, { cwd: source, env });
      seconds += finished.seconds;
      cpuSeconds += finished.cpuSeconds;
    }
    steps.push({ name, seconds });
  };
  const startedAt = performance.now();
  await timed(
    "install",
    [python, "-m", "venv", join(folder, "venv")],
    ["python", "-m", "pip", "install", "--quiet", `uv==${TOOLS.uv}`],
    ["uv", "pip", "install", "--quiet", "--require-hashes", "--requirement", "requirements.txt"],
    ["uv", "pip", "install", "--quiet", ...tools],
  );
  await timed("lint", ["ruff", "check", "src/"], ["black", "--check", "src/"], ["mypy", "src/"]);
  await timed("unit tests", pytest("unit"));
  await timed("integration tests", pytest("integration"));
  await timed("data tests", ["python", "-m", "src.validate_data"], pytest("data"));
  await timed("train", ["python", "-m", "src.train", "--data", "data", "--output", "models", "--epochs", "10"]);
  await timed("evaluate", [
    "python",
    "-m",
    "src.evaluate",
    "--model",
    "models",
    "--data",
    "data",
    "--output",
    "judged",
  ]);
  await timed(
    "model tests",
    ["python", "-m", "src.load_model"],
    pytest("model"),
    ["python", "-m", "src.validate_metrics"],
    ["python", "-m", "src.test_model", "--quick"],
  );
  const servingSince = performance.now();
  await askServed(join(bin, "python"), source, env);
  steps.push({ name: "serve", seconds: (performance.now() - servingSince) / 1000 });
  return { seconds: (performance.now() - startedAt) / 1000, cpuSeconds, steps };
}

const pytest = (layer: string): string[] => [
  ...["python", "-m", "pytest", "-v", "--tb=short", `tests/${layer}`],
  ...[`--junitxml=${layer}.xml`, "--cov=src", `--cov-report=xml:${layer}-coverage.xml`],
];

/** Starts the server, waits until it is healthy, and asks for one prediction. */
async function askServed(python: string, cwd: string, env: RunOptions["env"]): Promise<void> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(python, ["-m", "src.serve"], {
    cwd,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: "ignore",
  });
  const ended = once(server, "close");
  try {
    while (!(await healthy(url))) {
      if (server.exitCode !== null) throw new Error("the server that was started by hand has ended");
      await sleep(100);
    }
    const instance = { age: 39, education_num: 13, capital_gain: 2174, capital_loss: 0, hours_per_week: 40 };
    const answer = await fetch(`${url}/predict`, { method: "POST", body: JSON.stringify({ instances: [instance] }) });
    if (!answer.ok) throw new Error(`the server that was started by hand answers HTTP ${answer.status}`);
  } finally {
    server.kill();
    await ended;
  }
}

async function healthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

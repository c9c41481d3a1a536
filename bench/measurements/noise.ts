import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Report } from "../../src/report/report.ts";
import type { Measurement } from "../measurement.ts";
import { program, repository } from "../support/paths.ts";
import { run } from "../support/process.ts";
import type { Workspace } from "../support/workspace.ts";

const TIMES = 20;
/** How long a server takes for one request, in seconds, before and after a change for the worse. */
const FAST = 0.08;
const SLOW = 0.4;

/**
 * Whether noise decides the latency gate: on a busy machine, it judges a model against itself and against one that is
 * five times as slow.
 */
export const noise: Measurement = {
  summary: `the latency gate while every processor is busy: a model against itself ${TIMES} times, and 80 ms against 400 ms`,
  async measure(workspace) {
    const busy = Array.from({ length: availableParallelism() }, () =>
      spawn(process.execPath, ["-e", "for (;;) {}"], { stdio: "ignore" }),
    );
    try {
      return await measureBusily(workspace);
    } finally {
      for (const child of busy) end(child);
    }
  },
};

const end = (child: ChildProcess): boolean => child.kill("SIGKILL");

async function measureBusily(workspace: Workspace) {
  const same = [];
  for (let time = 0; time < TIMES; time++) {
    workspace.say(`a model against itself, ${time + 1} of ${TIMES}`);
    // Each number of requests is another measurement, so none is answered from the cache.
    same.push(await gate(workspace, { requests: 200 + time, candidate: 0.001, baseline: 0.001 }));
  }
  workspace.say("80 ms against 400 ms");
  const slower = await gate(workspace, { requests: 200, candidate: SLOW, baseline: FAST });
  const passed = same.filter(({ status }) => status === "passed").length;
  const ratios = same.map(({ ratio }) => ratio);
  workspace.notes.push(
    `latency of a model beside itself: ratios of medians from ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`,
    `80 ms to 400 ms: ${slower.message}`,
  );
  return [
    row(
      `latency gate on a busy machine, the same model`,
      `${passed} of ${TIMES} passed`,
      `${TIMES} of ${TIMES}`,
      passed === TIMES,
    ),
    row("the same, 80 ms to 400 ms", slower.status, "failed", slower.status === "failed"),
  ];
}

const row = (what: string, ours: string, limit: string, within: boolean) => ({
  what,
  ours,
  peer: "",
  ratio: "",
  limit,
  within,
});

interface Delays {
  readonly requests: number;
  /** How many seconds a request takes. */
  readonly candidate: number;
  readonly baseline: number;
}

/** Asks the latency gate about two models of one project whose code sets their latency. */
async function gate(workspace: Workspace, { requests, candidate, baseline }: Delays) {
  const source = join(await workspace.empty("noise"), "project");
  await cp(join(repository, "test/e2e/tiny"), source, { recursive: true });
  await replace(
    join(source, "src/serve.py"),
    "        body = json.loads",
    "        time.sleep(DELAY)\n        body = json.loads",
  );
  await replace(
    join(source, "src/serve.py"),
    'LIMIT = load(Path("models"))\n',
    'LIMIT = load(Path("models"))\nDELAY = json.loads(Path("models/model.json").read_text())["delay"]\n',
  );
  await replace(join(source, "src/serve.py"), "import os\n", "import os\nimport time\n");
  await replace(
    join(source, "pyproject.toml"),
    "[tool.ml-pipeline.gates.metrics]",
    `[tool.ml-pipeline.gates.latency]\nsingle-ms = 10000\nper-sample-ms = 10000\nrequests = ${requests}\n\n[tool.ml-pipeline.gates.metrics]`,
  );
  const data = join(source, "../data");
  await mkdir(data);
  const rows = Array.from({ length: 1200 }, (_unused, index) => `${index / 1200},${index >= 600 ? "yes" : "no"}`);
  await writeFile(join(data, "rows.csv"), `x,label\n${rows.join("\n")}\n`);
  const models = await Promise.all(
    Object.entries({ candidate, baseline }).map(async ([name, delay]) => {
      const folder = join(source, "..", name);
      await mkdir(folder);
      await writeFile(join(folder, "model.json"), JSON.stringify({ limit: 0.5, delay }));
      return folder;
    }),
  );
  const report = join(source, "../report");
  await rm(report, { recursive: true, force: true });
  await run([
    ...[program, "--engine=local", "evaluate", `--source=${source}`, `--data=${data}`],
    ...[`--model=${models[0]}`, `--baseline=${models[1]}`, "report", "export", `--path=${report}`],
  ]);
  const { gates, measurements } = JSON.parse(await readFile(join(report, "report.json"), "utf8")) as Report;
  const found = gates.find(({ id }) => id === "latency");
  if (found === undefined) throw new Error("the latency gate was not asked");
  return {
    status: found.status,
    message: found.message,
    ratio: measurements?.load?.comparison?.p50.ratio ?? Number.NaN,
  };
}

async function replace(file: string, before: string, after: string): Promise<void> {
  const text = await readFile(file, "utf8");
  if (!text.includes(before)) throw new Error(`${file} has no ${JSON.stringify(before)}`);
  await writeFile(file, text.replace(before, after));
}

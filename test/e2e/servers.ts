import { expect } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";

/** Servers that exist, each with a protocol of its own, which the settings of `serve` describe. */
export interface ServerScenario {
  readonly name: string;
  readonly run: (project: TestProject) => Promise<void>;
}

const serve = (project: TestProject, settings: string): Promise<void> =>
  project.edit("pyproject.toml", "[tool.ruff]", `[tool.ml-pipeline.serve]\n${settings}\n\n[tool.ruff]`);

const pipeline = (project: TestProject) =>
  mlPipeline(["full-pipeline", `--source=${project.source}`, `--data=${project.data}`]);

/** Takes one row a request, and listens on port 8000, whatever it is told. */
async function takeOneRow(project: TestProject): Promise<void> {
  await project.edit("src/serve.py", 'os.environ.get("PORT", "8080")', '"8000"');
  await project.edit("src/serve.py", "import os\n", "");
  await project.edit(
    "src/serve.py",
    `        answers = [answer(LIMIT, float(one["x"])) for one in body["instances"]]
        self.reply({"predictions": answers})`,
    `        self.reply({"result": {"label": answer(LIMIT, float(body["x"]))}})`,
  );
  await project.edit("src/serve.py", '"status": "ok"}', '"status": "ok"} if self.path == "/healthz" else None');
  await project.edit("src/serve.py", "self.send_response(200)", "self.send_response(200 if body else 404)");
}

const ONE_ROW = 'port = 8000\nhealth = "/healthz"\nroute = "/score"\nrequest = "record"\nanswer = "result.label"';

/** Takes what the scoring server of MLflow takes. */
const takeSplit = (project: TestProject): Promise<void> =>
  project.edit(
    "src/serve.py",
    'answers = [answer(LIMIT, float(one["x"])) for one in body["instances"]]',
    `split = body["dataframe_split"]
        rows = [dict(zip(split["columns"], row)) for row in split["data"]]
        answers = [answer(LIMIT, float(one["x"])) for one in rows]`,
  );

const ANSWERS = 'self.reply({"predictions": answers})';
const INVERTED = 'self.reply({"predictions": [a == "no" for a in answers]})';
const SHARES = 'self.reply({"predictions": [[0.2, 0.8] if a == "yes" else [0.9, 0.1] for a in answers]})';
/** Lines of any length, answers of any form, and any time for them. */
const LENIENT =
  '[tool.ml-pipeline.stages]\noff = ["lint"]\n[tool.ml-pipeline.gates.latency]\nsingle-ms = 10000\nper-sample-ms = 10000\n';

export const SERVER_SCENARIOS: readonly ServerScenario[] = [
  {
    name: "one that answers the opposite as truth values is inconclusive, one that answers shares of classes passes",
    run: async (project) => {
      await project.edit("pyproject.toml", '[tool.ml-pipeline.gates.schema]\nclasses = ["no", "yes"]\n', LENIENT);
      await project.edit("src/serve.py", ANSWERS, INVERTED);
      const inverted = await pipeline(project);
      expect(inverted.exitCode).toBe(1);
      expect(inverted.stderr).toMatch(/served-answers inconclusive: .*names = { "no" = "1", "yes" = "0" }/);
      await project.edit("src/serve.py", INVERTED, SHARES);
      const passed = await pipeline(project);
      expect(passed.exitCode, passed.stderr).toBe(0);
    },
  },
  {
    name: "one on port 8000 that takes a record a request passes",
    run: async (project) => {
      await takeOneRow(project);
      await serve(project, ONE_ROW);
      const passed = await pipeline(project);
      expect(passed.exitCode, passed.stderr).toBe(0);
    },
  },
  {
    name: "one of MLflow's protocol passes, and a request that it does not take is told with its answer and its last lines",
    run: async (project) => {
      await takeSplit(project);
      const settings = 'health = "/ping"\nroute = "/invocations"\n';
      await serve(project, `${settings}request = "dataframe_split"`);
      const passed = await pipeline(project);
      expect(passed.exitCode, passed.stderr).toBe(0);
      await project.edit("pyproject.toml", 'request = "dataframe_split"', 'request = "dataframe_records"');
      const refused = await pipeline(project);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/it was sent {"dataframe_records": \[{"x": [\d.]+}\]}/);
      expect(refused.stderr).toMatch(/POST \/invocations\n +{"dataframe_records"/);
      expect(refused.stderr).toMatch(/The last lines of the server:[\s\S]*KeyError: 'dataframe_split'/);
    },
  },
];

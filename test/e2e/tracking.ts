import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import type { MlflowServer } from "../support/mlflow.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";
import type { Step } from "./story.ts";

/* A project whose runs are logged in MLflow, by the command line, on either engine. */

export interface TrackingSite {
  readonly project: TestProject;
  readonly server: MlflowServer;
}

const TOKEN = "t0ken-of-tests";

async function call({ server }: TrackingSite, ...words: readonly string[]): Promise<Ended> {
  const flags = [`--tracking=${server.url}`, "--tracking-token=env:TRACKING_TOKEN"];
  const ended = await mlPipeline([...flags, ...words], { TRACKING_TOKEN: TOKEN });
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
  return ended;
}

const reportSchema = z.object({
  verdict: z.string(),
  failure: z.object({ stage: z.string() }).optional(),
  metrics: z.object({ candidate: z.record(z.string(), z.number()).optional() }),
  hashes: z.object({ model: z.string().optional() }),
  stages: z.array(z.object({ name: z.string(), status: z.string(), message: z.string() })),
});
type Reported = z.output<typeof reportSchema> & { readonly track: string; readonly trackModel: string };

const outOf = ({ project }: TrackingSite, name: string): string => join(project.out, name);

/** A run of the pipeline, and its report. */
async function reported(site: TrackingSite, name: string, ...more: readonly string[]): Promise<Reported> {
  const { source, data } = site.project;
  const path = outOf(site, name);
  const inputs = [`--source=${source}`, `--data=${data}`, ...more, "report", "export", `--path=${path}`];
  const ended = await call(site, "run", ...inputs);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const text = await readFile(join(path, "report.json"), "utf8");
  expect(text).not.toContain(TOKEN);
  const report = reportSchema.parse(JSON.parse(text));
  const told = (stage: string): string => {
    const { status, message } = report.stages.find(({ name: one }) => one === stage) ?? {
      status: "absent",
      message: "",
    };
    return `${status}: ${message}`;
  };
  return { ...report, track: told("track"), trackModel: told("track model") };
}

/** All runs of the experiment, as the official client finds them. */
const RUNS = `
experiment = client.get_experiment_by_name("tiny")
runs = client.search_runs([experiment.experiment_id], order_by=["attribute.start_time ASC"])
def standing(alias):
    try:
        return client.get_model_version_by_alias("tiny", alias).run_id
    except Exception:
        return None
print(json.dumps({
    "runs": [{
        "id": run.info.run_id,
        "name": run.info.run_name,
        "status": run.info.status,
        "accuracy": run.data.metrics.get("accuracy"),
        "low": run.data.metrics.get("accuracy.low"),
        "limit": run.data.params.get("gates.metrics.accuracy"),
        "model": run.data.tags.get("ml-pipeline.model"),
        "verdict": run.data.tags.get("ml-pipeline.verdict"),
        "dataset": [one.dataset.name for one in run.inputs.dataset_inputs],
        "report": sorted(one.path for one in client.list_artifacts(run.info.run_id, "report")),
    } for run in runs],
    "champion": standing("champion"),
    "challenger": standing("challenger"),
}))
`;
const found = z.object({
  runs: z.array(
    z.looseObject({ id: z.string(), name: z.string(), status: z.string(), accuracy: z.number().nullable() }),
  ),
  champion: z.string().nullable(),
  challenger: z.string().nullable(),
});
const runsOf = async ({ server }: TrackingSite): Promise<z.output<typeof found>> =>
  found.parse(await server.client(RUNS));

/** Each step stands on those before it. */
export const TRACKING_STORY: readonly Step<TrackingSite>[] = [
  {
    name: "a run is a run in MLflow, with all that it found, and its model the challenger",
    run: async (site) => {
      const report = await reported(site, "first", "--run-id=job-1");
      expect(report.verdict).toBe("passed");
      expect(report.trackModel).toMatch(
        /^passed: logged in MLflow 3\.\S+, tiny version 1, challenger moved to it: http/,
      );
      expect(report.track).toMatch(/^passed: went on with the run .*; champion does not move to it: it was neither/);
      const { runs, champion, challenger } = await runsOf(site);
      expect(runs).toMatchObject([
        {
          ...{ name: "job-1", status: "FINISHED", verdict: "passed", limit: "0.9", dataset: ["tiny"] },
          ...{ accuracy: report.metrics.candidate?.accuracy, low: expect.any(Number), model: report.hashes.model },
          report: expect.arrayContaining(["report/index.html", "report/report.json"]),
        },
      ]);
      expect({ champion, challenger }).toEqual({ champion: null, challenger: runs[0]?.id });
    },
  },
  {
    name: "the same job once more is the same run, and what passed is the champion where that is set",
    run: async (site) => {
      await site.project.edit(
        "pyproject.toml",
        "[tool.ml-pipeline.data]",
        '[tool.ml-pipeline.tracking]\npromote = "passed"\n\n[tool.ml-pipeline.data]',
      );
      const report = await reported(site, "second", "--run-id=job-2");
      expect(report.track).toMatch(/champion moved to it/);
      await reported(site, "again", "--run-id=job-2");
      const { runs, champion } = await runsOf(site);
      expect(runs.map(({ name }) => name)).toEqual(["job-1", "job-2"]);
      expect(champion).toBe(runs[1]?.id);
    },
  },
  {
    name: "the champion is the baseline of a later run, unless its files were changed",
    run: async (site) => {
      const inputs = [`--source=${site.project.source}`, `--data=${site.project.data}`];
      const compared = await call(site, "run", ...inputs, "--baseline-from=mlflow:tiny@champion", "assert");
      expect(compared.exitCode, compared.stderr).toBe(0);
      expect(compared.stdout).toMatch(/gates: passed: .*regression/);
      const absent = await call(site, "run", ...inputs, "--baseline-from=mlflow:tiny@nobody", "assert");
      expect(absent.stderr).toMatch(/tiny has the aliases challenger, champion/);
      await site.server.client(`
import mlflow, os, tempfile
version = client.get_model_version_by_alias("tiny", "champion")
run = client.get_run(version.run_id)
model = client.get_logged_model(version.source.split("/")[-1])
name = client.list_logged_model_artifacts(model.model_id)
changed = [one.path for one in name if not one.path.startswith("ml-pipeline")][0]
folder = tempfile.mkdtemp()
with open(os.path.join(folder, changed), "w") as file:
    file.write("other weights")
client.log_model_artifacts(model.model_id, folder)
print("0")
`);
      const changed = await call(site, "run", ...inputs, "--baseline-from=mlflow:tiny@champion", "assert");
      expect(changed.exitCode).not.toBe(0);
      expect(changed.stderr).toMatch(/no accepted one: a file of it was changed after its gates passed/);
    },
  },
  {
    name: "a server that is down changes no verdict, and the run is logged afterwards, once",
    run: async (site) => {
      await site.server.kill();
      const report = await reported(site, "down", "--run-id=job-3");
      expect(report.verdict).toBe("passed");
      expect(report.trackModel).toMatch(
        /^warned: failed, and only warns \(tracking\.required\): MLflow at \S+ does not answer/,
      );
      expect(report.track).toMatch(/^warned: /);
      const { source, data } = site.project;
      const model = outOf(site, "model");
      const given = await mlPipeline([
        ...["run", `--source=${source}`, `--data=${data}`, "--run-id=job-3", "model", "export", `--path=${model}`],
      ]);
      expect(given.exitCode, given.stderr).toBe(0);
      await site.server.start();
      const track = ["track", `--source=${source}`, `--report=${outOf(site, "down")}`, `--model=${model}`];
      const logged = await call(site, ...track);
      expect(logged.stdout, logged.stderr).toMatch(/^logged in MLflow .*champion moved to it/);
      expect((await call(site, ...track)).stdout).toMatch(/^logged before in MLflow/);
      const { runs } = await runsOf(site);
      expect(runs.filter(({ name }) => name === "job-3")).toMatchObject([{ status: "FINISHED" }]);
    },
  },
  {
    name: "a training is one run, however often it is asked for",
    run: async (site) => {
      const { source, data } = site.project;
      for (const name of ["trained", "trained-again"]) {
        const path = outOf(site, name);
        const train = await call(site, "train", `--source=${source}`, `--data=${data}`, "export", `--path=${path}`);
        expect(train.exitCode, train.stderr).toBe(0);
      }
      const { runs, champion } = await runsOf(site);
      const [training, ...more] = runs.filter(({ name }) => name.startsWith("train "));
      expect(training).toMatchObject({ status: "FINISHED", verdict: "passed" });
      expect(more).toEqual([]);
      expect(champion).not.toBe(training?.id);
    },
  },
  {
    name: "a run that must be logged fails before its gates where it cannot be",
    run: async (site) => {
      await site.project.edit("pyproject.toml", 'promote = "passed"', 'promote = "passed"\nrequired = true');
      await site.server.kill();
      const report = await reported(site, "required", "--run-id=job-4");
      await site.server.start();
      expect(report).toMatchObject({ verdict: "failed", failure: { stage: "track model" } });
      expect(report.stages.find(({ name }) => name === "gates")?.status).toBe("skipped");
    },
  },
];

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Report } from "../../src/report/report.ts";
import type { TestRegistry } from "../support/registry.ts";
import { mlPipeline } from "./pipeline.ts";
import {
  expectCalibration,
  expectQuantiles,
  expectRankings,
  expectSeveralScores,
  modelWithLimit,
} from "./predictions.ts";
import type { TestProject } from "./project.ts";

/** What the gates let through, and what is said about it: by the command line, on either engine. */
export interface GateScenario {
  readonly name: string;
  readonly run: (project: TestProject, registry: TestRegistry) => Promise<void>;
}

/** Limits that only a comparison can break. */
const LATENCY = "[tool.ml-pipeline.gates.latency]\nrequests = 60\nsingle-ms = 1000\nper-sample-ms = 1000";

const EVERY_GATE = `[tool.ml-pipeline.gates.latency]
requests = 60

[tool.ml-pipeline.gates.slices]
columns = ["place"]
min-accuracy = 0.9

[tool.ml-pipeline.gates.worst-slice]
max-drop = 0.2

[tool.ml-pipeline.gates.fairness]
columns = ["place"]
favorable = "yes"

[tool.ml-pipeline.gates.failure-modes]

[tool.ml-pipeline.gates.suspicious-gain]
max-gain = 0.02

[tool.ml-pipeline.gates.shadow]

[tool.ml-pipeline.gates.metrics]`;

/** Configures every gate, with failure modes and recorded requests that the model answers as it should. */
async function useEveryGate(project: TestProject): Promise<void> {
  await project.edit("pyproject.toml", "[tool.ml-pipeline.gates.metrics]", EVERY_GATE);
  await project.write(
    "tests/failure_modes/edges ü.jsonl",
    '{"instance": {"x": 0.9}, "expected": "yes", "name": "$(touch high)"}\n{"instance": {"x": 0.1}, "expected": "no"}\n',
  );
  const requests = Array.from({ length: 40 }, (_unused, index) => `{"x": ${index / 40}}\n`);
  await project.write("tests/shadow/requests.jsonl", requests.join(""));
}

const inputs = (project: TestProject): string[] => [`--source=${project.source}`, `--data=${project.data}`];

async function reportOf(project: TestProject, ...args: string[]): Promise<Report> {
  const folder = join(project.out, "report");
  const ended = await mlPipeline(["run", ...inputs(project), ...args, "report", "export", `--path=${folder}`]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const files = ["index.html", "summary.md", "junit.xml", "outputs.env"];
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  expect(texts.every((text) => text.length > 0)).toBe(true);
  return JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
}

const statuses = ({ gates }: Report): string[] => gates.map(({ id, status }) => `${id} ${status}`);

export const GATE_SCENARIOS: readonly GateScenario[] = [
  { name: "scores of three classes in several files are measured", run: expectSeveralScores },
  { name: "quantiles of numbers are measured and compared", run: expectQuantiles },
  { name: "rankings are measured and compared by their groups", run: expectRankings },
  { name: "scores that do not mean what they say hold a model back", run: expectCalibration },
  {
    name: "every gate passes a model that is as good as its baseline",
    run: async (project) => {
      await useEveryGate(project);
      const report = await reportOf(project, `--baseline=${await modelWithLimit(project, 0.5)}`);
      expect(statuses(report)).toEqual([
        ...["schema passed", "evaluated-rows passed", "metrics passed", "regression passed", "latency passed"],
        ...["slices passed", "worst-slice passed", "fairness passed"],
        // The model of this project gives no scores.
        ...["calibration skipped", "served-answers passed", "failure-modes passed"],
        ...["suspicious-gain passed", "shadow passed"],
      ]);
      expect(report.verdict).toBe("passed");
      const { predictions, load, cases, shadow } = report.measurements ?? {};
      expect(predictions?.pairs).toMatchObject({
        rows: 1200,
        mcnemar: { onlyCandidate: 0, onlyBaseline: 0, pValue: 1 },
      });
      expect(load?.comparison?.p50.ratio).toBeGreaterThan(0);
      expect(load?.candidate.peakMemoryBytes).toBeGreaterThan(1e6);
      expect(cases?.cases.map(({ name, held }) => [name, held])).toEqual([
        ["$(touch high)", true],
        ["line 2", true],
      ]);
      expect(shadow).toMatchObject({ requests: 40, agreed: 40, repeated: 40 });
    },
  },
  {
    name: "a suspicious gain is let through by a person, and by nothing else",
    run: async (project) => {
      const baseline = `--baseline=${await modelWithLimit(project, 0.8)}`;
      const unknown = await mlPipeline(["full-pipeline", ...inputs(project), baseline, "--approve=suspicious-gian"]);
      expect(unknown.exitCode).not.toBe(0);
      expect(unknown.stderr).toContain("there is no such gate; did you mean suspicious-gain?");
      const held = await reportOf(project, baseline);
      expect(held).toMatchObject({ verdict: "failed", failure: { gate: "suspicious-gain" } });
      const approved = await reportOf(project, baseline, "--approve=suspicious-gain");
      expect(approved.verdict).toBe("passed");
      expect(approved.gates.find(({ id }) => id === "suspicious-gain")).toMatchObject({
        status: "inconclusive",
        approved: true,
      });
    },
  },
  {
    name: "classes are one by value, whatever the project and its settings call them",
    run: async (project) => {
      await rm(join(project.source, "src/serve.py"));
      await project.edit(
        "src/evaluate.py",
        "(label, answer(limit, x),",
        '(label == "yes", int(answer(limit, x) == "yes"),',
      );
      await project.edit("pyproject.toml", 'classes = ["no", "yes"]', "classes = [0, 1.0]");
      await project.edit(
        "pyproject.toml",
        "accuracy = 0.9",
        '"f1[true]" = 0.9\nRecall = 0.5\n\n[tool.ml-pipeline.evaluation]\npositive = "1"\n' +
          '\n[tool.ml-pipeline.gates.fairness]\ncolumns = ["place"]\nfavorable = 0',
      );
      const validate = ["validate", ...inputs(project), `--model=${await modelWithLimit(project, 0.5)}`];
      const passed = await mlPipeline(validate);
      expect(passed.exitCode, passed.stderr).toBe(0);
      expect(passed.stdout).toMatch(/metrics passed: f1\[true\] 0\.9\d+ .*; Recall 0\.9\d+/);
      expect(passed.stdout).toMatch(/fairness passed: .*\(0 for \d/);
      await project.edit("src/evaluate.py", '(label == "yes",', '({"yes": "rich", "no": "poor"}[label],');
      const apart = await mlPipeline(validate);
      expect(apart.exitCode).not.toBe(0);
      expect(apart.stderr).toContain("no answer is among the labels");
    },
  },
  {
    name: "too few rows to tell are told, with how many would do",
    run: async (project) => {
      await project.edit("pyproject.toml", "tolerance = 0.01", "tolerance = 0.001");
      await project.edit(
        "src/train.py",
        "best_limit(read_rows(options.data))",
        "best_limit(read_rows(options.data)) + 0.002",
      );
      const report = await reportOf(project, `--baseline=${await modelWithLimit(project, 0.5)}`);
      const gate = report.gates.find(({ id }) => id === "regression");
      expect(gate).toMatchObject({
        status: "inconclusive",
        message: expect.stringMatching(/about [\d,]+ rows would tell/),
      });
      expect(report.verdict).toBe("failed");
    },
  },
  {
    name: "a server that got slower than the image in production is refused",
    run: async (project, registry) => {
      await project.edit(
        "pyproject.toml",
        "[tool.ml-pipeline.gates.metrics]",
        `${LATENCY}\n\n[tool.ml-pipeline.gates.metrics]`,
      );
      const production = `${registry.address}/fast:v1`;
      const published = await mlPipeline(["full-pipeline", ...inputs(project), `--address=${production}`]);
      expect(published.exitCode, published.stderr).toBe(0);
      await project.edit("src/serve.py", "import os\n", "import os\nimport time\n");
      await project.edit(
        "src/serve.py",
        "        body = json.loads",
        "        time.sleep(0.08)\n        body = json.loads",
      );
      const slower = await mlPipeline(["full-pipeline", ...inputs(project), `--production=${production}`]);
      expect(slower.exitCode).not.toBe(0);
      expect(slower.stderr).toMatch(/latency failed: median \d+\.\d+ times the baseline's \[.*slower beyond noise/);
    },
  },
  {
    name: "an evaluation of rows that nobody can find again passes, and the first lines say so",
    run: async (project) => {
      await project.edit("src/evaluate.py", "import json\n", "import json\nimport random\n");
      await project.edit(
        "src/evaluate.py",
        "    right = sum(",
        "    rows = random.Random(7).sample(rows, 240)\n    right = sum(",
      );
      const report = await reportOf(project);
      expect(report.verdict).toBe("passed");
      const summary = await readFile(join(project.out, "report", "summary.md"), "utf8");
      expect(summary.slice(0, summary.indexOf("### "))).toMatch(
        /not held against the data: 240 predictions cannot be told to be of certain rows of the data: they have no column id, and rows\.csv has 1,200[\s\S]*served answers not compared with evaluated ones/,
      );
    },
  },
  {
    name: "the gates' self-test refuses every spoiled model, and fails for a gate that cannot block",
    run: async (project) => {
      await useEveryGate(project);
      const model = `--model=${await modelWithLimit(project, 0.5)}`;
      const tested = await mlPipeline(["gates-self-test", ...inputs(project), model]);
      expect(tested.exitCode, tested.stderr).toBe(0);
      expect(tested.stdout).toMatch(/All 19 spoiled models refused\./);
      const judging = (await reportOf(project)).gates.filter(({ id }) => id !== "calibration");
      for (const { id } of judging) expect(tested.stdout).toContain(`✓ ${id}, `);
      await project.edit("pyproject.toml", "gates.metrics]\naccuracy = 0.9", "gates.metrics]\naccuracy = 0.1");
      const blunt = await mlPipeline(["gates-self-test", ...inputs(project), model]);
      expect(blunt.exitCode).not.toBe(0);
      expect(blunt.stderr).toContain(
        "1 spoiled model let through by metrics. A gate that cannot block is worse than none.",
      );
    },
  },
  {
    name: "the smallest harm that gates catch is recorded, and a looser setting that hides it is named",
    run: async (project) => {
      // Nothing is served, so that this is about predictions alone.
      await rm(join(project.source, "src/serve.py"));
      const metrics = "[tool.ml-pipeline.gates.metrics]";
      await project.edit(
        "pyproject.toml",
        metrics,
        `[tool.ml-pipeline.gates.suspicious-gain]\nmax-gain = 0.02\n\n${metrics}`,
      );
      const model = `--model=${await modelWithLimit(project, 0.5)}`;
      const earlier = join(project.out, "self-test");
      const recorded = await mlPipeline([
        "self-test",
        ...inputs(project),
        model,
        "report",
        "export",
        `--path=${earlier}`,
      ]);
      expect(recorded.exitCode, recorded.stderr).toBe(0);
      const { selfTest } = JSON.parse(await readFile(join(earlier, "report.json"), "utf8")) as Report;
      expect(selfTest?.sensitivity.map(({ gate, unit }) => `${gate} ${unit}`)).toEqual([
        ...["schema rows", "evaluated-rows rows", "evaluated-rows rows", "metrics % of the rows"],
        ...["metrics % of the value, or of 1", "regression % of the rows", "suspicious-gain % of the rows"],
      ]);
      const smallest = (gate: string): number =>
        selfTest?.sensitivity.find((one) => one.gate === gate)?.smallest ?? Infinity;
      expect(smallest("schema")).toBe(1);
      // The first row is wrong, and an evaluation may leave out the first ones.
      expect(smallest("evaluated-rows")).toBe(2);
      expect(smallest("regression")).toBeGreaterThan(0.3);
      expect(smallest("regression")).toBeLessThan(smallest("metrics"));

      await project.edit("pyproject.toml", "tolerance = 0.01", "tolerance = 0.1");
      const looser = await mlPipeline(["gates-self-test", ...inputs(project), model, `--since=${earlier}`]);
      expect(looser.exitCode, looser.stderr).toBe(0);
      expect(looser.stdout).toMatch(
        /warning: regression caught right answers made wrong from [\d.]+ % of the rows on, and only from [\d.]+ % of the rows on now: gates\.regression\.tolerance was 0\.01 and is 0\.1/,
      );
      expect(looser.stdout).not.toContain("warning: metrics");
    },
  },
  {
    name: "a verdict counts for what was judged, and for nothing else",
    run: async (project, registry) => {
      const model = join(project.out, "model");
      const trained = await mlPipeline(["train", ...inputs(project), "export", `--path=${model}`]);
      expect(trained.exitCode, trained.stderr).toBe(0);
      await project.edit("src/model.py", "x > limit", "limit < x");
      await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.95");
      const build = ["build-image", `--source=${project.source}`, `--model=${model}`];
      const old = await mlPipeline([...build, "publish", `--address=${registry.address}/old:v1`]);
      expect(old.exitCode).not.toBe(0);
      expect(old.stderr).toMatch(/The image is held back: its gates passed on something else than what is here\./);
      expect(old.stderr).toMatch(/the project's code \(.*\): judged sha256:\w{12}, here sha256:\w{12}/);
      expect(old.stderr).toContain("gates.metrics.accuracy was 0.9 and is 0.95");

      const publish = ["publish", ...inputs(project), `--model=${model}`, `--address=${registry.address}/new:v1`];
      const judged = await mlPipeline(publish);
      expect(judged.exitCode, judged.stderr).toBe(0);

      const manifest = join(model, "ml-pipeline.json");
      await writeFile(
        manifest,
        (await readFile(manifest, "utf8")).replace('"status": "skipped"', '"status": "passed"'),
      );
      const edited = await mlPipeline(publish);
      expect(edited.exitCode).not.toBe(0);
      expect(edited.stderr).toContain("in the model directory of --model was edited after the pipeline had written it");
    },
  },
  {
    name: "what is wrong with the baseline's predictions is told as the baseline's, beside what was judged",
    run: async (project) => {
      await project.edit(
        "src/evaluate.py",
        '["label", "prediction"',
        '["label" if limit > 0.3 else "truth", "prediction"',
      );
      const [model, worse] = [await modelWithLimit(project, 0.5), await modelWithLimit(project, 0.2)];
      const folder = join(project.out, "report");
      const ended = await mlPipeline([
        ...["evaluate", ...inputs(project), `--model=${model}`, `--baseline=${worse}`],
        ...["report", "export", `--path=${folder}`],
      ]);
      expect(ended.exitCode, ended.stderr).toBe(0);
      const { failure, hashes } = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
      expect(failure?.message).toContain("predictions.csv of the baseline has no column label");
      expect(Object.keys(hashes)).toEqual(["source", "data", "model"]);
      const outputs = await readFile(join(folder, "outputs.env"), "utf8");
      for (const name of ["SOURCE", "DATA", "MODEL"]) expect(outputs).toMatch(new RegExp(`^${name}_HASH=sha256:`, "m"));
    },
  },
  {
    name: "a policy holds a project to its floors, and is in the report and in the verdict",
    run: async (project) => {
      const policy = join(project.out, "site floors.toml");
      await mkdir(project.out, { recursive: true });
      await writeFile(policy, "[data]\nmin-rows = 1200\n[gates.metrics]\naccuracy = 0.95\n[gates.regression]\n");
      const flag = `--policy=${policy}`;
      const looser = await mlPipeline([flag, "lint", `--source=${project.source}`]);
      expect(looser.exitCode).not.toBe(0);
      expect(looser.stderr).toContain(
        "pyproject.toml: tool.ml-pipeline.gates.metrics.accuracy: 0.9 is looser than the policy, which asks for at least 0.95 (gates.metrics.accuracy in site floors.toml (--policy))",
      );
      await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.96");
      const [model, folder] = [await modelWithLimit(project, 0.5), join(project.out, "report")];
      const judged = await mlPipeline([
        ...[flag, "evaluate", ...inputs(project), `--model=${model}`],
        ...["report", "export", `--path=${folder}`],
      ]);
      expect(judged.exitCode, judged.stderr).toBe(0);
      const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
      expect(report.failure?.message).toContain("regression inconclusive: the policy requires this gate");
      expect(report.policy).toMatchObject({
        name: "site floors.toml (--policy)",
        floors: { data: { "min-rows": 1200 } },
      });
      expect(report.config?.data["min-rows"]).toBe(1200);
    },
  },
  {
    name: "shadow and test-matrix by themselves",
    run: async (project) => {
      await useEveryGate(project);
      const [model, other] = [await modelWithLimit(project, 0.5), await modelWithLimit(project, 0.2)];
      const alike = await mlPipeline([
        "shadow",
        `--source=${project.source}`,
        `--model=${model}`,
        `--baseline=${model}`,
      ]);
      expect(alike.exitCode, alike.stderr).toBe(0);
      expect(alike.stdout).toContain("100 % [91.2 %, 100 %] of 40 requests answered as production did");
      const apart = await mlPipeline([
        "shadow",
        `--source=${project.source}`,
        `--model=${other}`,
        `--baseline=${model}`,
      ]);
      expect(apart.exitCode).not.toBe(0);
      expect(apart.stderr).toMatch(/shadow failed: 70 % \[.*\] of 40 requests/);

      const matrix = ["test-matrix", `--source=${project.source}`, "--suite=unit"];
      const tested = await mlPipeline([...matrix, "--pythons=3.11"]);
      expect(tested.exitCode, tested.stderr).toBe(0);
      expect(tested.stdout).toMatch(/Python {2}unit\n3\.11 {4}✓ 2 tests passed/);
      const absent = await mlPipeline([...matrix, "--pythons=3.11,3.99"]);
      expect(absent.exitCode).not.toBe(0);
      expect(absent.stderr).toContain("no image for Python 3.99 (python:3.99-slim)");
    },
  },
];

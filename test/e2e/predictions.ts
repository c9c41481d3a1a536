import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Report } from "../../src/report/report.ts";
import { mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";

/** The arguments of each evaluation. */
const ARGUMENTS = `parser = argparse.ArgumentParser()
parser.add_argument("--model", type=Path)
parser.add_argument("--data", type=Path)
parser.add_argument("--output", type=Path)
`;

/** Writes two files of predictions, with names of their own and a column of scores for each of three classes. */
const EVALUATE = `import argparse
import csv
from pathlib import Path

NAMES = ["low", "mid", "top"]

${ARGUMENTS}folder = parser.parse_args().output / "parts"
folder.mkdir()
for part in range(2):
    with (folder / f"part-{part}.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["truth", "answer", "w", *(f"p_{name}" for name in NAMES)])
        for row in range(300):
            true = row % 3
            said = true if row % 10 else (true + 1) % 3
            scores = [0.8 if place == said else 0.1 for place in range(3)]
            writer.writerow([NAMES[true], NAMES[said], 0.5, *scores])
`;

const SETTINGS = `[tool.ml-pipeline.predictions]
files = ["parts/*.csv"]
label = "truth"
prediction = "answer"
scores = "p_{class}"
weight = "w"

[tool.ml-pipeline.gates.metrics]`;

/** Predictions in several files, with other names, several scores and weights that are all the same, are measured like those of the convention. */
export async function expectSeveralScores(project: TestProject): Promise<void> {
  await project.write("src/evaluate.py", EVALUATE);
  await project.edit("pyproject.toml", "[tool.ml-pipeline.gates.metrics]", SETTINGS);
  await project.edit("pyproject.toml", 'classes = ["no", "yes"]', "");
  const model = await modelWithLimit(project, 0.5);
  const inputs = [`--source=${project.source}`, `--data=${project.data}`, `--model=${model}`];
  const folder = join(project.out, "report");
  const ended = await mlPipeline(["evaluate", ...inputs, "report", "export", `--path=${folder}`]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
  const { candidate = {}, intervals } = report.metrics;
  expect(candidate.accuracy).toBeCloseTo(0.9, 9);
  expect(candidate.roc_auc).toBeCloseTo(0.925, 9);
  // Of the classes with the lower score, the later one is before the other.
  expect(candidate.top_2_accuracy).toBeCloseTo(0.9 + 0.1 * (2 / 3), 9);
  expect(report.measurements?.predictions?.weight).toEqual({ column: "w", effectiveRows: expect.closeTo(600, 9) });
  expect(candidate.log_loss).toBeCloseTo(-0.9 * Math.log(0.8) - 0.1 * Math.log(0.1), 9);
  expect(candidate.calibration_error).toBeCloseTo(0.1, 9);
  expect(intervals?.candidate.roc_auc?.low).toBeLessThan(0.925);
  expect(report.dataFiles).toMatchObject([{ suffix: ".csv", files: 1 }]);
}

/** Scores of 0.7 and 0.3 beside answers that are nearly always right. */
const TIMID = 'writer.writerows((*row, 0.7 if row[1] == "yes" else 0.3) for row in rows)';

/** Scores that say less than comes true hold a model back, and the gate says where they are furthest off. */
export async function expectCalibration(project: TestProject): Promise<void> {
  await project.edit(
    "src/evaluate.py",
    '["label", "prediction", "place"]',
    '["label", "prediction", "place", "score"]',
  );
  await project.edit("src/evaluate.py", "writer.writerows(rows)", TIMID);
  const limits = (maximum: number) => `[tool.ml-pipeline.gates.calibration]\nmax-ece = ${maximum}\n`;
  const metrics = "[tool.ml-pipeline.gates.metrics]";
  const gain = "[tool.ml-pipeline.gates.suspicious-gain]\nmax-gain = 0.02\n";
  await project.edit("pyproject.toml", metrics, `${limits(0.4)}\n${gain}\n${metrics}`);
  const model = await modelWithLimit(project, 0.5);
  const inputs = [`--source=${project.source}`, `--data=${project.data}`, `--model=${model}`];
  const tested = await mlPipeline(["gates-self-test", ...inputs]);
  expect(tested.exitCode, tested.stderr).toBe(0);
  expect(tested.stdout).toMatch(/✓ calibration, every label another class.*: refused \(calibration error 0\.6/);

  await project.edit("pyproject.toml", limits(0.4), limits(0.1));
  const held = await mlPipeline(["validate", ...inputs]);
  expect(held.exitCode).not.toBe(0);
  expect(held.stderr).toMatch(
    /calibration failed: calibration error 0\.2\d* \[0\.\d+, 0\.\d+\] \(at most 0\.1\): where scores say (70|30) %, [\d.]+ % came true/,
  );
}

/** Writes numbers with the quantiles 0.1, 0.5 and 0.9, which are as far apart as the model says. */
const NUMBERS = `import argparse
import csv
import json
from pathlib import Path

${ARGUMENTS}options = parser.parse_args()
reach = json.loads((options.model / "model.json").read_text())["limit"]
with (options.output / "predictions.csv").open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["label", "demand_q90", "demand_q50", "demand_q10"])
    for row in range(400):
        middle = row * 7 % 400 / 10
        label = middle + (row % 20 - 9.5) / 10
        writer.writerow([label, middle + reach, middle, middle - reach])
`;

const QUANTILES = `[tool.ml-pipeline.predictions]
prediction = "demand_q50"
quantiles = "demand_q{quantile}"

[tool.ml-pipeline.gates.regression]
metric = "pinball"

[tool.ml-pipeline.gates.metrics]
coverage_error = 0.25
coverage = { min = 0.75 }
pinball = 0.25`;

/** Quantiles of numbers are measured, judged and compared, and what spoils them is noticed. */
export async function expectQuantiles(project: TestProject): Promise<void> {
  await replaceEvaluation(project, NUMBERS, QUANTILES);
  const model = (reach: number): Promise<string> => modelWithLimit(project, reach);
  const inputs = [`--source=${project.source}`, `--data=${project.data}`];
  const tested = await mlPipeline(["gates-self-test", ...inputs, `--model=${await model(0.8)}`]);
  expect(tested.exitCode, tested.stderr).toBe(0);
  const said = tested.stdout;
  // So good a model has too little left to gain for suspicious-gain to notice, which nobody would see otherwise.
  expect(said).toMatch(
    /– suspicious-gain, every answer right.*: out of reach \(no model of these data breaks its limit/,
  );
  expect(said).toMatch(/warning: suspicious-gain cannot block here, .* A stricter limit in gates\.suspicious-gain/);
  expect(said).toMatch(/✓ metrics, answers shuffled among the rows: refused \(.*pinball/);
  expect(said).toMatch(/✓ regression, answers shuffled among the rows: refused \(pinball/);

  // Too narrow for the limit, and too wide beside the baseline.
  const validated = async (reach: number) =>
    mlPipeline(["validate", ...inputs, `--model=${await model(reach)}`, `--baseline=${await model(0.8)}`]);
  expect((await validated(0.3)).stderr).toMatch(
    /metrics failed: .*coverage error 0\.5 \[0\.\d+, 0\.\d+\] \(at most 0\.25\); 0\.8 of the labels should be between the quantiles 0\.1 and 0\.9/,
  );
  expect((await validated(1.5)).stderr).toMatch(
    /regression failed: pinball 0\.\d+ \(baseline 0\.\d+, at most 0\.\d+\); .*worse beyond noise/,
  );
}

/** Writes grades of rows within queries, with scores that are as far off as the model says. */
const RANKED = `import argparse
import csv
import json
import random
from pathlib import Path

${ARGUMENTS}options = parser.parse_args()
noise = json.loads((options.model / "model.json").read_text())["limit"]
drawn = random.Random(1)
with (options.output / "predictions.csv").open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["query", "country", "place", "label", "prediction"])
    for query in range(400):
        country = ["Chile", "Peru"][query // 10 % 2]
        for place in range(8):
            grade = 0 if query % 10 == 0 else place % 3
            writer.writerow([f"q {query}", country, place, grade, grade + noise * drawn.random()])
`;

const RANKING = `[tool.ml-pipeline.predictions]
group = "query"

[tool.ml-pipeline.gates.regression]

[tool.ml-pipeline.gates.slices]
columns = ["country"]
metrics = { ndcg = 0.8 }

[tool.ml-pipeline.gates.worst-slice]
max-drop = 0.1

[tool.ml-pipeline.gates.metrics]
"ndcg@3" = 0.9`;

/** Rankings are measured, judged and compared by their groups, of all rows and by slice, and what spoils them is noticed. */
export async function expectRankings(project: TestProject): Promise<void> {
  await replaceEvaluation(project, RANKED, RANKING);
  const inputs = [`--source=${project.source}`, `--data=${project.data}`];
  const model = (noise: number): Promise<string> => modelWithLimit(project, noise);
  const tested = await mlPipeline(["gates-self-test", ...inputs, `--model=${await model(2)}`]);
  const said = tested.stdout + tested.stderr;
  expect(said).toMatch(/✓ metrics, answers shuffled among the rows: refused \(ndcg@3 0\.\d+/);
  expect(said).toMatch(
    /✓ regression, answers shuffled among the rows: refused \(ndcg 0\.\d+ .* on 360 groups: worse beyond/,
  );
  expect(said).toMatch(
    /✓ slices, the order turned in one group of country: refused \(country=\w+: ndcg 0\.\d+ .*, 180 ranked groups/,
  );
  expect(said).toMatch(
    /✓ worst-slice, the order turned in a fifth of the ranked groups.*: refused \(ml_pipeline_group = spoiled: ndcg/,
  );
  const worse = [`--model=${await model(2.5)}`, `--baseline=${await model(1)}`];
  const held = await mlPipeline(["validate", ...inputs, ...worse]);
  expect(held.stderr).toMatch(
    /regression failed: ndcg 0\.\d+ \(baseline 1, at least 0\.99\); .* on 360 groups: worse beyond noise/,
  );
  await project.edit("pyproject.toml", 'columns = ["country"]', 'columns = ["place"]');
  expect((await mlPipeline(["validate", ...inputs, `--model=${await model(1)}`])).stderr).toContain(
    "slices failed: ndcg cannot be measured by place: place has several values in 400 of 400 groups of query; slice by a column with one value for each query, or by metrics of rows",
  );
}

/** Another evaluation, and what is said of it in the place of the limits of a classifier. */
async function replaceEvaluation(project: TestProject, program: string, settings: string): Promise<void> {
  await project.write("src/evaluate.py", program);
  const gone = [
    '[tool.ml-pipeline.gates.schema]\nclasses = ["no", "yes"]\n',
    '[tool.ml-pipeline.gates.regression]\nmetric = "accuracy"\ntolerance = 0.01',
  ];
  for (const text of gone) await project.edit("pyproject.toml", text, "");
  await project.edit("pyproject.toml", "[tool.ml-pipeline.gates.metrics]\naccuracy = 0.9", settings);
}

/** @param limit the number in the model's file */
export async function modelWithLimit(project: TestProject, limit: number): Promise<string> {
  const folder = join(project.out, `limit ${limit}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "model.json"), JSON.stringify({ limit }));
  return folder;
}

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Report } from "../../src/report/report.ts";
import { mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";

/** Writes two files of predictions, with names of their own and a column of scores for each of three classes. */
const EVALUATE = `import argparse
import csv
from pathlib import Path

NAMES = ["low", "mid", "top"]

parser = argparse.ArgumentParser()
parser.add_argument("--model", type=Path)
parser.add_argument("--data", type=Path)
parser.add_argument("--output", type=Path)
folder = parser.parse_args().output / "parts"
folder.mkdir()
for part in range(2):
    with (folder / f"part-{part}.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["truth", "answer", *(f"p_{name}" for name in NAMES)])
        for row in range(300):
            true = row % 3
            said = true if row % 10 else (true + 1) % 3
            scores = [0.8 if place == said else 0.1 for place in range(3)]
            writer.writerow([NAMES[true], NAMES[said], *scores])
`;

const SETTINGS = `[tool.ml-pipeline.predictions]
files = ["parts/*.csv"]
label = "truth"
prediction = "answer"
scores = "p_{class}"

[tool.ml-pipeline.gates.metrics]`;

/** Predictions in several files, with other names and several scores, are measured like those of the convention. */
export async function expectSeveralScores(project: TestProject): Promise<void> {
  await project.write("src/evaluate.py", EVALUATE);
  await project.edit("pyproject.toml", "[tool.ml-pipeline.gates.metrics]", SETTINGS);
  await project.edit("pyproject.toml", 'classes = ["no", "yes"]', "");
  const model = join(project.out, "model");
  await mkdir(model, { recursive: true });
  await writeFile(join(model, "model.json"), JSON.stringify({ limit: 0.5 }));
  const inputs = [`--source=${project.source}`, `--data=${project.data}`, `--model=${model}`];
  const folder = join(project.out, "report");
  const ended = await mlPipeline(["evaluate", ...inputs, "report", "export", `--path=${folder}`]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
  const { candidate = {}, intervals } = report.metrics;
  expect(candidate.accuracy).toBeCloseTo(0.9, 9);
  expect(candidate.roc_auc).toBeCloseTo(0.925, 9);
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
  const model = join(project.out, "model");
  await mkdir(model, { recursive: true });
  await writeFile(join(model, "model.json"), JSON.stringify({ limit: 0.5 }));
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

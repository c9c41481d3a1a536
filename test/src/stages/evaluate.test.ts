import { expect, test } from "vitest";
import { noPredictions } from "../../../src/measurements/measurer.ts";
import { entryPoints } from "../../../src/project/commands/entry-point.ts";
import type { Project } from "../../../src/project/project.ts";
import { summary } from "../../../src/stages/evaluate.ts";
import { configOf } from "../support.ts";

test.each([
  [{}, "predictions.csv", "predictions.csv, from which the metrics are computed"],
  [{ accuracy: 0.9 }, "predictions.parquet", "1 metric, predictions.parquet"],
  [{ accuracy: 0.9, f1: 0.8 }, undefined, "2 metrics"],
  [{}, undefined, "0 metrics"],
])("an evaluation that wrote %j and %s is told as %s", (claims, file, text) => {
  expect(summary(claims, file)).toBe(text);
});

test.each([
  [[], '[commands]\nevaluate = "python score.py"', /^commands\.evaluate writes no predictions\.csv/],
  [["src.evaluate"], "", /^src\.evaluate writes no predictions\.csv/],
  [[], "", /^the project has no evaluation .*\(src\/evaluate\.py, or commands\.evaluate\)$/],
])("what lacks is named as the project calls it: %j, %s", (modules, toml, text) => {
  const project = { entryPoints: entryPoints(new Set(modules), configOf(toml).commands) } as Project;
  expect(noPredictions({ project })).toMatch(text);
});

import { describe, expect, test } from "vitest";
import { entryOf } from "../../../src/journal/entry.ts";
import { plannedCost, reportedCost } from "../../../src/report/cost.ts";
import { outputsEnv } from "../../../src/report/outputs.ts";
import { page } from "../../../src/report/page/page.ts";
import type { Report } from "../../../src/report/report.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { configOf, report, stageReport } from "../support.ts";

const prices = configOf('[cost]\ncurrency = "EUR"\ncpu-minute = 1\ngpu-minute = 10').cost;
const parts = ({ actual }: NonNullable<Report["cost"]>): string[] => actual.parts.map(({ what }) => what);

describe("what is charged", () => {
  const trained = { seconds: 60, stages: [stageReport("train", { seconds: 30 })] };

  test("is the GPU of a training alone that ran on it in this run", () => {
    expect(parts(reportedCost(trained, "gpu", prices))).toEqual(["cpu", "gpu"]);
    expect(parts(reportedCost(trained, "cpu", prices))).toEqual(["cpu"]);
    expect(parts(reportedCost(trained, undefined, prices))).toEqual(["cpu"]);
    const cached = { ...trained, stages: [stageReport("train", { seconds: 0.1, cached: true })] };
    expect(parts(reportedCost(cached, "gpu", prices))).toEqual(["cpu"]);
    const failed = { ...trained, stages: [stageReport("train", { seconds: 30, status: "failed" })] };
    expect(reportedCost(failed, "gpu", prices).actual.total).toBe(6);
  });

  test("is the image where it was pushed, and the data where they were pulled", () => {
    const built = { ...trained, image: { id: "sha256:1", bytes: 1e9 } };
    expect(parts(reportedCost(built, "cpu", prices))).toEqual(["cpu"]);
    const pushed = { ...trained, image: { ...built.image, published: "registry.example.com/model@sha256:2" } };
    expect(parts(reportedCost(pushed, "cpu", prices))).toEqual(["cpu", "transfer", "storage"]);
    const dataFiles = [{ suffix: ".csv", files: 1, bytes: 5e8 }];
    expect(parts(reportedCost({ ...trained, dataFiles }, "cpu", prices))).toEqual(["cpu"]);
    const pulled = { ...trained, dataFiles, stages: [stageReport("pull data"), ...trained.stages] };
    expect(reportedCost(pulled, "cpu", prices).actual.parts[1]).toMatchObject({ what: "transfer", amount: 0.5 });
  });
});

test("page, summary and variables say the same cost", () => {
  const stages = [stageReport("lint", { seconds: 30 }), stageReport("train", { seconds: 60 })];
  const cost = reportedCost({ seconds: 120, stages }, "gpu", prices);
  const made = report({ stages, seconds: 120, cost });
  expect(page(made)).toMatch(
    /<th scope="col" class="number">Cost<\/th>[\s\S]*11\.00 EUR[\s\S]*What it cost: 12\.00 EUR</,
  );
  expect(summaryMarkdown(made)).toContain(
    "Cost: 12.00 EUR: machine 2.00 EUR (2.00 minute), GPU 10.00 EUR (1.00 minute).",
  );
  expect(outputsEnv(made)).toContain("COST=12.0000\nCOST_CURRENCY=EUR\n");
});

test("what was planned stands beside what came of it", () => {
  const stages = [stageReport("lint", { seconds: 30 }), stageReport("train", { seconds: 60 })];
  const spread = (middle: number) => ({ low: middle, middle, high: 2 * middle });
  const planned = plannedCost({
    ...{ schemaVersion: 1, currency: "EUR", runs: 4, guesses: [], seconds: spread(90), cost: spread(5) },
    stages: [
      { name: "lint", state: "runs", seconds: spread(20), runs: 4, cost: spread(0.5) },
      { name: "train", state: "unknown", runs: 0 },
    ],
  });
  const made = report({
    ...{ stages, seconds: 120 },
    cost: { ...reportedCost({ seconds: 120, stages }, "gpu", prices), ...(planned === undefined ? {} : { planned }) },
  });
  expect(planned).toMatchObject({ stages: [{ name: "lint" }], untimed: ["train"], total: spread(5) });
  expect(page(made)).toMatch(
    /What it cost: 12\.00 EUR, planned 5\.00–10\.00 EUR<[\s\S]*Planned by 4 earlier runs\. train had not been timed and is in no planned number[\s\S]*All of it[\s\S]*1 min 30 s – 3 min 0 s[\s\S]*2 min 0 s[\s\S]*lint[\s\S]*20\.0–40\.0 s[\s\S]*0\.50–1\.00 EUR/,
  );
  expect(summaryMarkdown(made)).toContain("12.00 EUR (planned 5.00–10.00 EUR)");
  expect(entryOf(JSON.stringify(made))?.cost).toMatchObject({ actual: { total: 12 }, planned: { total: spread(5) } });
  const unknown = { schemaVersion: 1, currency: "EUR", runs: 0, guesses: [], stages: [] } as const;
  expect(plannedCost(unknown)).toBeUndefined();
});

test("a report without a cost says nothing of it", () => {
  const made = report();
  expect(page(made)).not.toContain("cost:");
  expect(summaryMarkdown(made)).not.toContain("Cost");
});

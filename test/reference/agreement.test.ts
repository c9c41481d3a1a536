import { describe, expect, test } from "vitest";
import { compareIntervals } from "./bootstrap.ts";
import { disagreements } from "./compared.ts";
import { compareDistributions } from "./distributions.ts";
import { compareDrift } from "./drift.ts";
import { compareDriftedFiles } from "./drifted-files.ts";
import { compareFairness } from "./fairness.ts";
import { compareFiles } from "./files.ts";
import { compareMetrics } from "./metrics.ts";
import { ENVIRONMENT_MS } from "./python.ts";
import { compareRankings } from "./rankings.ts";
import { compareWeights } from "./weights.ts";

const SEEDS = Array.from({ length: 8 }, (_, index) => index + 1);

/** The first of them may have to install the libraries. */
describe("the module's numbers are the reference libraries'", { timeout: ENVIRONMENT_MS }, () => {
  test("metrics are scikit-learn's", async () => {
    const compared = await compareMetrics(SEEDS);
    expect(disagreements(compared)).toEqual([]);
    // Something was compared, and what is undefined is undefined in both.
    expect(new Set(compared.map(({ what }) => what)).size).toBeGreaterThan(20);
    expect(compared.filter(({ ours }) => ours === null).map(({ what }) => what)).toContain("roc_auc");
  });

  test("results of whole files are those of pandas, scikit-learn and Fairlearn", async () => {
    const compared = await compareFiles();
    expect(disagreements(compared)).toEqual([]);
    expect(new Set(compared.map(({ what }) => what)).size).toBeGreaterThan(15);
  });

  test("rankings are scikit-learn's, with intervals of resampled groups", async () => {
    const compared = await compareRankings();
    expect(disagreements(compared)).toEqual([]);
    expect(new Set(compared.map(({ what }) => what)).size).toBeGreaterThan(12);
  });

  test("rows count as scikit-learn's sample_weight has them count", async () => {
    const compared = await compareWeights();
    expect(disagreements(compared)).toEqual([]);
    const named = new Set(compared.map(({ what }) => what));
    for (const metric of ["roc_auc", "pr_auc", "top_2_accuracy", "top_5_accuracy", "r2", "pinball", "equalized_odds"])
      expect(named).toContain(`weighted: ${metric}`);
    // Of labels of one class there is no area.
    expect(compared.filter(({ ours }) => ours === null).map(({ what }) => what)).toContain("weighted: roc_auc");
  });

  test("fairness is Fairlearn's", async () => {
    const compared = await compareFairness(SEEDS);
    expect(disagreements(compared)).toEqual([]);
    expect(compared.filter(({ ours }) => ours === null).every(({ what }) => what === "disparate_impact")).toBe(true);
  });

  test("distributions, tests and quantiles are SciPy's and NumPy's", async () => {
    expect(disagreements(await compareDistributions(SEEDS))).toEqual([]);
  });

  test("distances of samples and tests of drift are SciPy's", async () => {
    const compared = await compareDrift(SEEDS);
    expect(disagreements(compared)).toEqual([]);
    expect(new Set(compared.map(({ what }) => what)).size).toBeGreaterThan(7);
  });

  test("drift of whole tables is that of pandas and SciPy", async () => {
    const compared = await compareDriftedFiles();
    expect(disagreements(compared)).toEqual([]);
    expect(new Set(compared.map(({ what }) => what)).size).toBeGreaterThan(12);
  });

  test("intervals are those of scipy.stats.bootstrap, within what chance adds", async () => {
    expect(disagreements(await compareIntervals(SEEDS.slice(0, 2), 4000))).toEqual([]);
  });
});

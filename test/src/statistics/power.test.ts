import { describe, expect, test } from "vitest";
import { regressionGate } from "../../../src/gates/regression.ts";
import { normalCdf, normalQuantile } from "../../../src/statistics/normal.ts";
import { lossOutcomes, rowsToExclude } from "../../../src/statistics/power.ts";
import { pairedDifference } from "../../../src/statistics/proportion.ts";
import { binomial, randomOf } from "../../../src/statistics/random.ts";
import { decisionOf, modelMetrics } from "../support.ts";

const CONFIDENCE = 0.95;
const ROUNDS = 400;
/** Four standard deviations of a share of so many rounds. */
const NOISE = 4 * Math.sqrt(0.25 / ROUNDS);

describe("the normal distribution", () => {
  test.each([-8, -3, -1.5, -0.1, 0, 0.1, 1, 2.5, 6])("is undone by its quantiles at %d", (x) => {
    expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, x > 3 ? 5 : 10);
  });
});

/** How often the gate itself says what of two models of which each is right alone on as many rows. */
async function simulated(rows: number, baseline: number, alone: { ours: number; theirs: number }, seed: number) {
  const random = randomOf(seed);
  const counts = { passed: 0, failed: 0, inconclusive: 0, skipped: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const ours = binomial(rows, alone.ours, random);
    const theirs = binomial(rows - ours, alone.theirs / (1 - alone.ours), random);
    const right = Math.round(rows * (baseline - alone.theirs));
    const trials = Array.from({ length: rows }, (_, index): readonly [boolean, boolean] => {
      if (index < ours) return [true, false];
      if (index < ours + theirs) return [false, true];
      return index < ours + theirs + right ? [true, true] : [false, false];
    });
    const difference = pairedDifference(trials, CONFIDENCE);
    const { status } = await decisionOf(regressionGate, {
      comparison: {
        candidate: modelMetrics({ accuracy: baseline + difference.value }),
        baseline: modelMetrics({ accuracy: baseline }),
        confidence: CONFIDENCE,
        pairs: { rows, differences: { accuracy: difference } },
      },
    });
    counts[status] += 1;
  }
  return { passed: counts.passed / ROUNDS, failed: counts.failed / ROUNDS, undecided: counts.inconclusive / ROUNDS };
}

describe("the power of the regression gate is what its decisions of simulated models show", () => {
  // A tenth of the loss that is accepted is 0.0088; the models disagree on 6 % of the rows.
  const baseline = 0.88;
  const test1 = { deviation: Math.sqrt(0.06), allowedLoss: 0.01 * baseline, confidence: CONFIDENCE };
  const needed = rowsToExclude(test1, 0.8);

  test("with the rows that are needed four of five models as good pass", async () => {
    expect(needed).toBeGreaterThan(5000);
    const { passed } = await simulated(needed, baseline, { ours: 0.03, theirs: 0.03 }, 1);
    expect(Math.abs(passed - 0.8)).toBeLessThan(NOISE);
  }, 60_000);

  test.each([
    ["a third of them", Math.round(needed / 3), 0],
    ["a tenth of them", Math.round(needed / 10), 0],
    ["all of them, of a worse model", needed, -0.02],
    ["a third of them, of a better model", Math.round(needed / 3), 0.01],
  ])(
    "with %s as many are inconclusive as it says",
    async (_name, rows, gain) => {
      const alone = { ours: 0.03 + gain / 2, theirs: 0.03 - gain / 2 };
      const seen = await simulated(rows, baseline, alone, 2);
      const said = lossOutcomes({ ...test1, deviation: Math.sqrt(0.06 - gain ** 2) }, rows, gain);
      expect(Math.abs(seen.passed - said.excluded)).toBeLessThan(NOISE);
      expect(Math.abs(seen.failed - said.shown)).toBeLessThan(NOISE);
      expect(Math.abs(seen.undecided - said.undecided)).toBeLessThan(NOISE);
    },
    60_000,
  );

  test("shares sum to one, and more rows decide more", () => {
    const shares = [100, 1000, 10_000, 100_000].map((rows) => lossOutcomes(test1, rows));
    for (const { excluded, shown, undecided } of shares) expect(excluded + shown + undecided).toBeCloseTo(1);
    expect(shares.map(({ excluded }) => excluded)).toEqual(
      shares.map(({ excluded }) => excluded).toSorted((a, b) => a - b),
    );
    expect(lossOutcomes(test1, needed).excluded).toBeCloseTo(0.8, 3);
  });
});

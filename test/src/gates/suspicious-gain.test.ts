import { expect, test } from "vitest";
import { suspiciousGainGate } from "../../../src/gates/suspicious-gain.ts";
import type { ColumnPowers } from "../../../src/measurements/leaks/results.ts";
import { decisionOf, modelMetrics } from "../support.ts";

const decide = (ours: Record<string, number>, theirs: Record<string, number>, toml = "") =>
  decisionOf(
    suspiciousGainGate,
    { comparison: { candidate: modelMetrics(ours), baseline: modelMetrics(theirs), confidence: 0.95 } },
    toml,
  );

test("a gain of 15 points needs approval and never passes", async () => {
  expect(await decide({ accuracy: 0.95 }, { accuracy: 0.8 })).toMatchObject({
    status: "inconclusive",
    message: expect.stringMatching(
      /^needs approval: accuracy 0\.95 \(baseline 0\.8\), a gain of 0\.1\d* \(at most 0\.1\).*--approve=suspicious-gain/,
    ),
  });
});

test("a usual gain and a loss pass", async () => {
  expect((await decide({ accuracy: 0.85 }, { accuracy: 0.8 })).status).toBe("passed");
  expect((await decide({ accuracy: 0.5 }, { accuracy: 0.8 })).status).toBe("passed");
});

test("less is better", async () => {
  const toml = '[gates.suspicious-gain]\nmetric = "log_loss"\nmax-gain = 0.2';
  expect((await decide({ log_loss: 0.1 }, { log_loss: 0.4 }, toml)).status).toBe("inconclusive");
  expect((await decide({ log_loss: 0.4 }, { log_loss: 0.1 }, toml)).status).toBe("passed");
});

test("any spelling of a loss, and a negated one", async () => {
  for (const metric of ["bce", "log-loss", "Brier-Score"]) {
    const toml = `[gates.suspicious-gain]\nmetric = "${metric}"\nmax-gain = 0.2`;
    expect((await decide({ [metric]: 0.1 }, { [metric]: 0.4 }, toml)).status).toBe("inconclusive");
    expect((await decide({ [metric]: 0.4 }, { [metric]: 0.1 }, toml)).status).toBe("passed");
  }
  const toml = '[gates.suspicious-gain]\nmetric = "neg_log_loss"\nmax-gain = 0.2';
  expect((await decide({ neg_log_loss: -0.1 }, { neg_log_loss: -0.4 }, toml)).status).toBe("inconclusive");
  expect((await decide({ log_loss: 0.4 }, { log_loss: 0.1 }, toml)).status).toBe("passed");
});

test("a metric whose name does not say its direction", async () => {
  const toml = '[gates.suspicious-gain]\nmetric = "cost"\nlower-is-better = true';
  expect((await decide({ cost: 1 }, { cost: 5 }, toml)).status).toBe("inconclusive");
  expect((await decide({ cost: 5 }, { cost: 1 }, toml)).status).toBe("passed");
});

test("without a configured metric: r2 where numbers are predicted", async () => {
  expect((await decide({ mae: 1, r2: 0.9 }, { mae: 90, r2: 0.7 })).message).toContain("r2 0.9 (baseline 0.7)");
  expect((await decide({ mae: 1, r2: 0.75 }, { mae: 90, r2: 0.7 })).status).toBe("passed");
});

test("the gain and its interval have one sign", async () => {
  const differences = { log_loss: { value: 0.05, interval: { low: 0.02, high: 0.08 } } };
  const comparison = {
    ...{ candidate: modelMetrics({}, { log_loss: { value: 0.45 } }), confidence: 0.95 },
    ...{ baseline: modelMetrics({}, { log_loss: { value: 0.4 } }), pairs: { rows: 100, differences } },
  };
  const checks = async (metric: string) =>
    (await decisionOf(suspiciousGainGate, { comparison }, `[gates.suspicious-gain]\nmetric = "${metric}"`)).checks;
  for (const metric of ["bce", "neg_log_loss"]) {
    expect(await checks(metric)).toMatchObject([{ value: -0.05, interval: { low: -0.08, high: -0.02 } }]);
  }
});

test("a metric that is missing", async () => {
  expect((await decide({ f1: 1 }, { f1: 1 })).status).toBe("skipped");
  expect((await decide({ f1: 1 }, { f1: 1 }, "[gates.suspicious-gain]")).status).toBe("failed");
});

test("a gain that is too good names the column that alone predicts the label", async () => {
  const comparison = {
    ...{ candidate: modelMetrics({ accuracy: 0.99 }), baseline: modelMetrics({ accuracy: 0.8 }) },
    confidence: 0.95,
  };
  const leaks = { measure: "roc_auc", of: "data", rows: 1000, columns: 3, limit: 0.99, leaking: [] } as const;
  const message = async (more: Partial<ColumnPowers>) =>
    (await decisionOf(suspiciousGainGate, { comparison, leaks: { ...leaks, ...more } })).message;
  const payout = { name: "payout", power: 0.9984 };
  expect(await message({ leaking: [payout] })).toContain(
    "The column payout of the data alone predicts the label (AUC 0.9984). Look for a feature",
  );
  expect(await message({ leaking: [payout, { name: "closed", power: 1 }] })).toContain(
    "Each of these columns of the data alone predicts the label: payout (AUC 0.9984), closed (AUC 1)",
  );
  expect(await message({ next: { name: "age", power: 0.71 } })).toContain(
    "None of 3 columns of the data alone predicts the label; age does it best (AUC 0.71)",
  );
});

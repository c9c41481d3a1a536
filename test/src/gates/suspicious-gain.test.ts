import { expect, test } from "vitest";
import { suspiciousGainGate } from "../../../src/gates/suspicious-gain.ts";
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

test("a metric that is missing", async () => {
  expect((await decide({ f1: 1 }, { f1: 1 })).status).toBe("skipped");
  expect((await decide({ f1: 1 }, { f1: 1 }, "[gates.suspicious-gain]")).status).toBe("failed");
});

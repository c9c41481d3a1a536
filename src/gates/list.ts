import { calibrationGate } from "./calibration.ts";
import { evaluatedRowsGate } from "./evaluated-rows.ts";
import { failureModesGate } from "./failure-modes.ts";
import { fairnessGate } from "./fairness.ts";
import { latencyGate } from "./latency.ts";
import { metricsGate } from "./metrics.ts";
import { regressionGate } from "./regression.ts";
import { schemaGate } from "./schema.ts";
import { servedAnswersGate } from "./served-answers.ts";
import { shadowGate } from "./shadow.ts";
import { slicesGate } from "./slices.ts";
import { suspiciousGainGate } from "./suspicious-gain.ts";
import { worstSliceGate } from "./worst-slice.ts";

/** All gates, in the order in which they run: the cheap and conclusive ones first. */
export const GATES = [
  schemaGate,
  evaluatedRowsGate,
  metricsGate,
  regressionGate,
  latencyGate,
  slicesGate,
  worstSliceGate,
  fairnessGate,
  calibrationGate,
  servedAnswersGate,
  failureModesGate,
  suspiciousGainGate,
  shadowGate,
] as const;

export type GateId = (typeof GATES)[number]["id"];

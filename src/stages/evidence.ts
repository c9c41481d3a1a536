import type { Device } from "../containers/gpu.ts";
import type { DataInspection } from "../data/inspection.ts";
import type { Deployed } from "../delivery/deployed.ts";
import type { DriftReadings } from "../drift/readings.ts";
import type { GateResult } from "../gates/result.ts";
import type { Measurements } from "../measurements/measurements.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";
import type { ModelComparison } from "../model/reproduction.ts";
import type { TestLayer } from "../project/files.ts";
import type { RetrainingDecision } from "../training/decision.ts";
import type { SelfTest } from "./sensitivity.ts";
import type { TrainingKey } from "./training-key.ts";

/** What a layer of tests leaves behind, passed or failed. */
export interface TestEvidence {
  readonly layer: TestLayer;
  /** JUnit XML and Cobertura XML; undefined where pytest did not get as far. */
  readonly junit?: string;
  readonly coverage?: string;
}

/** A request and its answer, for whoever asks the same image elsewhere. */
export interface AnsweredRequest {
  readonly instance: unknown;
  readonly predictions: readonly unknown[];
}

/** What stages leave behind for the report, whether they passed or not. */
export interface Evidence {
  readonly tests?: readonly TestEvidence[];
  readonly data?: DataInspection;
  readonly gates?: readonly GateResult[];
  /** What the training depends on, whether it trained or not. */
  readonly training?: TrainingKey;
  /** The measurements that the gates decided on. */
  readonly measured?: Partial<Measurements>;
  readonly drift?: DriftReadings;
  /** The new model and the accepted one on rows of a window that nothing was trained on. */
  readonly fresh?: PredictionResults;
  /** Whether the new model takes the accepted one's place. */
  readonly decision?: RetrainingDecision;
  /** What training ran on, passed or failed; absent where nothing trained. */
  readonly device?: Device;
  /** The first request to the built image, and what it answered. */
  readonly answered?: AnsweredRequest;
  readonly selfTest?: SelfTest;
  /** How two models that were trained on the same inputs differ. */
  readonly reproduction?: ModelComparison;
  /** In the order in which they were made. */
  readonly deployments?: readonly Deployed[];
}

/** What several stages left behind. */
export const allEvidence = (parts: readonly Evidence[]): Evidence => ({
  ...Object.assign({}, ...parts),
  tests: parts.flatMap(({ tests = [] }) => tests),
});

import type { GatesConfig } from "../config/schema.ts";
import type { Evaluated } from "../stages/evaluate.ts";

export type GateStatus = "passed" | "failed" | "skipped" | "inconclusive";

/** What a gate found; part of `report.json`. */
export interface GateResult {
  readonly id: string;
  readonly status: GateStatus;
  /** Whether a failure stops the run, or only warns. */
  readonly required: boolean;
  /** What was measured against what. */
  readonly message: string;
  /** The numbers behind the message, by name. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** What the gates decide on: measured once, shared by all. */
export interface Measurements {
  readonly candidate: Evaluated;
  readonly baseline?: Evaluated | undefined;
}

export interface Finding {
  readonly status: GateStatus;
  readonly message: string;
  readonly numbers?: Readonly<Record<string, number>>;
}

/** A gate: its id is its table in the configuration. One file each; `gates.ts` orders them. */
export interface Gate {
  readonly id: keyof GatesConfig;
  /** Decides by what was measured and the gate's own settings; never throws. */
  decide(measurements: Measurements, config: GatesConfig): Finding;
}

export const passed = (message: string, numbers: Finding["numbers"] = {}): Finding => ({
  status: "passed",
  message,
  numbers,
});
export const failed = (message: string, numbers: Finding["numbers"] = {}): Finding => ({
  status: "failed",
  message,
  numbers,
});
export const skipped = (message: string): Finding => ({ status: "skipped", message });

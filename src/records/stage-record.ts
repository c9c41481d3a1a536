import { type float, func, object } from "@dagger.io/dagger";
import type { GateResult } from "../gates/gate.ts";
import type { StageReport } from "../stages/stage.ts";

/** What happened in one stage of a run. */
@object()
export class StageRecord {
  /** `lint`, `test unit`, `train` … */
  @func()
  name: string;

  /** `passed`, `failed` or `skipped`. */
  @func()
  status: string;

  /** What was found, or why it failed or was skipped. */
  @func()
  message: string;

  /** Wall-clock time in seconds; near zero when cached. */
  @func()
  seconds: float;

  /** Whether nothing had to run. */
  @func()
  cached: boolean;

  constructor(stage: StageReport) {
    this.name = stage.name;
    this.status = stage.status;
    this.message = stage.message;
    this.seconds = stage.seconds;
    this.cached = stage.cached;
  }
}

/** What one gate found. */
@object()
export class GateRecord {
  /** Its table in the configuration: `schema`, `metrics`, `regression` … */
  @func()
  name: string;

  /** `passed`, `failed`, `skipped` or `inconclusive`. */
  @func()
  status: string;

  /** Whether a failure keeps the model back, or only warns. */
  @func()
  required: boolean;

  /** What was measured against what. */
  @func()
  message: string;

  constructor(gate: GateResult) {
    this.name = gate.id;
    this.status = gate.status;
    this.required = gate.required;
    this.message = gate.message;
  }
}

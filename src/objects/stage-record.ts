import { type float, func, object } from "@dagger.io/dagger";
import type { RecordedGate, RecordedStage } from "./recorded.ts";

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

  constructor(name: string, status: string, message: string, seconds: float, cached: boolean) {
    this.name = name;
    this.status = status;
    this.message = message;
    this.seconds = seconds;
    this.cached = cached;
  }
}

/*
 * The constructors of records take plain values only: an interface among their parameters would become part of the
 * module's public schema.
 */
export const stageRecord = ({ name, status, message, seconds, cached }: RecordedStage): StageRecord =>
  new StageRecord(name, status, message, seconds, cached);

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

  constructor(name: string, status: string, required: boolean, message: string) {
    this.name = name;
    this.status = status;
    this.required = required;
    this.message = message;
  }
}

export const gateRecord = ({ id, status, required, message }: RecordedGate): GateRecord =>
  new GateRecord(id, status, required, message);

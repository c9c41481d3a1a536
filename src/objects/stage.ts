import { type float, func, object } from "@dagger.io/dagger";
import type { RecordedGate, RecordedStage } from "./recorded.ts";

/** The result of one stage of a run. */
@object()
export class Stage {
  /** `lint`, `test unit`, `train` … */
  @func()
  name: string;

  /** `passed`, `failed`, `warned` (a failure that does not decide, because of stages.warn or tracking.required) or `skipped`. */
  @func()
  status: string;

  /** The result, or why the stage failed or was skipped. */
  @func()
  message: string;

  /** Wall-clock time in seconds; near zero when cached. */
  @func()
  seconds: float;

  /** Whether the result came from the cache. */
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
 * Constructors of public objects take only plain values, because an interface among their parameters would become part of
 * the module's public schema.
 */
export const stage = ({ name, status, message, seconds, cached }: RecordedStage): Stage =>
  new Stage(name, status, message, seconds, cached);

/** The result of one gate. */
@object()
export class Gate {
  /** The gate's table in the configuration: `schema`, `metrics`, `regression` … */
  @func()
  name: string;

  /** `passed`, `failed`, `skipped` or `inconclusive`. */
  @func()
  status: string;

  /** Whether a failure blocks the model; otherwise it only warns. */
  @func()
  required: boolean;

  /** The measured value, the limit and the conclusion. */
  @func()
  message: string;

  constructor(name: string, status: string, required: boolean, message: string) {
    this.name = name;
    this.status = status;
    this.required = required;
    this.message = message;
  }
}

export const gate = ({ id, status, required, message }: RecordedGate): Gate => new Gate(id, status, required, message);

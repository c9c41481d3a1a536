/** A mistake of the user or a fact of the host: the message alone says what is wrong and what to do. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** A command that ended otherwise than its caller expects. Becomes the client's `ExecError`. */
export class ExecFailure extends Error {
  override readonly name = "ExecFailure";
  readonly details: ExecDetails;

  constructor(details: ExecDetails) {
    super(`exit code: ${details.exitCode}`);
    this.details = details;
  }
}

export interface ExecDetails {
  readonly cmd: readonly string[];
  readonly exitCode: number;
  /** At most the last megabyte of each, secrets replaced by `***`. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What a caught value says, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

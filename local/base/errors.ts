/**
 * An error that the user can correct. Its message alone says what is wrong and what to do, so no stack trace is shown.
 */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** A command ended with an exit code that its caller does not expect. Clients see it as the SDK's `ExecError`. */
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
  /** Both streams hold at most their last megabyte, with secrets replaced by `***`. */
  readonly stdout: string;
  readonly stderr: string;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A message about what the host must allow or have, with the page of the manual that says more. */
export const withEnginesPage = (message: string): string => `${message}\nSee docs/engines.md of ml-pipeline.`;

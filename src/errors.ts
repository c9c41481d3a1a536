/** An error that the caller can fix: the message says what is wrong, where, and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** A failed command in a container, as the SDK reports it. */
export interface ExecFailure {
  readonly cmd: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The SDK's ExecError, recognized by its properties, since the SDK in the Dagger engine does not export the class. */
export function asExecFailure(error: unknown): ExecFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { cmd, exitCode, stdout, stderr } = error as Partial<ExecFailure>;
  if (!Array.isArray(cmd) || typeof exitCode !== "number") return undefined;
  return { cmd, exitCode, stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** The message of a thrown value, which need not be an Error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

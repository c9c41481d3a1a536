/** Something that the person who called can mend: the message says what is wrong, where, and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** A command in a container that ended badly, as the SDK reports it. */
export interface ExecFailure {
  readonly cmd: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The SDK's ExecError, recognized by its shape: the SDK that the Dagger engine bundles does not export the class.
 */
export function asExecFailure(error: unknown): ExecFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { cmd, exitCode, stdout, stderr } = error as Partial<ExecFailure>;
  if (!Array.isArray(cmd) || typeof exitCode !== "number") return undefined;
  return { cmd, exitCode, stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

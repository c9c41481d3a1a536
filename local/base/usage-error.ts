/** The person's mistake, not ours: shown as one message without a stack trace, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

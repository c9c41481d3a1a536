/** Pages of the manual that errors point to: the names of files in `docs/`. */
export const MANUAL_PAGES = [
  "configuration",
  "data-rules",
  "drift-and-monitoring",
  "dvc",
  "gates",
  "policy",
  "your-project",
] as const;

export type ManualPage = (typeof MANUAL_PAGES)[number];

/** Where to read on. The manual is named as ours: the user's project may have a `docs/` of its own. */
export const seePages = (pages: readonly ManualPage[]): string =>
  `See ${pages.map((page) => `docs/${page}.md`).join(" and ")} of ml-pipeline.`;

/** An error that the caller can fix: the message says what is wrong, where, and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";

  /** @param page named in the last line of the message, since engines pass on the message alone */
  constructor(message: string, page?: ManualPage) {
    super(page === undefined ? message : `${message}\n${seePages([page])}`);
  }
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

/** Pages of the manual that errors point to: the names of files in `docs/`. */
export const MANUAL_PAGES = [
  "ci",
  "configuration",
  "cost",
  "data-rules",
  "delivery",
  "drift-and-monitoring",
  "dvc",
  "evidence",
  "extending",
  "gates",
  "history",
  "policy",
  "remote-training",
  "replay",
  "report",
  "retraining",
  "store",
  "tracking",
  "why",
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

/**
 * Codes of the SDK's errors for a connection that broke, or a session that ended: D101 is "unknown error … via graphql",
 * D103 to D106 concern the session, D108 a refused connection.
 */
const CONNECTION_CODES: ReadonlySet<string> = new Set(["D101", "D103", "D104", "D105", "D106", "D108"]);
/** What engines say in an answer when their own machine or their session fails, and not the command that they ran. */
const MACHINE_WORDS =
  /context canceled|session (closed|not found)|no space left on device|disk of [^\n]* is full|sandbox could not be set up|blob \w+ is not in the cache|too many open files|cannot allocate memory|\b(ENOSPC|EMFILE|ENFILE|ENOMEM|EAGAIN)\b/i;
/** What they say when a connection fails, which is to a registry where they push to one. */
const NETWORK_WORDS =
  /rpc error|code = Unavailable|connection (reset|refused|lost|closed)|closed network connection|broken pipe|transport is closing|context deadline exceeded|\b(ECONNRESET|ECONNREFUSED|EPIPE)\b/i;
/** What they say of an image that a registry did not take. */
const PUSH_WORDS = /cannot push to|failed to (push|publish|authorize|do request|fetch (anonymous|oauth) token)/i;

/**
 * Whether the engine failed, and not what it ran. Such an error says nothing about the project or its model, so it must end
 * the call: a verdict made of it would be kept and answered from the cache.
 */
export function isEngineFault(error: unknown): boolean {
  if (error instanceof EngineFault) return true;
  if (!(error instanceof Error) || asExecFailure(error) !== undefined) return false;
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== "string") return false;
  const says = (words: RegExp): boolean => code === "D100" && words.test(error.message);
  return CONNECTION_CODES.has(code) || says(MACHINE_WORDS) || says(NETWORK_WORDS);
}

/** Whether a push failed at the registry or on the way to it: the engine did all that was asked of it. */
export function isRefusedPush(error: unknown): boolean {
  if (!isEngineFault(error)) return true;
  const { code, message } = error as Error & { readonly code?: unknown };
  return code === "D100" && PUSH_WORDS.test(message) && !MACHINE_WORDS.test(message);
}

/** Ends a call because the engine failed. */
export class EngineFault extends Error {
  override readonly name = "EngineFault";

  /** @param during what was interrupted: the name of a stage */
  constructor(during: string, cause: unknown) {
    super(
      `The engine failed during ${during}, so nothing was judged: ${causesOf(cause).join(": ")}. Make the same call again; if it fails again, look at the engine's log, its disk and its memory.`,
      { cause },
    );
  }
}

/** The messages of an error and of what caused it, from the outermost; one that repeats another is left out. */
function causesOf(error: unknown): string[] {
  const messages: string[] = [];
  for (
    let at: unknown = error;
    at !== undefined && messages.length < 5;
    at = at instanceof Error ? at.cause : undefined
  ) {
    const message = messageOf(at).trim();
    if (message !== "" && !messages.some((known) => known.includes(message) || message.startsWith(known)))
      messages.push(message);
  }
  return messages;
}

/** The message of a thrown value, which need not be an Error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

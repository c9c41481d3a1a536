import { canonicalJson } from "../json.ts";
import { sha256 } from "../model/manifest.ts";

/** What tells one run from all others. */
export interface RunIdentity {
  readonly project?: string | undefined;
  readonly commit?: string | undefined;
  /** The number of the job; a run without one is told by when it started. */
  readonly runId?: string | undefined;
  readonly startedAt: string;
  readonly source?: string | undefined;
  readonly data?: string | undefined;
  readonly model?: string | undefined;
}

/** The key of a run: a job that runs once more on the same things goes on with the run that it has logged. */
export function runKey({ startedAt, runId, ...rest }: RunIdentity): string {
  // A CI system gives an empty text where it has none.
  const known = Object.entries(rest).filter(([, text]) => text !== undefined && text !== "");
  const job = runId === undefined || runId === "" ? { startedAt } : { runId };
  return sha256(canonicalJson({ version: 1, ...Object.fromEntries(known), ...job }));
}

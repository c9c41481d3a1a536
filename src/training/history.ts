import { z } from "zod";
import { jsonOf } from "../json.ts";

/* Retrainings that have ended, read of their reports. */

const recorded = z.object({
  startedAt: z.iso.datetime(),
  verdict: z.enum(["passed", "failed"]),
  runId: z.string().optional(),
  hashes: z.object({ model: z.string().optional() }),
  metrics: z.object({ candidate: z.record(z.string(), z.number()).optional() }),
  retraining: z.object({
    window: z.object({ start: z.string(), end: z.string(), sha256: z.string().optional() }),
    fixedData: z.string().optional(),
    decision: z.object({ deploy: z.boolean() }).optional(),
  }),
});

/** A retraining that has ended. */
export interface EarlierRetraining {
  /** What a message calls it: its run, or when it began. */
  readonly name: string;
  readonly startedAt: Date;
  readonly window: { readonly start: string; readonly end: string; readonly sha256?: string | undefined };
  /** Whether it came as far as a decision, so that its window was trained on. */
  readonly decided: boolean;
  /** Whether its model went out. */
  readonly wentOut: boolean;
  /** The hash of the fixed test set, and the metrics of its model on it. */
  readonly fixedData: string | undefined;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The retraining that a text of `report.json` is about; undefined for any other text. */
export function earlierRetraining(report: string): EarlierRetraining | undefined {
  const found = recorded.safeParse(jsonOf(report)).data;
  if (found === undefined) return undefined;
  const { startedAt, runId, verdict, metrics, retraining } = found;
  const { window, fixedData, decision } = retraining;
  return {
    name: runId === undefined ? `of ${startedAt}` : `${runId} of ${startedAt}`,
    ...{ startedAt: new Date(startedAt), window, fixedData, metrics: metrics.candidate ?? {} },
    decided: decision !== undefined,
    wentOut: decision?.deploy === true && verdict === "passed",
  };
}

import { z } from "zod";
import { canaryResult } from "./canary.ts";
import { line } from "./line.ts";
import { REASON_CODES } from "./reason-codes.ts";

/* What `deploy_kubernetes.py` writes: what there was, what was changed, and how it ended. */

const reason = z.object({
  /** `reason-words.ts` has the words of each. */
  code: z.enum(REASON_CODES),
  detail: z.string().optional(),
  pod: z.string().optional(),
  container: z.string().optional(),
  names: z.array(z.string()).optional(),
  exitCode: z.number().optional(),
  /** The last lines of the container. */
  log: z.string().optional(),
  /** The row that was asked about. */
  asked: z.string().optional(),
});
export type Reason = z.output<typeof reason>;

const ran = z.object({
  image: line,
  revision: z.number(),
  generation: z.number(),
  ready: z.number(),
  wanted: z.number(),
  since: line,
  records: z.record(z.string(), line),
  cause: line,
});
export type Ran = z.output<typeof ran>;

const back = z.object({
  outcome: z.enum(["done", "nothing", "failed", "left"]),
  image: line,
  revision: z.number(),
  why: line,
  /** Whether what it went back to was asked for its health. */
  asked: z.boolean(),
  reason: reason.nullable(),
});
export type Back = z.output<typeof back>;

const drift = z.object({
  kind: z.enum(["template", "pod"]),
  recorded: line,
  found: line,
  pod: line,
});
export type RunningDrift = z.output<typeof drift>;

export const ROLLOUT_OUTCOMES = [
  "refused",
  "planned",
  "unchanged",
  "done",
  "failed",
  "seen",
  "held",
  "waiting",
] as const;
export type RolloutOutcome = (typeof ROLLOUT_OUTCOMES)[number];

export const rolloutSchema = z.object({
  outcome: z.enum(ROLLOUT_OUTCOMES),
  server: line,
  context: line,
  namespace: line,
  before: ran.nullable(),
  after: ran.nullable(),
  reason: reason.nullable(),
  back: back.nullable(),
  changes: z.array(line),
  /** What a dry run of a way back found out that it would go back to; empty otherwise. */
  planned: line,
  checks: z.array(z.object({ name: z.string(), text: line, asked: z.boolean() })),
  canary: canaryResult.nullable(),
  drift: z.array(drift),
  /** Deployments of a canary whose call was killed. */
  abandoned: z.array(line),
  revisions: z.array(line),
  waits: line,
  seconds: z.number(),
});
export type Rollout = z.output<typeof rolloutSchema>;

import { z } from "zod";
import { canaryResult } from "./canary.ts";
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
  image: z.string(),
  revision: z.number(),
  generation: z.number(),
  ready: z.number(),
  wanted: z.number(),
  since: z.string(),
  records: z.record(z.string(), z.string()),
  cause: z.string(),
});
export type Ran = z.output<typeof ran>;

const back = z.object({
  outcome: z.enum(["done", "nothing", "failed", "left"]),
  image: z.string(),
  revision: z.number(),
  why: z.string(),
  reason: reason.nullable(),
});
export type Back = z.output<typeof back>;

const drift = z.object({
  kind: z.enum(["template", "pod"]),
  recorded: z.string(),
  found: z.string(),
  pod: z.string(),
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
  server: z.string(),
  context: z.string(),
  namespace: z.string(),
  before: ran.nullable(),
  after: ran.nullable(),
  reason: reason.nullable(),
  back: back.nullable(),
  changes: z.array(z.string()),
  checks: z.array(z.object({ name: z.string(), text: z.string(), asked: z.boolean() })),
  canary: canaryResult.nullable(),
  drift: z.array(drift),
  /** Deployments of a canary whose call was killed. */
  abandoned: z.array(z.string()),
  revisions: z.array(z.string()),
  waits: z.string(),
  seconds: z.number(),
});
export type Rollout = z.output<typeof rolloutSchema>;

import { z } from "zod";

/* What of `report.json` is logged. */

const interval = z.object({ low: z.number(), high: z.number() });
const numbers = z.record(z.string(), z.number());
const latencies = z.object({ p50: z.number(), p95: z.number(), interval: interval.optional() });

export const trackedReport = z.object({
  verdict: z.enum(["passed", "failed"]),
  failure: z.object({ stage: z.string(), message: z.string(), gate: z.string().optional() }).optional(),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  runId: z.string().optional(),
  dryRun: z.literal(true).optional(),
  project: z
    .object({ name: z.string().optional(), commit: z.string().optional(), branch: z.string().optional() })
    .optional(),
  image: z.object({ id: z.string(), published: z.string().optional() }).optional(),
  hashes: z.object({
    source: z.string().optional(),
    data: z.string().optional(),
    model: z.string().optional(),
    trainingInputs: z.string().optional(),
  }),
  dvc: z.string().optional(),
  training: z.object({ epochs: z.number().optional(), device: z.string(), reused: z.boolean() }).optional(),
  stages: z
    .array(
      z.object({ name: z.string(), status: z.enum(["passed", "failed", "warned", "skipped"]), seconds: z.number() }),
    )
    .readonly(),
  gates: z
    .array(z.object({ id: z.string(), status: z.string(), required: z.boolean(), message: z.string() }))
    .readonly(),
  metrics: z.object({
    candidate: numbers.optional(),
    baseline: numbers.optional(),
    intervals: z
      .object({ candidate: z.record(z.string(), interval), baseline: z.record(z.string(), interval) })
      .optional(),
    differences: z.record(z.string(), z.object({ value: z.number(), interval: interval.optional() })).optional(),
  }),
  measurements: z
    .object({
      load: z
        .object({
          candidate: z.object({ single: latencies, throughput: z.object({ perSecond: z.number() }) }),
        })
        .optional(),
    })
    .optional(),
  data: z
    .object({
      rows: z.number(),
      files: z.array(z.object({ file: z.string() })).readonly(),
      columns: z.array(z.object({ name: z.string(), type: z.string() })).readonly(),
    })
    .optional(),
  tests: z.array(z.object({ layer: z.string(), lineCoverage: z.number().optional() })).readonly(),
  environment: z.object({
    python: z.string().optional(),
    image: z.string().optional(),
    tools: z.record(z.string(), z.string()),
  }),
  cost: z.object({ currency: z.string(), actual: z.object({ total: z.number() }) }).optional(),
  config: z.unknown().optional(),
});
export type TrackedReport = z.output<typeof trackedReport>;

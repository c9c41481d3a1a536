import { z } from "zod";
import type { GateResult } from "../gates/result.ts";
import type { StageReport } from "../stages/stage.ts";

/*
 * What records keep as text between calls, and read of it: a record may come from a cache that an earlier version wrote. Only
 * what is read is declared, so that a report may grow.
 */

export type RecordedStage = Pick<StageReport, "name" | "status" | "message" | "output" | "seconds" | "cached">;
export type RecordedGate = Pick<GateResult, "id" | "status" | "required" | "message">;

export const recordedStages: z.ZodType<RecordedStage[]> = z.array(
  z.object({
    name: z.string(),
    status: z.enum(["passed", "failed", "skipped"]),
    message: z.string(),
    output: z.string(),
    seconds: z.number(),
    cached: z.boolean(),
  }),
);

export const recordedGates: z.ZodType<RecordedGate[]> = z.array(
  z.object({
    id: z.string(),
    status: z.enum(["passed", "failed", "skipped", "inconclusive"]),
    required: z.boolean(),
    message: z.string(),
  }),
);

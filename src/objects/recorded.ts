import { z } from "zod";
import type { GateResult } from "../gates/result.ts";
import type { StageReport } from "../stages/stage.ts";

/*
 * Schemas of the JSON that objects keep between calls. An earlier version may have written it into a cache, so it is parsed
 * like any other input. Only the keys that are read are declared, so that a report can get new ones.
 */

export type RecordedStage = Pick<
  StageReport,
  "name" | "status" | "message" | "warnings" | "output" | "seconds" | "cached"
>;
export type RecordedGate = Pick<GateResult, "id" | "status" | "required" | "message">;

export const recordedStages: z.ZodType<RecordedStage[]> = z.array(
  z.object({
    name: z.string(),
    status: z.enum(["passed", "failed", "warned", "skipped"]),
    message: z.string(),
    warnings: z.array(z.string()).exactOptional(),
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

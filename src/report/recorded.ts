import { z } from "zod";
import { jsonOf } from "../json.ts";
import type { Report } from "./report.ts";

/** What version 1 had of a gate: numbers by name in place of checks. */
const firstVersion = z.looseObject({
  schemaVersion: z.literal(1),
  gates: z.array(
    z.object({
      id: z.string(),
      status: z.enum(["passed", "failed", "skipped", "inconclusive"]),
      required: z.boolean(),
      message: z.string(),
      approved: z.boolean().optional(),
    }),
  ),
});

/** A `report.json` that was recorded, maybe by an earlier version: it says what was said then, and nothing is judged again. */
export function recordedReport(text: string): Report {
  const recorded = jsonOf(text);
  const first = firstVersion.safeParse(recorded);
  if (!first.success) return recorded as Report;
  const gates = first.data.gates.map((gate) => ({ ...gate, checks: [] }));
  return { ...(recorded as Report), schemaVersion: 2, gates };
}

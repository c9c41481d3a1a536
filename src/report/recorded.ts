import { z } from "zod";
import { jsonOf } from "../json.ts";
import type { Report } from "./report.ts";

/** The gates of version 1, which had numbers by name in place of checks. */
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

/**
 * Reads a `report.json` that an earlier version may have written. It is shown as it was recorded, and nothing is judged
 * again.
 */
export function recordedReport(text: string): Report {
  const recorded = jsonOf(text);
  const first = firstVersion.safeParse(recorded);
  if (!first.success) return recorded as Report;
  const gates = first.data.gates.map((gate) => ({ ...gate, checks: [] }));
  return { ...(recorded as Report), schemaVersion: 2, gates };
}

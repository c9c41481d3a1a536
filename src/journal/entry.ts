import { z } from "zod";
import { jsonOf } from "../json.ts";

/* What is kept of a run that has ended, read of its report. Reports of earlier versions lack some of it. */

const recorded = z.object({
  startedAt: z.iso.datetime(),
  seconds: z.number().min(0),
  verdict: z.enum(["passed", "failed"]),
  project: z.object({ name: z.string().optional() }).optional(),
  hashes: z.object({ source: z.string().optional(), data: z.string().optional() }),
  training: z.object({ epochs: z.number().positive().optional(), reused: z.boolean() }).optional(),
  image: z.object({ bytes: z.number().min(0).optional() }).optional(),
  dataFiles: z.array(z.object({ bytes: z.number().min(0) })).optional(),
  stages: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["passed", "failed", "warned", "skipped"]),
      seconds: z.number().min(0),
      cached: z.boolean(),
    }),
  ),
});

/** A run that has ended. */
export type JournalEntry = z.output<typeof recorded>;

/** The run that a text of `report.json` is about; undefined for a text that is none. */
export function entryOf(report: string): JournalEntry | undefined {
  return recorded.safeParse(jsonOf(report)).data;
}

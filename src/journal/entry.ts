import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "../json.ts";
import { keyPartsSchema } from "../keys/parts.ts";

/* What is kept of a run that has ended, read of its report. Reports of earlier versions lack some of it. */

const interval = z.object({ low: z.number(), high: z.number() });
const spread = z.object({ low: z.number(), middle: z.number(), high: z.number() });
const numbers = z.record(z.string(), z.number());
const intervals = z.record(z.string(), interval);

/** The name of a run: when it began, and what tells it from others that began in the same second. */
const ID = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{16}$/;

const recorded = z.object({
  id: z.string().regex(ID).optional(),
  startedAt: z.iso.datetime(),
  seconds: z.number().min(0),
  verdict: z.enum(["passed", "failed"]),
  failure: z.object({ stage: z.string(), message: z.string(), gate: z.string().optional() }).optional(),
  runId: z.string().optional(),
  dryRun: z.literal(true).optional(),
  project: z
    .object({ name: z.string().optional(), commit: z.string().optional(), branch: z.string().optional() })
    .optional(),
  hashes: z.object({
    source: z.string().optional(),
    data: z.string().optional(),
    model: z.string().optional(),
    trainingInputs: z.string().optional(),
    trainingParts: keyPartsSchema.optional(),
  }),
  training: z.object({ epochs: z.number().positive().optional(), reused: z.boolean() }).optional(),
  image: z.object({ published: z.string().optional(), bytes: z.number().min(0).optional() }).optional(),
  dataFiles: z.array(z.object({ bytes: z.number().min(0) })).optional(),
  stages: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["passed", "failed", "warned", "skipped"]),
      message: z.string().optional(),
      seconds: z.number().min(0),
      cached: z.boolean(),
      /** Of all that it depended on; absent where nothing was, and in reports of earlier versions. */
      key: z.object({ hash: z.string() }).optional(),
    }),
  ),
  gates: z
    .array(z.object({ id: z.string(), status: z.enum(["passed", "failed", "skipped", "inconclusive"]) }))
    .optional(),
  metrics: z
    .object({
      candidate: numbers.optional(),
      intervals: z.object({ candidate: intervals, confidence: z.number().optional() }).optional(),
      /** Candidate minus baseline on the same rows. */
      differences: z.record(z.string(), z.object({ value: z.number(), interval: interval.optional() })).optional(),
    })
    .optional(),
  /** How many rows were predicted, and what both models made of the same ones. */
  measurements: z
    .object({
      predictions: z
        .object({
          rows: z.number().min(0),
          pairs: z
            .object({
              rows: z.number().min(0),
              mcnemar: z.object({ onlyCandidate: z.number(), onlyBaseline: z.number() }).optional(),
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
  cost: z
    .object({
      currency: z.string(),
      actual: z.object({ total: z.number().min(0) }),
      planned: z.object({ total: spread, seconds: spread }).optional(),
    })
    .optional(),
  deployments: z
    .array(z.object({ environment: z.string(), outcome: z.string(), image: z.string(), rolledBack: z.boolean() }))
    .optional(),
});

export const entrySchema = recorded.extend({ schemaVersion: z.literal(1), id: z.string().regex(ID) });

/** A run that has ended, as the journal keeps it. */
export type JournalEntry = z.output<typeof entrySchema>;

/** The run that a text of `report.json` is about; undefined for a text that is none. */
export function entryOf(report: string): JournalEntry | undefined {
  const found = recorded.safeParse(jsonOf(report)).data;
  if (found === undefined) return undefined;
  const id = found.id ?? idOf(Date.parse(found.startedAt), createHash("sha256").update(report).digest("hex"));
  return { schemaVersion: 1, ...found, id };
}

/** The entry that a text of the journal is; undefined for a text that is none, or is another one than its name says. */
export function journaled(text: string, id: string): JournalEntry | undefined {
  const found = entrySchema.safeParse(jsonOf(text)).data;
  return found?.id === id ? found : undefined;
}

/** What a person calls a run: the value of `--run-id`, or its name in the journal. */
export const nameOf = ({ id, runId }: Pick<JournalEntry, "id" | "runId">): string => runId ?? id;

/** The name of a run that begins now. */
export const newId = (since: number): string => idOf(since, randomBytes(DIGITS / 2).toString("hex"));

const DIGITS = 16;

const idOf = (since: number, digits: string): string => `${idBeginning(new Date(since))}Z-${digits.slice(0, DIGITS)}`;

/** The beginning of the names of runs that began in that second: names are in the order of time. */
export const idBeginning = (time: Date): string => time.toISOString().slice(0, 19).replaceAll(":", "-");

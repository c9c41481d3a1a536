import { z } from "zod";

/*
 * The configuration of a user's project, as `[tool.ml-pipeline]` in pyproject.toml or as ml-pipeline.toml has it.
 * Everything is optional. Keys of checks that are not built yet are here too, so that projects can be written against
 * them; configured, they are an error that says so (see `unbuilt.ts`), never a pass.
 */

const name = z.string().min(1);
const columns = z.array(name).min(1);
const share = z.number().min(0).max(1);
const count = z.int().min(0);
/** One value of a column. */
const cell = z.union([z.string(), z.number(), z.boolean()], { error: "expected text, a number, true or false" });
const milliseconds = z.number().positive();
const columnMap = <T extends z.ZodType>(value: T) => z.record(name, value);

/** Every gate can be turned from blocking into warning. */
const gate = { required: z.boolean().default(true) };

const bounds = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine((bound) => bound.min !== undefined || bound.max !== undefined, "expected { min = … }, { max = … } or both")
  .refine((bound) => (bound.min ?? -Infinity) <= (bound.max ?? Infinity), "min is greater than max");

/** A bare number is "at least". */
export const thresholdSchema = z.union([z.number(), bounds], {
  error: "expected a number (at least), or { min = … } and { max = … }",
});

const dataSchema = z.strictObject({
  /** Which files below the data folder are checked, as glob patterns; all tabular files when absent. */
  files: z.array(name).min(1).optional(),
  label: name.optional(),
  required: columns.optional(),
  types: columnMap(z.enum(["integer", "number", "text", "boolean", "date", "timestamp"])).optional(),
  values: columnMap(z.array(cell).min(1)).optional(),
  ranges: columnMap(
    z.tuple([z.number(), z.number()]).refine(([low, high]) => low <= high, "the lower end is above the upper"),
  ).optional(),
  "min-rows": count.default(1000),
  "min-class-ratio": share.optional(),
  "max-duplicates": share.optional(),
  text: columnMap(
    z.strictObject({
      "min-length": count.optional(),
      "max-length": count.optional(),
      "min-median-length": count.optional(),
    }),
  ).optional(),
  drift: z
    .strictObject({ columns: columns.optional(), alpha: share.default(0.05), "min-samples": count.default(200) })
    .optional(),
});

const gatesSchema = z.strictObject({
  schema: z.strictObject({ ...gate, classes: columns.optional() }).optional(),
  metrics: z.object(gate).catchall(thresholdSchema).optional(),
  regression: z
    .strictObject({
      ...gate,
      metric: name.default("accuracy"),
      tolerance: share.default(0.01),
      "lower-is-better": z.boolean().optional(),
    })
    .optional(),
  latency: z
    .strictObject({
      ...gate,
      "single-ms": milliseconds.default(100),
      "per-sample-ms": milliseconds.default(50),
      tolerance: z.number().min(0).default(0.25),
    })
    .optional(),
  slices: z
    .strictObject({ ...gate, columns, "min-accuracy": share.optional(), "min-size": count.default(50) })
    .optional(),
  fairness: z
    .strictObject({
      ...gate,
      columns,
      favorable: cell,
      "disparate-impact": share.default(0.8),
      "equalized-odds": share.default(0.1),
    })
    .optional(),
  "failure-modes": z.strictObject({ ...gate, "min-pass-rate": share.default(1) }).optional(),
  "suspicious-gain": z
    .strictObject({ ...gate, metric: name.default("accuracy"), "max-gain": z.number().positive().default(0.1) })
    .optional(),
  shadow: z
    .strictObject({
      ...gate,
      requests: name.default("tests/shadow/requests.jsonl"),
      "min-agreement": share.default(0.95),
    })
    .optional(),
});

export const configSchema = z.strictObject({
  /** The Python version that the project runs on. */
  python: z
    .string()
    .regex(/^3\.\d{1,2}$/, 'expected a Python version such as "3.11"')
    .default("3.11"),
  data: dataSchema.prefault({}),
  gates: gatesSchema.prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type DataConfig = Config["data"];
export type GatesConfig = Config["gates"];
export type Threshold = z.output<typeof thresholdSchema>;

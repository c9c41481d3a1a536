import { z } from "zod";
import { GATES } from "../gates/list.ts";
import { byName, cell, count, name, names, pythonVersion, range, share } from "./forms.ts";

/*
 * The configuration of a user's project, as `[tool.ml-pipeline]` in pyproject.toml or as ml-pipeline.toml has it.
 * Everything is optional. Each gate brings its own table. Keys of checks on data that are not built yet are here too, so
 * that projects can be written against them; configured, they are an error that says so (see `unbuilt.ts`), never a pass.
 */

const dataSchema = z.strictObject({
  /** Which files below the data folder are checked, as glob patterns; all tabular files when absent. */
  files: names.optional(),
  label: name.optional(),
  required: names.optional(),
  types: byName(z.enum(["integer", "number", "text", "boolean", "date", "timestamp"])).optional(),
  values: byName(z.array(cell).min(1)).optional(),
  ranges: byName(range).optional(),
  "min-rows": count.default(1000),
  "min-class-ratio": share.optional(),
  "max-duplicates": share.optional(),
  text: byName(
    z.strictObject({
      "min-length": count.optional(),
      "max-length": count.optional(),
      "min-median-length": count.optional(),
    }),
  ).optional(),
  drift: z
    .strictObject({ columns: names.optional(), alpha: share.default(0.05), "min-samples": count.default(200) })
    .optional(),
});

/** How predictions are read, for all gates that judge by them. */
const evaluationSchema = z.strictObject({
  /** Found out from the predictions when absent: numbers with decimals, or of more than a hundred values, are a regression. */
  task: z.enum(["classification", "regression"]).optional(),
  /** The class that precision, recall, F1 and scores are about; of two classes the last in order when absent. */
  positive: cell.optional(),
  /** Of all intervals. */
  confidence: z.number().min(0.5).max(0.999).default(0.95),
  /** How often the rows are drawn anew for an interval. */
  resamples: z.int().min(100).max(100_000).default(1000),
});

type GateTables = {
  [Gate in (typeof GATES)[number] as Gate["id"]]: z.ZodOptional<Gate["settings"]>;
};

const gatesSchema = z.strictObject(
  Object.fromEntries(GATES.map((gate) => [gate.id, gate.settings.optional()])) as GateTables,
);

export const configSchema = z.strictObject({
  /** The Python version that the project runs on. */
  python: pythonVersion.default("3.11"),
  /** The Python versions that `test-matrix` tests on. */
  matrix: z.array(pythonVersion).min(1).optional(),
  data: dataSchema.prefault({}),
  evaluation: evaluationSchema.prefault({}),
  gates: gatesSchema.prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type DataConfig = Config["data"];
export type EvaluationConfig = Config["evaluation"];
export type GatesConfig = Config["gates"];

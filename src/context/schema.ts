import { z } from "zod";
import { cell, count, name, names, pythonVersion, share } from "../config/forms.ts";
import { RULES } from "../data/rules/list.ts";
import { GATES } from "../gates/list.ts";

/*
 * The configuration of a user's project, as `[tool.ml-pipeline]` in pyproject.toml or as ml-pipeline.toml has it.
 * Everything is optional. Each gate brings its own table, and each rule on data its own key.
 */

type RuleKeys = {
  [Rule in (typeof RULES)[number] as Rule["key"]]: Rule["settings"];
};

/** How data is compared with the reference. */
const driftSchema = z.strictObject({
  /** The columns that are compared; all when absent. */
  columns: names.optional(),
  /** The rate of false alarms among all alarms that is accepted. */
  alpha: share.default(0.05),
  /** Values on either side below which a test is inconclusive. */
  "min-samples": count.default(200),
  /** The least difference of probabilities that is an alarm. */
  "min-effect": share.default(0.05),
});

/** How live predictions are compared with the accepted model's. */
const monitoringSchema = z.strictObject({
  /** The metric that is compared; when absent accuracy, or r2 where numbers are predicted. */
  metric: name.optional(),
  /** By how much the live metric may be worse, in its own units. */
  tolerance: z.number().min(0).default(0.05),
  /** Labelled rows of the log below which the metric is inconclusive. */
  "min-labels": count.default(200),
  /** The column by which labels that came later are joined to predictions. */
  id: name.default("id"),
});

/** How tables are read, and the rules that they keep. */
const dataSchema = z.strictObject({
  /** Which files below the data folder are checked, as glob patterns; all tabular files when absent. */
  files: names.optional(),
  /** The column that is predicted; every row must have it. */
  label: name.optional(),
  /** The encoding of CSV files; when absent UTF-8, or UTF-16 where the file says so. */
  encoding: z.enum(["utf-8", "utf-16", "latin-1"]).optional(),
  /** The letter between the fields of a CSV file; when absent it is found out among comma, semicolon, tab and vertical bar. */
  delimiter: z.string().length(1, "expected one letter").optional(),
  ...(Object.fromEntries(RULES.map((rule) => [rule.key, rule.settings])) as RuleKeys),
  drift: driftSchema.prefault({}),
});

/** How predictions are read, for all gates that judge by them. */
const evaluationSchema = z.strictObject({
  /** What is predicted; when absent it is found out: numbers with decimals, or of more than a hundred values, are a regression. */
  task: z.enum(["classification", "regression"]).optional(),
  /** The class that precision, recall, F1 and scores are about; when absent the last in order of two classes. */
  positive: cell.optional(),
  /** The confidence level of all intervals. */
  confidence: z.number().min(0.5).max(0.999).default(0.95),
  /** How many bootstrap resamples an interval is computed from. */
  resamples: z.int().min(100).max(100_000).default(1000),
});

type GateTables = {
  [Gate in (typeof GATES)[number] as Gate["id"]]: z.ZodOptional<Gate["settings"]>;
};

/** What a model must keep, a table a gate. */
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
  monitoring: monitoringSchema.prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type DataConfig = Config["data"];
export type EvaluationConfig = Config["evaluation"];
export type GatesConfig = Config["gates"];

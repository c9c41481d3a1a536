import type { Phrases } from "./phrase.ts";
import { COMPARISON_PHRASES, type ComparisonReason } from "./reasons/comparison.ts";
import { EVALUATED_PHRASES, type EvaluatedReason } from "./reasons/evaluated.ts";
import { EXTERNAL_PHRASES, type ExternalReason } from "./reasons/external.ts";
import { METRIC_PHRASES, type MetricReason } from "./reasons/metrics.ts";
import { MISSING_PHRASES, type MissingReason } from "./reasons/missing.ts";
import { SCHEMA_PHRASES, type SchemaReason } from "./reasons/schema.ts";
import { SERVING_PHRASES, type ServingReason } from "./reasons/serving.ts";
import { SLICE_PHRASES, type SliceReason } from "./reasons/slices.ts";

/** Every reason that a check can have. A new kind is a file in `reasons/` and a line in each of the two lists here. */
export type Reason =
  | MissingReason
  | SchemaReason
  | MetricReason
  | SliceReason
  | ComparisonReason
  | ServingReason
  | EvaluatedReason
  | ExternalReason;

export const PHRASES: Phrases<Reason> = {
  ...MISSING_PHRASES,
  ...SCHEMA_PHRASES,
  ...METRIC_PHRASES,
  ...SLICE_PHRASES,
  ...COMPARISON_PHRASES,
  ...SERVING_PHRASES,
  ...EVALUATED_PHRASES,
  ...EXTERNAL_PHRASES,
};

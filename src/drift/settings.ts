import { z } from "zod";
import { count, name, names, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";

/** How data is compared with the reference. */
export const driftSettings = z.strictObject({
  /** The columns that are compared; all when absent. */
  columns: stricter("more", names).optional(),
  /** The rate of false alarms among all alarms that is accepted. */
  alpha: stricter("higher", share).default(0.05),
  /** The number of values that a test needs on each side; with fewer it is inconclusive. */
  "min-samples": stricter("lower", count).default(200),
  /** The least difference of probabilities that counts as drift. */
  "min-effect": stricter("lower", share).default(0.05),
});

/** How live predictions are compared with the accepted model's. */
export const monitoringSettings = z.strictObject({
  /** The metric that is compared; when absent accuracy, or r2 where numbers are predicted, or ndcg where rows are ranked. */
  metric: name.optional(),
  /** By how much the live metric may be worse, in its own units. */
  tolerance: stricter("lower", z.number().min(0)).default(0.05),
  /** The number of labelled rows that the log needs; with fewer the metric is inconclusive. An estimate needs as many predictions. */
  "min-labels": stricter("lower", count).default(200),
  /**
   * How far the accepted model's scores may be, on average, from the shares that came true on the reference; beyond, no metric is
   * estimated where labels are missing.
   */
  "max-calibration-error": stricter("lower", share).default(0.05),
  /** The column by which labels that arrive later are joined to predictions. */
  id: name.default("id"),
});
export type MonitoringConfig = z.output<typeof monitoringSettings>;

import type { Threshold } from "../config/forms.ts";
import type { Config } from "../config/schema.ts";
import { fairnessGate, fairnessLimits as limitsOfFairness } from "../gates/fairness.ts";
import { settingsOf } from "../gates/gate.ts";
import { metricsGate, metricThresholds } from "../gates/metrics.ts";
import { groupLimits, slicesGate } from "../gates/slices.ts";

/* What the gates held things against, by the configuration that a report has; nothing where it has none. */

/** @param measured the metrics that there are */
export function metricLimits(config: Config | undefined, measured: readonly string[]): Record<string, Threshold> {
  const settings = config === undefined ? undefined : settingsOf(metricsGate, config.gates).settings;
  return settings === undefined ? {} : metricThresholds(settings, measured);
}

/** What each group is held against, by metric. */
export function sliceLimits(config: Config | undefined): Record<string, Threshold> {
  const settings = config === undefined ? undefined : settingsOf(slicesGate, config.gates).settings;
  return settings === undefined ? {} : groupLimits(settings);
}

export function fairnessLimits(config: Config | undefined): Record<string, Threshold> {
  const settings = config === undefined ? undefined : settingsOf(fairnessGate, config.gates).settings;
  return settings === undefined ? {} : limitsOfFairness(settings);
}

import type { z } from "zod";
import type { Threshold } from "../config/forms.ts";
import type { Config } from "../context/schema.ts";
import { fairnessGate, fairnessLimits as limitsOfFairness } from "../gates/fairness.ts";
import { settingsOf } from "../gates/gate.ts";
import { metricsGate, metricThresholds } from "../gates/metrics.ts";
import { groupLimits, slicesGate } from "../gates/slices.ts";

/* What the gates held things against, by the configuration that a report has; nothing where it has none. */

/** A gate's settings in a run; undefined where its project could not be read, or lacks a table that the gate needs. */
export const reportedSettings = <Settings extends z.ZodType>(
  config: Config | undefined,
  gate: { readonly id: string; readonly settings: Settings },
): z.output<Settings> | undefined => (config === undefined ? undefined : settingsOf(gate, config.gates).settings);

/** @param measured the metrics that there are */
export function metricLimits(config: Config | undefined, measured: readonly string[]): Record<string, Threshold> {
  const settings = reportedSettings(config, metricsGate);
  return settings === undefined ? {} : metricThresholds(settings, measured);
}

/** What each group is held against, by metric. */
export function sliceLimits(config: Config | undefined): Record<string, Threshold> {
  const settings = reportedSettings(config, slicesGate);
  return settings === undefined ? {} : groupLimits(settings);
}

export function fairnessLimits(config: Config | undefined): Record<string, Threshold> {
  const settings = reportedSettings(config, fairnessGate);
  return settings === undefined ? {} : limitsOfFairness(settings);
}

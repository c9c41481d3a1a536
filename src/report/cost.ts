import type { Device } from "../containers/gpu.ts";
import { type Cost, costOf } from "../cost/cost.ts";
import type { RunPlan } from "../cost/plan.ts";
import type { CostSettings } from "../cost/settings.ts";
import type { Spread } from "../cost/spread.ts";
import { pullData } from "../stages/pull-data.ts";
import type { StageReport } from "../stages/stage.ts";
import { train } from "../stages/train.ts";
import type { Report } from "./report.ts";

/** What a run cost by the prices of its configuration. */
export interface ReportedCost {
  /** Three letters, such as USD. */
  readonly currency: string;
  readonly actual: Cost;
  /** What was expected before, by earlier runs; absent where none was known. */
  readonly planned?: PlannedCost;
}

/** What a run was expected to take and cost. */
export interface PlannedCost {
  readonly seconds: Spread;
  readonly total: Spread;
  /** Stages that earlier runs have timed. */
  readonly stages: readonly { readonly name: string; readonly seconds: Spread; readonly cost: Spread }[];
  /** Stages that nobody has timed: they are in no number. */
  readonly untimed: readonly string[];
  /** How many earlier runs it was planned by. */
  readonly runs: number;
}

/** What a report keeps of a plan; undefined for one that knows no cost. */
export function plannedCost({ seconds, cost: total, stages, runs }: RunPlan): PlannedCost | undefined {
  if (seconds === undefined || total === undefined) return undefined;
  return {
    ...{ seconds, total, runs },
    stages: stages.flatMap(({ name, seconds: time, cost }) =>
      time === undefined || cost === undefined ? [] : [{ name, seconds: time, cost }],
    ),
    untimed: stages.flatMap(({ name, state }) => (state === "unknown" ? [name] : [])),
  };
}

/** What is charged of a report. */
type Charged = Pick<Report, "seconds" | "stages" | "image" | "dataFiles">;

/** @param device what training ran on; undefined where nothing trained */
export function reportedCost(
  { seconds, stages, image, dataFiles }: Charged,
  device: Device | undefined,
  prices: CostSettings,
): ReportedCost {
  const pushed = image?.published === undefined ? 0 : (image.bytes ?? 0);
  const pulled = stages.some((stage) => stage.name === pullData.name && ran(stage))
    ? (dataFiles ?? []).reduce((sum, { bytes }) => sum + bytes, 0)
    : 0;
  const usage = {
    ...{ seconds, moved: pushed + pulled, kept: pushed },
    stages: stages.map((stage) => ({
      ...{ name: stage.name, seconds: stage.seconds },
      usesGpu: device === "gpu" && stage.name === train.name && ran(stage),
    })),
  };
  return { currency: prices.currency, actual: costOf(usage, prices) };
}

/** Whether a stage did its work in this run. */
const ran = ({ status, cached }: StageReport): boolean => status !== "skipped" && !cached;

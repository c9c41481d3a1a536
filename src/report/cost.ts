import type { Device } from "../containers/gpu.ts";
import { type Cost, costOf } from "../cost/cost.ts";
import type { CostSettings } from "../cost/settings.ts";
import { pullData } from "../stages/pull-data.ts";
import type { StageReport } from "../stages/stage.ts";
import { train } from "../stages/train.ts";
import type { Report } from "./report.ts";

/** What a run cost by the prices of its configuration. */
export interface ReportedCost {
  /** Three letters, such as USD. */
  readonly currency: string;
  readonly actual: Cost;
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

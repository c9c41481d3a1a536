import type { CostSettings } from "./settings.ts";

/* What a run cost: minutes and gigabytes, by the prices of the site. */

/** One thing that a run was charged for. */
export interface CostPart {
  readonly what: "cpu" | "gpu" | "transfer" | "storage";
  readonly amount: number;
  readonly unit: "minute" | "GB" | "GB-month";
  /** Of one unit. */
  readonly price: number;
  readonly cost: number;
  /** What of it is assumed and not measured; absent where nothing is. */
  readonly guessed?: string;
}

/** What one stage cost: its share of the machine's time, and its GPU. */
export interface StageCost {
  readonly name: string;
  readonly cost: number;
}

/** What a run cost, in the currency of its prices. */
export interface Cost {
  readonly total: number;
  readonly parts: readonly CostPart[];
  /** Stages that took time, in the order of the pipeline. Time between stages, transfer and storage belong to none of them. */
  readonly stages: readonly StageCost[];
}

/** A stage as far as it costs something. */
export interface TimedStage {
  readonly name: string;
  readonly seconds: number;
  readonly usesGpu?: boolean;
}

/** What a run took. */
export interface Usage {
  /** From the beginning of the run to its end. */
  readonly seconds: number;
  readonly stages: readonly TimedStage[];
  /** What was pushed and pulled at most, in bytes. */
  readonly moved: number;
  /** What is kept of it, in bytes. */
  readonly kept: number;
}

const GIGABYTE = 1e9;

/**
 * What a run cost by its prices.
 *
 * Stages that run side by side share one machine, which is paid once: its minutes are divided among them by the time that each took.
 */
export function costOf({ seconds, stages, moved, kept }: Usage, prices: CostSettings): Cost {
  const together = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const share = together > seconds ? seconds / together : 1;
  const gpu = gpuPrice(prices);
  const onGpu = stages.reduce((sum, stage) => sum + (stage.usesGpu === true ? stage.seconds : 0), 0);
  const parts = [
    part("cpu", seconds / 60, prices["cpu-minute"]),
    part("gpu", onGpu / 60, gpu.price, gpu.guessed),
    part("transfer", moved / GIGABYTE, prices["transfer-gb"], MOVED),
    part("storage", kept / GIGABYTE, prices["storage-gb-month"], KEPT),
  ].filter(({ amount }) => amount > 0);
  return {
    total: parts.reduce((sum, { cost }) => sum + cost, 0),
    parts,
    stages: stages
      .filter((stage) => stage.seconds > 0)
      .map((stage) => ({
        name: stage.name,
        cost: (stage.seconds / 60) * (share * prices["cpu-minute"] + (stage.usesGpu === true ? gpu.price : 0)),
      })),
  };
}

const MOVED = "at most: layers and files that were there already are not moved, and layers are compressed";
const KEPT = "for one month, before layers are compressed";

const UNITS = { cpu: "minute", gpu: "minute", transfer: "GB", storage: "GB-month" } as const;

const part = (what: CostPart["what"], amount: number, price: number, guessed?: string): CostPart => ({
  ...{ what, amount, unit: UNITS[what], price, cost: amount * price },
  ...(guessed === undefined ? {} : { guessed }),
});

/** The price of a minute of a GPU: that of its type, or the dearest where nobody says which it is. */
function gpuPrice({ gpu, "gpu-minute": minute }: CostSettings): { readonly price: number; readonly guessed?: string } {
  if (typeof minute === "number") return { price: minute };
  const named = gpu === undefined ? undefined : minute[gpu];
  if (named !== undefined) return { price: named };
  const ranked = Object.entries(minute).sort(([, a], [, b]) => b - a);
  const [type = "", price = 0] = ranked[0] ?? [];
  return ranked.length === 1 ? { price } : { price, guessed: `the price of ${type}: cost.gpu does not name the type` };
}

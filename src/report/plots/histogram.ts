import type { Spec } from "./figure.ts";
import { MODELS, type Model } from "./models.ts";
import { COLOURS, picture, quantitative, rows } from "./theme.ts";

/** Shares of equal bins between two ends, for one model. */
export interface Bins {
  readonly model: Model;
  /** From 0 to 1 each. */
  readonly shares: readonly number[];
}

export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly title: string;
  readonly height: number;
  readonly bins: readonly Bins[];
  /** Drawn on top: lines at values of the x axis. */
  readonly marks?: readonly Spec[];
  /** A d3-format for the x axis. */
  readonly format?: string;
}

/** The candidate's bins as bars, the baseline's as a stepped line over them. */
export function histogram({ low, high, title, height, bins, marks = [], format }: Histogram): Spec {
  const step = (high - low) / Math.max(1, bins[0]?.shares.length ?? 1);
  const tallest = Math.max(...bins.flatMap(({ shares }) => shares), 0.01);
  const x = quantitative("from", title, [low, high], {
    grid: false,
    domain: true,
    ...(format === undefined ? {} : { format }),
  });
  const y = quantitative("share", null, [0, tallest * 1.05], { format: ".0%", tickCount: 3 });
  const layers = bins.map(({ model, shares }): Spec => {
    const { colour } = MODELS[model];
    const values = shares.map((share, index) => ({
      from: low + index * step,
      to: low + (index + 1) * step,
      share,
      none: 0,
    }));
    if (model === "candidate") {
      return {
        data: rows(values),
        mark: { type: "rect", color: colour, opacity: 0.45, stroke: COLOURS.paper, strokeWidth: 1 },
        encoding: { x, x2: { field: "to" }, y, y2: { field: "none" } },
      };
    }
    return {
      data: rows(outline(values)),
      mark: { type: "line", color: colour, strokeWidth: 2.25, strokeJoin: "round" },
      encoding: { x: { ...x, field: "at" }, y, order: { field: "order", type: "quantitative" } },
    };
  });
  return picture({ height, layer: [...layers, ...marks] });
}

/** The corners of the bars' upper edge, from left to right. */
const outline = (
  bars: readonly { from: number; to: number; share: number }[],
): { at: number; share: number; order: number }[] =>
  bars
    .flatMap(({ from, to, share }) => [
      { at: from, share },
      { at: to, share },
    ])
    .map((corner, order) => ({ ...corner, order }));

/** Shares of values by equal bins; values beyond the ends count in the first and the last bin. */
export function sharesOf(values: readonly number[], low: number, high: number, count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low || 1)) * count);
    const index = Math.min(count - 1, Math.max(0, bin));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((one) => one / Math.max(1, values.length));
}

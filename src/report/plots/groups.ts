import type { Interval } from "../../statistics/estimate.ts";
import type { Spec } from "./figure.ts";
import { COLOURS, extent, labels, line, picture, quantitative, rows } from "./theme.ts";

/** One group's value of one metric. */
export interface GroupValue {
  readonly name: string;
  readonly candidate: number;
  readonly interval?: Interval | undefined;
  readonly baseline?: number | undefined;
  readonly baselineInterval?: Interval | undefined;
  /** The candidate is beyond the limit. */
  readonly broken: boolean;
}

export interface GroupPlot {
  readonly title: string;
  readonly groups: readonly GroupValue[];
  readonly limits: readonly number[];
  /** A d3-format, for example `.0%`. */
  readonly format?: string;
  /** Ends of the axis; they fit the values when absent. */
  readonly domain?: readonly [number, number];
}

/** Pixels of one group: two signs below each other, or one. */
const ROW = 34;
const SINGLE_ROW = 26;

/** Groups below each other: the candidate's value with its interval, the baseline's below it, the limit as a line. */
export function groupPlot({ title, groups, limits, format, domain }: GroupPlot): Spec {
  const compared = groups.some(({ baseline }) => baseline !== undefined);
  const names = labels(groups.map(({ name }) => name));
  const values = groups.flatMap((one) => [
    one.candidate,
    ...(one.baseline === undefined ? [] : [one.baseline]),
    ...[one.interval, one.baselineInterval].flatMap((interval) =>
      interval === undefined ? [] : [interval.low, interval.high],
    ),
  ]);
  const x = quantitative(
    "value",
    title,
    domain ?? extent([...values, ...limits]),
    format === undefined ? {} : { format },
  );
  const y: Spec = { field: "group", type: "nominal", sort: null, title: null, axis: { labelColor: COLOURS.ink } };
  const signs = (shift: number, colour: string, shape: string, ofKind: readonly Sign[]): Spec[] => [
    {
      data: rows(ofKind.filter(({ low }) => low !== null).map((one) => ({ ...one }))),
      mark: { type: "rule", color: colour, strokeWidth: 2, opacity: 0.75, yOffset: shift },
      encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } },
    },
    {
      data: rows(ofKind.map((one) => ({ ...one }))),
      mark: {
        type: "point",
        filled: true,
        color: colour,
        shape,
        size: shape === "cross" ? 110 : 75,
        opacity: 1,
        yOffset: shift,
      },
      encoding: { x, y },
    },
  ];
  const candidates = groups.map((one, index) => ({
    ...sign(names[index], one.candidate, one.interval),
    broken: one.broken,
  }));
  const baselines = groups.flatMap((one, index) =>
    one.baseline === undefined ? [] : [sign(names[index], one.baseline, one.baselineInterval)],
  );
  const shift = compared ? 6 : 0;
  return picture({
    height: groups.length * (compared ? ROW : SINGLE_ROW),
    layer: [
      // An invisible first layer, so that all groups keep their order.
      { data: rows(candidates), mark: { type: "point", opacity: 0 }, encoding: { x, y } },
      ...limits.map((limit) => line("x", limit, COLOURS.failed, true)),
      ...signs(shift, COLOURS.baseline, "diamond", baselines),
      ...signs(
        -shift,
        COLOURS.candidate,
        "circle",
        candidates.filter(({ broken }) => !broken),
      ),
      ...signs(
        -shift,
        COLOURS.failed,
        "cross",
        candidates.filter(({ broken }) => broken),
      ),
    ],
  });
}

interface Sign {
  readonly group: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

const sign = (group = "", value: number, interval: Interval | undefined): Sign => ({
  group,
  value,
  low: interval?.low ?? null,
  high: interval?.high ?? null,
});

import { limitText } from "../../checks/limit.ts";
import type { GateResult } from "../../gates/result.ts";
import type { PredictionResults } from "../../measurements/predictions/results.ts";
import { counted, grouped, percent, short } from "../../text.ts";
import { bounds } from "../numbers.ts";
import { type JudgedGroup, type JudgedSlice, judgedSlices } from "../slices.ts";
import type { Figure, Table } from "./figure.ts";
import { groupPlot } from "./groups.ts";
import { modelKeys } from "./models.ts";

/** Groups in one picture, and in its table. */
const MAX_DRAWN = 20;
const MAX_LISTED = 100;

/** One figure for each grouping: the metric that the slices gate limits, by group. */
export const sliceFigures = (results: PredictionResults, gates: readonly GateResult[]): Figure[] =>
  judgedSlices(results, gates).map((slice, index) => sliceFigure(slice, index, results.confidence));

function sliceFigure(judged: JudgedSlice, index: number, confidence: number): Figure {
  const { title, metric, groups, limit } = judged;
  return {
    id: `slice-${index}`,
    title: `${metric} by ${title}`,
    caption: caption(judged),
    keys: [
      ...modelKeys(groups.find(({ baseline }) => baseline !== undefined)),
      ...(groups.some(({ broken }) => broken)
        ? [{ sign: "broken" as const, text: "candidate, beyond the limit" }]
        : []),
      { sign: "interval", text: `${percent(confidence)} interval` },
      ...(limit === undefined ? [] : [{ sign: "limit" as const, text: limitText(limit) }]),
    ],
    drawings: [
      {
        id: `slice-${index}`,
        spec: groupPlot({
          title: metric,
          groups: drawn(groups).map((one) => ({ ...one, name: one.values.join(" · ") })),
          limits: limit === undefined ? [] : [limit.min, limit.max].flatMap((one) => one ?? []),
        }),
      },
    ],
    numbers: numbers(judged),
  };
}

/** Picks the groups beyond the limit, then the largest, and keeps their order. */
function drawn(groups: readonly JudgedGroup[]): JudgedGroup[] {
  const wanted = [...groups].sort((a, b) => Number(b.broken) - Number(a.broken)).slice(0, MAX_DRAWN);
  return groups.filter((one) => wanted.includes(one));
}

function numbers({ title, groups, slice }: JudgedSlice): Table {
  return {
    head: [title, "Rows", "Candidate", "Interval", "Baseline", "Limit"],
    rows: [
      ...groups
        .slice(0, MAX_LISTED)
        .map((one) => [
          one.values.join(", "),
          grouped(one.rows),
          short(one.candidate),
          bounds(one.interval),
          one.baseline === undefined ? "" : short(one.baseline),
          one.limit === "" ? "" : one.broken ? `beyond: ${one.limit}` : `kept: ${one.limit}`,
        ]),
      ...slice.tooSmall.map(({ values, rows }) => [values.join(", "), grouped(rows), "too few rows to judge"]),
    ],
  };
}

function caption({ slice, groups, limit }: JudgedSlice): string {
  const sorted = [...groups].sort((a, b) => a.candidate - b.candidate);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const broken = groups.filter((one) => one.broken).length;
  const small = slice.tooSmall.length + slice.unlisted;
  return [
    `From ${ofGroup(low)} to ${ofGroup(high)}.`,
    ...(limit === undefined
      ? []
      : [
          broken === 0
            ? `Every group keeps the limit, ${limitText(limit)}.`
            : `${broken} of ${counted(groups.length, "group")} beyond the limit, ${limitText(limit)}.`,
        ]),
    ...(groups.length > MAX_DRAWN ? [`Drawn: ${MAX_DRAWN} groups, those beyond the limit and the largest.`] : []),
    ...(small === 0 ? [] : [`${counted(small, "group")} too small to judge.`]),
  ].join(" ");
}

const ofGroup = (group: JudgedGroup | undefined): string =>
  group === undefined ? "" : `${short(group.candidate)} for ${group.values.join(", ")} (${counted(group.rows, "row")})`;

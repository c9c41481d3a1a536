import { counted, grouped, percent, short, timeSpan } from "../text.ts";
import type { EarlierRetraining } from "./history.ts";
import { type Window, windowText } from "./window.ts";

/* What keeps a retraining from doing harm. Each guard says in one sentence what it found, with the number and its limit; empty where nothing is. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Before anything is trained: whether the same was trained on before, or just now. */
export interface TimesRequest {
  readonly window: Window & { readonly sha256: string };
  /** Whether a person asked: that is no loop that runs too often, and may have a reason to take the same days again. */
  readonly isManual: boolean;
  /** In hours. */
  readonly coolDown: number;
  readonly now: Date;
}

/** No window is trained on twice: nothing can be learned of it that is not known. */
export function sameWindow(earlier: readonly EarlierRetraining[], { window, isManual }: TimesRequest): string {
  const trained = earlier.filter(({ decided }) => decided);
  const sameRows = trained.find((one) => one.window.sha256 === window.sha256);
  if (sameRows !== undefined) {
    return `the window has the very same data (${window.sha256}) as that of the retraining ${sameRows.name}, whose model ${fate(sameRows)}`;
  }
  const sameDays = trained.find((one) => one.window.start === window.start && one.window.end === window.end);
  if (sameDays === undefined || isManual) return "";
  return `the window of ${windowText(window)} was trained on before, by the retraining ${sameDays.name}, whose model ${fate(sameDays)}. What came late to the same days is taken with --trigger=manual`;
}

const fate = ({ wentOut }: EarlierRetraining): string => (wentOut ? "went out" : "stayed behind");

/** A loop that calls itself too often trains on what its own model did, and costs. */
export function coolDown(
  earlier: readonly EarlierRetraining[],
  { coolDown: hours, isManual, now }: TimesRequest,
): string {
  if (isManual) return "";
  const last = earlier
    .filter(({ decided, startedAt }) => decided && startedAt <= now)
    .toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime())[0];
  if (last === undefined) return "";
  const since = now.getTime() - last.startedAt.getTime();
  return since >= hours * HOUR
    ? ""
    : `the last retraining (${last.name}) was ${timeSpan(since)} ago, and at least ${counted(hours, "hour")} must pass (retraining.cool-down)`;
}

/** When rows are said to have come about. */
export interface DatedRows {
  readonly column: string;
  readonly rows: number;
  /** Rows whose date cannot be read. */
  readonly undated: number;
  /** Rows before the first day of the window, and after its last one. */
  readonly before: number;
  readonly after: number;
  readonly first: string | null;
  readonly last: string | null;
}

/** Of a hundred rows one may have a clock that is wrong. */
const CLOCK_SHARE = 0.01;

/** A window whose rows are of other days is another window: a wrong time zone, or a query that ignores its dates. */
export function clock(dated: DatedRows, window: Window): string {
  const { column, rows, undated, before, after, first, last } = dated;
  const outside = before + after + undated;
  if (outside <= rows * CLOCK_SHARE) return "";
  const parts = [
    ...(before === 0 ? [] : [`${grouped(before)} before it`]),
    ...(after === 0 ? [] : [`${grouped(after)} after it`]),
    ...(undated === 0 ? [] : [`${grouped(undated)} without a date`]),
  ];
  const span = first === null ? "" : ` (from ${first} to ${last})`;
  return `${percent(outside / rows)} of the window's ${counted(rows, "row")} are not of its days by ${column}, ${windowText(window)}: ${parts.join(", ")}${span}; at most ${percent(CLOCK_SHARE)} may be (retraining.date-column)`;
}

/** Rows that are equal to one of the fixed test set. */
export interface Overlap {
  readonly window: { readonly rows: number; readonly inTest: number };
  /** The data before the window, where what is equal is so by chance. */
  readonly data: { readonly rows: number; readonly inTest: number };
}

/** A model that has seen the test set passes it whatever it is worth. */
export function overlap({ window, data }: Overlap, most: number): string {
  const [here, before] = [window, data].map(({ rows, inTest }) => (rows === 0 ? 0 : inTest / rows)) as [number, number];
  if (here - before <= most) return "";
  return `${grouped(window.inTest)} of the window's ${counted(window.rows, "row")} (${percent(here)}) are rows of the fixed test set, of the data before ${percent(before)}; at most ${percent(most)} more may be (retraining.max-test-overlap)`;
}

/** How well one column alone tells the label: as the area under the ROC curve, from 0.5 to 1. */
export interface ColumnPower {
  readonly column: string;
  readonly window: number;
  readonly data: number | null;
}

/** Beyond this a column is as good as the label itself. */
const LEAKS = 0.99;

/** A column that tells the label in the window, and did not before, was made from it. */
export function leak(powers: readonly ColumnPower[]): string {
  const leaking = powers.filter(({ window, data }) => window > LEAKS && data !== null && data <= LEAKS);
  if (leaking.length === 0) return "";
  const columns = leaking.map(({ column, window, data }) => `${column} (${short(window)}, before ${short(data ?? 0)})`);
  return `the label leaked into the window: alone, ${columns.join(", ")} ${columns.length === 1 ? "tells" : "tell"} it with an area under the curve above ${LEAKS}`;
}

/** What a model reached on the fixed test set. */
export interface ChainRequest {
  readonly metric: string;
  readonly lower: boolean;
  readonly value: number;
  /** The hash of that set: metrics on another one say nothing. */
  readonly fixedData: string;
  /** As a share of the earlier value. */
  readonly most: number;
  readonly now: Date;
}

/** Losses that are each within tolerance add up: the model is held against the best one that ever went out, and against that of 30 days ago. */
export function chainLoss(earlier: readonly EarlierRetraining[], request: ChainRequest): string {
  const { metric, lower, value, fixedData, most, now } = request;
  const accepted = earlier
    .filter((one) => one.wentOut && one.fixedData === fixedData && one.startedAt <= now)
    .flatMap((one) => {
      const reached = one.metrics[metric];
      return reached === undefined ? [] : [{ ...one, reached }];
    })
    .toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
  const sign = lower ? -1 : 1;
  const month = accepted.filter(({ startedAt }) => now.getTime() - startedAt.getTime() >= 30 * DAY).at(-1);
  const [first, ...others] = accepted;
  const best =
    first === undefined
      ? undefined
      : others.reduce((top, one) => (sign * one.reached > sign * top.reached ? one : top), first);
  for (const [words, one] of [
    ["the model of 30 days ago", month] as const,
    ["the best model that went out", best] as const,
  ]) {
    if (one === undefined) continue;
    const loss = sign * (one.reached - value);
    const limit = most * Math.abs(one.reached);
    if (loss <= limit) continue;
    return `${metric} ${short(value)} on the fixed test set is ${short(loss)} worse than ${short(one.reached)} of ${words} (${one.name}); at most ${short(limit)} may be lost (retraining.max-chain-loss)`;
  }
  return "";
}

import { money } from "./words.ts";

/* What a site may spend in a day and in a month, and what it has. */

/** What may be spent, in the currency of the prices. */
export interface Budget {
  readonly daily?: number | undefined;
  readonly monthly?: number | undefined;
}

/** What one run spends. */
export interface Spending {
  readonly id: string;
  readonly began: Date;
  readonly currency: string;
  /** What it was expected to cost; absent where nobody knew, and where it was not reserved. */
  readonly planned?: number | undefined;
  /** What it cost; absent while it runs, and where its end was never noted. */
  readonly actual?: number | undefined;
}

/** A day or a month of a budget. */
export interface Period {
  readonly name: "day" | "month";
  /** `2026-11-30`, `2026-11`. */
  readonly of: string;
  readonly budget: number;
  /** What runs that have ended cost. */
  readonly spent: number;
  /** What runs that go on, or never said that they ended, were expected to cost. */
  readonly reserved: number;
}

export interface BudgetState {
  /** `near` from four fifths on, `beyond` where the run would go over it. */
  readonly state: "within" | "near" | "beyond";
  readonly periods: readonly Period[];
  /** A sentence each. */
  readonly remarks: readonly string[];
}

/** From this share of a budget on it is said. */
const NOTICE = 0.8;
/** A run that began so long ago has ended, whether or not it said so. */
const ENDED_AFTER_HOURS = 24;
const HOUR = 3_600_000;

/** `2026-11-30` in a time zone. */
export const dayIn = (time: Date, timeZone: string): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(time);

export const monthIn = (time: Date, timeZone: string): string => dayIn(time, timeZone).slice(0, "2026-11".length);

/** What is known of a run that is to begin. */
export interface ToSpend {
  readonly now: Date;
  readonly timeZone: string;
  readonly currency: string;
  /** Undefined where nobody knows. */
  readonly planned: number | undefined;
}

/** Whether a run keeps within a budget, beside all that was spent and reserved. */
export function judgeBudget(budget: Budget, spendings: readonly Spending[], run: ToSpend): BudgetState {
  const { now, timeZone, currency, planned = 0 } = run;
  const others = spendings.filter((one) => one.currency !== currency);
  const own = spendings.filter((one) => one.currency === currency);
  const periods = [
    period("day", budget.daily, dayIn(now, timeZone), (time) => dayIn(time, timeZone), own),
    period("month", budget.monthly, monthIn(now, timeZone), (time) => monthIn(time, timeZone), own),
  ].filter((one) => one !== undefined);
  const silent = own.filter((one) => one.actual === undefined && +now - +one.began > ENDED_AFTER_HOURS * HOUR);
  const shares = periods.map((one) => (one.spent + one.reserved + planned) / one.budget);
  const isFull = periods.some((one) => one.spent + one.reserved >= one.budget);
  const share = Math.max(0, ...shares);
  return {
    state: share > 1 || isFull ? "beyond" : share >= NOTICE ? "near" : "within",
    periods,
    remarks: [
      ...(run.planned === undefined
        ? ["what this run costs is not known before it, and counts as nothing until its end"]
        : []),
      ...(silent.length === 0
        ? []
        : [
            `${silent.length} of more than ${ENDED_AFTER_HOURS} hours ago never noted an end, and count as planned: ${silent
              .map(({ id }) => id)
              .slice(0, SHOWN)
              .join(", ")}`,
          ]),
      ...(others.length === 0 ? [] : [`${others.length} in another currency than ${currency} do not count`]),
    ],
  };
}

const SHOWN = 3;

function period(
  name: Period["name"],
  budget: number | undefined,
  of: string,
  ofTime: (time: Date) => string,
  spendings: readonly Spending[],
): Period | undefined {
  if (budget === undefined) return undefined;
  const within = spendings.filter(({ began }) => ofTime(began) === of);
  const spent = within.reduce((sum, { actual = 0 }) => sum + actual, 0);
  const reserved = within.reduce((sum, one) => sum + (one.actual === undefined ? (one.planned ?? 0) : 0), 0);
  return { name, of, budget, spent, reserved };
}

/** What is left, in a line. */
export function budgetText(
  { state, periods, remarks }: BudgetState,
  planned: number | undefined,
  currency: string,
): string {
  const run = planned === undefined ? "this run" : `this run, about ${money(planned, currency)},`;
  const words = { within: "is within", near: "comes near to", beyond: "goes beyond" }[state];
  const details = periods.map(
    ({ name, of, budget, spent, reserved }) =>
      `of ${money(budget, currency)} for the ${name} ${of}, ${money(spent, currency)} are spent${reserved === 0 ? "" : ` and ${money(reserved, currency)} reserved by runs that go on`}`,
  );
  return `${run} ${words} the budget: ${[...details, ...remarks].join("; ")}`;
}

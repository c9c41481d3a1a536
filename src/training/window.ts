import { UserError } from "../errors.ts";
import { counted } from "../text.ts";

/* A window of time, in whole days of UTC, of which the data are fetched. */

/** From the beginning of one day to the beginning of another, so that windows one after the other share no moment. */
export interface Window {
  /** The first day: `2026-11-23`. */
  readonly start: string;
  /** The day after the last one. */
  readonly end: string;
}

/** What a caller says of the window. */
export interface WindowRequest {
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  /** How many days it has, where not both dates say it. */
  readonly days: number;
}

const DAY = 86_400_000;
const FORM = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The window of a call; without dates the full days before that of `now`.
 *
 * @throws UserError for dates that are none, that leave nothing between them, or that have not passed yet
 */
export function windowOf({ startDate, endDate, days }: WindowRequest, now: Date): Window {
  if (!Number.isInteger(days) || days < 1) {
    throw new UserError(`--window=${days}: expected a whole number of days, at least 1.`, "retraining");
  }
  const [start, end] = [dayOf("--start-date", startDate), dayOf("--end-date", endDate)];
  const today = Math.floor(now.getTime() / DAY);
  const last = end ?? (start === undefined ? today : start + days);
  const first = start ?? last - days;
  if (first >= last) {
    throw new UserError(
      `--start-date=${textOf(first)} --end-date=${textOf(last)}: there is no day between them. The window begins with the first date, and ends before the second.`,
      "retraining",
    );
  }
  if (last > today) {
    throw new UserError(
      `The window of ${textOf(first)} to ${textOf(last)} ends in the future: today is ${textOf(today)} in UTC, and a window ends at the beginning of today at the latest.`,
      "retraining",
    );
  }
  return { start: textOf(first), end: textOf(last) };
}

/** The day of a date, counted from 1970. */
function dayOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = FORM.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // JavaScript takes 31 February for a day of March.
  if (Number.isNaN(time) || textOf(time / DAY) !== text) {
    throw new UserError(`${flag}=${text}: expected a date such as 2026-11-23.`, "retraining");
  }
  return time / DAY;
}

const textOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** How many days a window has. */
export const daysOf = ({ start, end }: Window): number => (Date.parse(end) - Date.parse(start)) / DAY;

export const windowText = (window: Window): string =>
  `${window.start} to ${window.end} (${counted(daysOf(window), "day")}, the last date not included)`;

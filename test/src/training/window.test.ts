import { expect, test } from "vitest";
import { daysOf, windowOf, windowText } from "../../../src/training/window.ts";

const NOW = new Date("2026-11-30T23:30:00-05:00");

test("a window without dates has the full days before that of the call, in UTC", () => {
  expect(windowOf({ days: 7 }, NOW)).toEqual({ start: "2026-11-24", end: "2026-12-01" });
  expect(windowOf({ days: 1 }, new Date("2026-03-01T00:00:00Z"))).toEqual({ start: "2026-02-28", end: "2026-03-01" });
});

test("one date gives the other by the number of days, and two give the days", () => {
  expect(windowOf({ days: 7, startDate: "2026-01-05" }, NOW)).toEqual({ start: "2026-01-05", end: "2026-01-12" });
  expect(windowOf({ days: 7, endDate: "2026-01-12" }, NOW)).toEqual({ start: "2026-01-05", end: "2026-01-12" });
  const both = windowOf({ days: 7, startDate: "2026-01-05", endDate: "2026-01-08" }, NOW);
  expect(daysOf(both)).toBe(3);
  expect(windowText(both)).toBe("2026-01-05 to 2026-01-08 (3 days, the last date not included)");
});

test("dates that are none, leave no day between them or have not passed are refused, with the numbers", () => {
  const refused =
    (request: object): (() => unknown) =>
    () =>
      windowOf({ days: 7, ...request }, NOW);
  expect(refused({ startDate: "2026-02-30" })).toThrow("--start-date=2026-02-30: expected a date");
  expect(refused({ endDate: "12.1.2026" })).toThrow("--end-date=12.1.2026: expected a date");
  expect(refused({ startDate: "2026-01-05", endDate: "2026-01-05" })).toThrow("there is no day between them");
  expect(refused({ startDate: "2026-11-28" })).toThrow("ends in the future: today is 2026-12-01");
  expect(refused({ days: 0 })).toThrow("--window=0: expected a whole number of days");
});

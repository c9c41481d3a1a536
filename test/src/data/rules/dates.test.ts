import fc from "fast-check";
import { expect, test } from "vitest";
import { unsortedDates } from "../../../../src/data/rules/dates.ts";

test.each([
  [["31/01/2024", "01/02/2024"], "%d/%m/%Y"],
  [["01/31/2024", "02/01/2024"], "%m/%d/%Y"],
  [["1.2.24", " 3.4.24 "], "%d.%m.%y"],
  [["31-01-2024 10:00", "01-02-2024 11:30"], "%d-%m-%Y %H:%M"],
  [["01/31/2024 10:00:59"], "%m/%d/%Y %H:%M:%S"],
  [["31-Jan-2024", "01-Feb-2024"], "%d-%b-%Y"],
  [["January 31, 2024"], "%B %d, %Y"],
  [["2024/9/1", "2024/10/1"], "%Y/%m/%d"],
])("%j is read by %s", (values, form) => {
  expect(unsortedDates(values)).toBe(form);
});

test.each([
  [[]],
  [["2024-01-31", "2024-02-01"]],
  [["2024/01/31"]],
  [["31/01/2024", "Rome"]],
  [["1.5", "2.25"]],
  [["10.0.0.1"]],
])("%j are in the order of their texts, or no dates", (values) => {
  expect(unsortedDates(values)).toBeUndefined();
});

test("dates of one form are read by a form with their parts in their order", () => {
  const dates = fc.array(fc.date({ min: new Date("1970-01-01"), max: new Date("2069-12-31"), noInvalidDate: true }), {
    minLength: 1,
    maxLength: 9,
  });
  const property = fc.property(dates, fc.constantFrom("/", ".", "-"), fc.boolean(), (days, mark, isMonthFirst) => {
    const parts = days.map((one) => [one.getUTCDate(), one.getUTCMonth() + 1] as const);
    const written = days.map((one, at) => {
      const [day = 0, month = 0] = parts[at] ?? [];
      return [...(isMonthFirst ? [month, day] : [day, month]), one.getUTCFullYear()].join(mark);
    });
    const isShown = isMonthFirst && parts.some(([day]) => day > 12);
    expect(unsortedDates(written)).toBe(isShown ? `%m${mark}%d${mark}%Y` : `%d${mark}%m${mark}%Y`);
  });
  fc.assert(property, { numRuns: 300, seed: 7 });
});

import { expect, test } from "vitest";
import { isCron } from "../../../src/ci/cron.ts";

test.each(["0 4 * * 1", "*/15 0-6,22 1,15 JAN-JUN/2 mon-fri", "59 23 31 12 7", "5-10/5 * * * *"])(
  "%s is one",
  (line) => {
    expect(isCron(line, false)).toBe(true);
  },
);

test.each([
  ...["99 4 * * 1", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8", "*/0 * * * *", "- - - - -", "0 4 * * FOO"],
  ...["5-1 * * * *", "1-2-3 * * * *", "1/2/3 * * * *", "0 4 * *", "0 4 * * 1 2020", "0  4 * * 1", "", "@daily"],
  ...["0 4 * * 1\n", "MON 4 * * 1", "H 4 * * 1"],
])("%j is none", (line) => {
  expect(isCron(line, false)).toBe(false);
});

test("H is a minute or an hour where a system spreads its jobs", () => {
  expect(isCron("H H * * 1", true)).toBe(true);
  expect(isCron("0 4 H * *", true)).toBe(false);
});

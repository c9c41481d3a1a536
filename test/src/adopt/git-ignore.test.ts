import { expect, test } from "vitest";
import { withReports } from "../../../src/adopt/git-ignore.ts";

test.each<[string, string | undefined, string | undefined]>([
  ["none", undefined, "report/\n"],
  ["an empty one", "", "report/\n"],
  ["one of other things", "*.pyc\nreports/\n", "*.pyc\nreports/\nreport/\n"],
  ["one whose last line does not end", "*.pyc", "*.pyc\nreport/\n"],
  ["one of Windows", "*.pyc\r\n", "*.pyc\r\nreport/\r\n"],
  ["one that has it", "*.pyc\nreport/\n", undefined],
  ["one that has it at the root", "/report\n", undefined],
  ["one of Windows that has it", "report/\r\n*.pyc\r\n", undefined],
])("%s leaves reports out afterwards, once", (_what, before, after) => {
  expect(withReports(before)).toBe(after);
  if (after !== undefined) expect(withReports(after)).toBeUndefined();
});

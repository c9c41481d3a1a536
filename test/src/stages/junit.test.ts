import { expect, test } from "vitest";
import { lineCoverage, testTotals } from "../../../src/stages/junit.ts";

const PYTEST = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="0.05" timestamp="2026-01-01T00:00:00" hostname="x"><testcase classname="tests.unit.test_a" name="test_b" time="0.001" /><testcase name="tests=&quot;99&quot;"><failure message="&lt;testsuite tests=&quot;7&quot;&gt;">x</failure></testcase></testsuite></testsuites>`;

test("the totals are those of the suites", () => {
  expect(testTotals(PYTEST)).toEqual({ tests: 10, failed: 3, skipped: 3 });
});

test("several suites are added up", () => {
  const suite = '<testsuite tests="2" failures="1" errors="0" skipped="0"/>';
  expect(testTotals(`<testsuites>${suite}${suite}</testsuites>`)).toEqual({ tests: 4, failed: 2, skipped: 0 });
});

test.each(["", "<testsuites/>", "not xml", "<testsuite>"])("%j has none", (text) => {
  expect(testTotals(text)).toEqual({ tests: 0, failed: 0, skipped: 0 });
});

test("the share of covered lines", () => {
  expect(lineCoverage('<coverage version="7" line-rate="0.8765" branch-rate="0">')).toBe(0.8765);
  expect(lineCoverage('<coverage line-rate="1">')).toBe(1);
  expect(lineCoverage('<class line-rate="0.5">')).toBeUndefined();
});

import { expect, test } from "vitest";
import { entryOf, type JournalEntry } from "../../../src/journal/entry.ts";
import { findRun } from "../../../src/journal/find.ts";
import { report } from "../support.ts";

const entry = (day: string, runId?: string): JournalEntry => {
  const made = entryOf(
    JSON.stringify(
      report({ id: `2026-11-${day}T08-00-00Z-${"0".repeat(14)}${day}`, ...(runId === undefined ? {} : { runId }) }),
    ),
  );
  if (made === undefined) throw new Error("the report is none");
  return made;
};
const entries = [entry("30", "17"), entry("29", "16"), entry("28")];

test("a run is found by its run ID, its name, the beginning of that, and as the last one", () => {
  for (const name of ["last", "17", "2026-11-30", `2026-11-30T08-00-00Z-${"0".repeat(14)}30`]) {
    expect(findRun(entries, name, "--b")).toBe(entries[0]);
  }
  expect(findRun(entries, "2026-11-28", "--a")).toBe(entries[2]);
});

test.each(["2", "20", "202", "2026", "2026-11-30"])(
  "a run ID that other names begin with, %s, is that of its run",
  (runId) => {
    const there = [entry("30"), entry("29", runId), entry("28", "7")];
    expect(findRun(there, runId, "--a")).toBe(there[1]);
    expect(() => findRun([...there, entry("27", runId)], runId, "--a")).toThrow("2 runs have that name");
  },
);

test("a name of no run, and of several, is refused with those that there are", () => {
  expect(() => findRun(entries, "2026-11", "--a")).toThrow(
    /--a=2026-11: 3 runs have that name: 2026-11-30T.*whole name/,
  );
  expect(() => findRun(entries, "", "--a")).toThrow("no such run");
  expect(() => findRun(entries, "2026-11-30T08-00-00Z-0000000000000031", "--a")).toThrow("Did you mean 2026-11-30T");
  expect(() => findRun([], "last", "--a")).toThrow("has no run of this project");
});

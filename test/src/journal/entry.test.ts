import { describe, expect, test } from "vitest";
import { entryOf, idBeginning, journaled, newId } from "../../../src/journal/entry.ts";
import { passedRun } from "../report/runs.ts";
import { report } from "../support.ts";

const SINCE = Date.parse("2026-11-30T15:33:41.250Z");

describe("an entry of the journal", () => {
  test("is what its report says, and is read back as the same", () => {
    const id = newId(SINCE);
    const entry = entryOf(JSON.stringify({ ...passedRun(), id }));
    expect(entry).toMatchObject({ schemaVersion: 1, id, verdict: "passed", hashes: passedRun().hashes });
    expect(entry?.metrics?.candidate).toEqual(passedRun().metrics.candidate);
    expect(entry?.metrics?.intervals?.candidate).toEqual(passedRun().metrics.intervals?.candidate);
    expect(entry?.gates?.length).toBe(passedRun().gates.length);
    expect(journaled(JSON.stringify(entry), id)).toEqual(entry);
  });

  test("has names in the order of time, of which no two are the same", () => {
    expect(newId(SINCE)).toMatch(/^2026-11-30T15-33-41Z-[0-9a-f]{16}$/);
    expect(newId(SINCE)).not.toBe(newId(SINCE));
    expect(newId(SINCE) > idBeginning(new Date(SINCE))).toBe(true);
    expect(newId(SINCE + 1000) > newId(SINCE)).toBe(true);
  });

  test("of a report of an earlier version has a name by its content", () => {
    const text = JSON.stringify(report());
    expect(entryOf(text)?.id).toMatch(/^2026-01-02T03-04-05Z-[0-9a-f]{16}$/);
    expect(entryOf(text)?.id).toBe(entryOf(text)?.id);
    expect(entryOf(JSON.stringify(report({ seconds: 13 })))?.id).not.toBe(entryOf(text)?.id);
  });

  test("is none where it was cut, is of another version, or is not the one that its name says", () => {
    const id = newId(SINCE);
    const text = JSON.stringify(entryOf(JSON.stringify(report({ id }))));
    expect(journaled(text.slice(0, -10), id)).toBeUndefined();
    expect(journaled(text.replace('"schemaVersion":1', '"schemaVersion":2'), id)).toBeUndefined();
    expect(journaled(text, newId(SINCE))).toBeUndefined();
    expect(entryOf("{}")).toBeUndefined();
    expect(entryOf("")).toBeUndefined();
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { comparedRuns, keyOf, markerLine, markerOf, type Run } from "../../../src/forge/marker.ts";

const run = (startedAt: string, id = ""): Run => ({ startedAt, id });

test("it is a comment that nobody sees, with the project's name", () => {
  const marker = { key: keyOf("my model", "big"), run: run("2026-01-02T03:04:05.000Z", "r1") };
  expect(markerLine(marker, "html")).toBe("<!-- ml-pipeline: my%20model/big 2026-01-02T03:04:05.000Z r1 -->");
  expect(markerLine(marker, "reference")).toBe("[//]: # (ml-pipeline: my%20model/big 2026-01-02T03:04:05.000Z r1)");
});

test("whatever the names are, it ends where it ends, and is read again", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("-->", "a--b", ") x", "\n", "<!--", "%"));
  fc.assert(
    fc.property(text, text, text, fc.constantFrom("html", "reference"), (project, name, id, hiding) => {
      const marker = { key: keyOf(project, name), run: run("2026-01-02T03:04:05.000Z", id) };
      const line = markerLine(marker, hiding);
      expect(line).toMatch(hiding === "html" ? /^<!-- (?:(?!--)[!-~ ])*-->$/ : /^\[\/\/\]: # \([^()\n]*\)$/);
      expect(markerOf(`${line}\n\nwhatever`)?.key).toBe(marker.key);
      expect(markerOf(`${line}\r\n`)?.run.startedAt).toBe(marker.run.startedAt);
    }),
  );
});

test("different names have different keys", () => {
  const keys = [keyOf("a", "b"), keyOf("a/b"), keyOf("a"), keyOf("b"), keyOf(), keyOf("a", "c")];
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOf("", undefined)).toBe(keyOf());
});

test.each(["", "## Passed", " <!-- ml-pipeline: a -->", "> <!-- ml-pipeline: a -->", "<!-- ml-pipelines: a -->"])(
  "%j begins with none",
  (body) => {
    expect(markerOf(body)).toBeUndefined();
  },
);

test("runs are ordered by their time, then by their names; one without a time is the oldest", () => {
  const ordered = [
    run("never"),
    run("2026-01-01T00:00:00Z"),
    run("2026-01-01T00:00:00.001Z", "a"),
    run("2026-01-01T00:00:00.001Z", "b"),
  ];
  for (const [index, one] of ordered.entries()) {
    expect(comparedRuns(one, one)).toBe(0);
    for (const later of ordered.slice(index + 1)) {
      expect(comparedRuns(later, one)).toBeGreaterThan(0);
      expect(comparedRuns(one, later)).toBeLessThan(0);
    }
  }
  expect(comparedRuns(run("2026-01-01T02:00:00+02:00"), run("2026-01-01T00:00:00Z"))).toBe(0);
});

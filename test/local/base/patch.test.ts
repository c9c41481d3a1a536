import fc from "fast-check";
import { expect, test } from "vitest";
import { filePatch } from "../../../local/base/patch.ts";

test("added lines are shown with three lines around them", () =>
  expect(filePatch("a.txt", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\nnew\n5\n")).toBe(
    "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -2,4 +2,5 @@\n 2\n 3\n 4\n+new\n 5\n",
  ));

test("changes that are far apart are hunks of their own", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `${index}\n`);
  const changed = lines.with(1, "one\n").with(18, "last\n");
  expect(filePatch("a", lines.join(""), changed.join("")).match(/^@@.*$/gm)).toEqual([
    "@@ -1,5 +1,5 @@",
    "@@ -16,5 +16,5 @@",
  ]);
});

test("a new file, one that is gone, and an empty one", () => {
  expect(filePatch("a", undefined, "x\n")).toBe(
    "diff --git a/a b/a\nnew file mode 100644\n--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n",
  );
  expect(filePatch("a", "x\n", undefined)).toContain(
    "deleted file mode 100644\n--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
  );
  expect(filePatch("a", undefined, "")).toBe("diff --git a/a b/a\nnew file mode 100644\n");
});

test("a missing end of the last line is a difference", () =>
  expect(filePatch("a", "x", "x\n")).toContain("-x\n\\ No newline at end of file\n+x\n"));

test("binary content is named only", () =>
  expect(filePatch("a", "x\0", "y\0")).toBe("diff --git a/a b/a\nBinary files a/a and b/a differ\n"));

/** Carries out the hunks of a patch on a text. */
function applied(before: string, patch: string): string {
  const old = before === "" ? [] : before.split(/(?<=\n)/);
  const result: string[] = [];
  let at = 0;
  for (const hunk of patch.split(/^(?=@@)/m).slice(1)) {
    const [head = "", ...lines] = hunk.split("\n");
    const [, start = "0", length] = /^@@ -(\d+)(?:,(\d+))? /.exec(head) ?? [];
    const first = length === "0" ? Number(start) : Number(start) - 1;
    result.push(...old.slice(at, first));
    at = first;
    for (const [index, line] of lines.entries()) {
      if (line === "" || line.startsWith("\\")) continue;
      const text = line.slice(1) + (lines[index + 1]?.startsWith("\\") === true ? "" : "\n");
      if (line[0] !== "+") {
        expect(old[at]).toBe(text);
        at++;
      }
      if (line[0] !== "-") result.push(text);
    }
  }
  return [...result, ...old.slice(at)].join("");
}

const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 30 }).map((lines) => lines.join("\n"));

test("a patch makes one text of the other", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after);
      expect(applied(before, filePatch("a", before, after))).toBe(after);
    }),
  );
});

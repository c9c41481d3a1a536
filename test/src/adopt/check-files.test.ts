import { expect, test } from "vitest";
import { checkMarks, checkPointers } from "../../../src/adopt/check-files.ts";
import type { Findings } from "../../../src/adopt/findings.ts";
import { findings } from "./support.ts";

const marked = (path: string, encoding: string): string =>
  checkMarks({ ...findings({}), marks: [{ path, encoding }] })
    .map(({ kind, text }) => `${kind} ${text}`)
    .join();

test.each([
  ["pyproject.toml", "UTF-8", /^missing pyproject\.toml begins with a byte order mark .* pytest and black end with/],
  ["ruff.toml", "UTF-8", /^guess ruff\.toml begins with .* Python reads no TOML that does; save it as UTF-8/],
  ["requirements.txt", "UTF-8", /^guess requirements\.txt begins with .* a part of the first line/],
  ["setup.cfg", "UTF-8", /^guess setup\.cfg/],
  [
    "requirements.txt",
    "UTF-16",
    /^missing requirements\.txt is in UTF-16, which nothing here reads as text: save it as/,
  ],
])("a mark at the beginning of %s (%s) is told", (path, encoding, says) => {
  expect(marked(path, encoding)).toMatch(says);
});

test("pointers of Git LFS are missing data, and others are told", () => {
  const told = (data: Partial<Findings["data"][number]>[], pointers: string[] = []): string[] =>
    checkPointers({
      ...findings({}),
      data: data.map((one) => ({ folder: "data", tables: [], endings: {}, pointers: [], ...one })),
      pointers,
    }).map(({ kind, text }) => `${kind} ${text}`);
  expect(told([{}])).toEqual([]);
  expect(told([{ pointers: ["a.csv"] }])).toEqual([
    "missing data/a.csv: a pointer of Git LFS, not the file itself. Fetch it with `git lfs pull` (in GitHub Actions, actions/checkout with lfs: true)",
  ]);
  const many = Array.from({ length: 300 }, (_, index) => `images/${index}.png`);
  expect(told([{ folder: "", pointers: many }])[0]).toMatch(/^missing images\/0\.png, .* and 297 more: each a pointer/);
  expect(told([{}], ["docs/x.png"])).toEqual(["ignored 1 pointer of Git LFS outside of the data: docs/x.png"]);
});

import { describe, expect, test } from "vitest";
import { asksForTables, besideTables, contentText, linksText } from "../../../src/data/untabular.ts";
import { configOf } from "../support.ts";

describe("tables are asked for", () => {
  test.each([
    ["by nothing", "", false],
    ["not by how a file is read", '[data]\nencoding = "latin-1"\ndelimiter = ";"', false],
    ["by a label, which each row must have", '[data]\nlabel = "qualität"', true],
    ["not by limits that all projects have", "[data]\nmin-rows = 10\nfinite = false\nmax-duplicates = 0.5", false],
    ["by the files", '[data]\nfiles = ["*.csv"]', true],
    ["by a table", "[data.tables.a]", true],
    ["by a rule on a column", "[data.ranges]\nage = [0, 120]", true],
  ])("%s", (_, toml, asked) => {
    expect(asksForTables(configOf(toml).data)).toBe(asked);
  });
});

test("files beside tables are counted by their endings, and documents are none of them", () => {
  const paths = ["a.csv", "i/1.png", "i/2.PNG", "i/", "x", "README.md", "a.dvc", ".git/z.pack", "old.xlsx"];
  expect(besideTables(paths)).toBe("2 .png, 1 without an ending");
  expect(besideTables(["a.csv", "README"])).toBeUndefined();
});

test("what a folder has is said by its number, its size and its endings", () => {
  const kinds = "abcdefgh".split("").map((suffix) => ({ suffix: `.${suffix}`, files: 1, bytes: 1 }));
  const content = { sha256: "", files: 2, bytes: 1200, kinds: kinds.slice(0, 2) };
  expect(contentText(content)).toBe("2 files of 1.2 kB (1 .a, 1 .b)");
  expect(contentText({ ...content, kinds })).toContain("1 .f, …)");
  expect(linksText(content)).toBe("");
  expect(linksText({ kinds: [{ suffix: "", files: 1, bytes: 13 }] })).toContain("if one of these is a link");
});

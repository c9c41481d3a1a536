import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RuleReason } from "../../../../src/data/rules/reasons.ts";
import { percentOf, reasonText, shareOf } from "../../../../src/data/rules/words.ts";

type ReasonOf<Code extends RuleReason["code"]> = Omit<Extract<RuleReason, { readonly code: Code }>, "code">;

const SOME = { columns: ["x"], rows: 1, of: 4 };
const ONE = "in 1 of 4 rows (25 %)";
const COLUMNS = { column: "x", there: ["a", "b"], others: 0 };

/** The words of each code; one that is lacking does not compile. */
const SAID: { readonly [Code in RuleReason["code"]]: readonly [reason: ReasonOf<Code>, text: string] } = {
  empty: [{ ...SOME, allowed: 0.125 }, '"x" is empty in 1 of 4 rows (25 %), at most 12.5 % may'],
  "not-finite": [SOME, `"x" is NaN or infinite ${ONE}`],
  "other-type": [{ ...SOME, type: "date" }, `"x" is not a date (YYYY-MM-DD) ${ONE}`],
  "mistaken-kind": [
    { ...SOME, kind: "number" },
    `"x" is taken for a number by a rule, and is none (data.types can say what it is) ${ONE}`,
  ],
  "unlisted-value": [{ ...SOME, values: ["a", 1, true] }, `"x" is none of "a", 1, true ${ONE}`],
  "out-of-range": [{ ...SOME, low: -1.5, high: 1e21 }, `"x" is outside -1.5 to 1e+21 ${ONE}`],
  "too-short": [{ ...SOME, least: 1 }, `"x" is shorter than 1 letter ${ONE}`],
  "too-long": [{ ...SOME, most: 2000 }, `"x" is longer than 2,000 letters ${ONE}`],
  "unknown-reference": [{ ...SOME, file: "t.csv", column: "id" }, `"x" is not in "id" of t.csv ${ONE}`],
  "predicate-false": [{ ...SOME, name: "in order", sql: "x > 0; 1" }, `in order (x > 0; 1) is broken ${ONE}`],
  "repeated-key": [{ ...SOME, columns: ["x", "y"] }, `"x" and "y" repeat an earlier row's ${ONE}`],
  "duplicate-rows": [
    { rows: 1, of: 4, most: 0.01 },
    "1 of 4 rows (25 %) are the same as an earlier one, at most 1 % may be",
  ],
  "leaked-rows": [
    { rows: 1, of: 4, most: 0, value: 0.25 },
    "1 of 4 rows (25 %) of the evaluation data are in the training data, at most 0 % may be",
  ],
  "dates-as-text": [
    { name: "order", column: "x", form: "%d/%m/%Y" },
    'order compares the dates of "x" as text, whose order is another one: write them as YYYY-MM-DD, or compare strptime("x", \'%d/%m/%Y\')',
  ],
  "no-column": [COLUMNS, 'there is no column "x" (there are "a", "b")'],
  "no-mandatory-column": [{ ...COLUMNS, others: 1 }, 'mandatory column "x" is missing; there are "a", "b", …'],
  "no-mandatory-column-in-file": [{ column: "x", file: "b.csv" }, 'b.csv: mandatory column "x" is missing'],
  "no-referenced-column": [{ ...COLUMNS, file: "t.csv" }, 't.csv has no column "x" (there are "a", "b")'],
  "no-referenced-table": [{ file: "t.csv" }, "there is no table t.csv in the data"],
  "no-matching-table": [{ patterns: ["a*", "b*"] }, "no table matches a*, b*"],
  "file-of-both-splits": [{ file: "t.csv" }, "t.csv is among the files of both train and evaluation"],
  "unchecked-file": [{ file: "t.csv" }, "t.csv is none of the files that are checked (data.files)"],
  "no-label": [{}, "there is no data.label, of which classes could be counted"],
  "too-many-classes": [
    { column: "y" },
    '"y" has too many different values for classes, and data.min-class-ratio is configured',
  ],
  "one-class": [{ column: "y", name: 'the "one"', value: 0 }, '"y" has one class alone: "the \\"one\\""'],
  "class-ratio": [
    { value: 0.09999, least: 0.1, rarest: { name: "a", rows: 9999 }, commonest: { name: "b", rows: 100_000 } },
    'class ratio 0.09999 (at least 0.1): 9,999 rows of "a", 100,000 of "b"',
  ],
  "too-few-rows": [{ value: 1, least: 1000, files: 2 }, "1 row in 2 files, at least 1,000 are needed"],
  "short-median": [{ column: "t", value: 49.5, least: 50 }, 'the median length of "t" is 49.5 (at least 50)'],
  "no-predicate": [
    { name: "sum", sql: "a + 1", type: "DOUBLE" },
    "sum (a + 1) is no predicate: it gives DOUBLE, and not true or false",
  ],
};

test.each(Object.entries(SAID))("%s", (code, [reason, text]) => {
  expect(reasonText({ code, ...reason } as RuleReason)).toBe(text);
});

test.each<[RuleReason, string]>([
  [
    { code: "too-few-rows", value: 150, least: 1000, files: 1, guessed: true },
    "150 rows in 1 file, at least 1,000 are needed (a guess of the pipeline, and min-rows = 150 allows it)",
  ],
  [
    { code: "duplicate-rows", rows: 1, of: 3, most: 0.01, guessed: true },
    "1 of 3 rows (33 %) are the same as an earlier one, at most 1 % may be (a guess of the pipeline, and max-duplicates = 0.334 allows it)",
  ],
])("a limit that nobody set is a guess, and says which line sets it", (reason, text) => {
  expect(reasonText(reason)).toBe(text);
});

describe("percentOf", () => {
  test.each([
    [0, undefined, "0 %"],
    [1, undefined, "100 %"],
    [0.0025, undefined, "0.25 %"],
    [1 / 3, undefined, "33 %"],
    [0.9999, undefined, "99.9 %"],
    [1e-7, undefined, "0.00001 %"],
    [34 / 330, 0.1, "10.3 %"],
    [0.1004, 0.1, "10.04 %"],
    [0.2, 0.1, "20 %"],
    [0.99999, 0.9999, "99.999 %"],
  ])("%d above %d", (share, above, text) => {
    expect(percentOf(share, above)).toBe(text);
  });

  test("never shows a share on the wrong side of its limit", () => {
    const share = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(share, share, fc.constantFrom(0, 0.01, 0.1, 0.25, 0.5, 0.9), (count, more, above) => {
        const rows = count + more;
        fc.pre(count > above * rows);
        expect(Number.parseFloat(percentOf(count / rows, above))).toBeGreaterThan(100 * above);
      }),
    );
  });
});

test("shareOf has thousands separators, and a singular", () => {
  expect(shareOf(3, 1200)).toBe("3 of 1,200 rows (0.25 %)");
  expect(shareOf(1, 1)).toBe("1 of 1 row (100 %)");
});

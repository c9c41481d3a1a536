import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  brokenCheck,
  columnList,
  inFiles,
  percentOf,
  rowCheck,
  shareOf,
  withColumn,
} from "../../../../src/data/rules/rule.ts";
import { column, contextOf } from "../support.ts";

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

test("shareOf has the rows in thousands, and one row is one", () => {
  expect(shareOf(3, 1200)).toBe("3 of 1,200 rows (0.25 %)");
  expect(shareOf(1, 1)).toBe("1 of 1 row (100 %)");
});

describe("rowCheck", () => {
  const check = (allowed?: number) =>
    rowCheck({
      rule: "data.x",
      columns: ["a", "b"],
      broken: "a > b",
      says: "is wrong",
      ...(allowed === undefined ? {} : { allowed }),
    });

  test("counts and finds the same rows", () => {
    expect(check().measures).toEqual({ broken: "count_if(a > b)" });
    expect(check().find).toEqual({ broken: "a > b" });
  });

  test.each([
    [0, 100, undefined, undefined],
    [1, 100, undefined, '"a" and "b" is wrong in 1 of 100 rows (1 %)'],
    [10, 100, 0.1, undefined],
    [11, 100, 0.1, '"a" and "b" is wrong in 11 of 100 rows (11 %), at most 10 % may'],
    [33, 330, 0.1, undefined],
    [29, 100, 0.29, undefined],
    [30, 100, 0.29, '"a" and "b" is wrong in 30 of 100 rows (30 %), at most 29 % may'],
    [100, 100, 1, undefined],
    [13, 100, 0.125, '"a" and "b" is wrong in 13 of 100 rows (13 %), at most 12.5 % may'],
    [0, 0, 0, undefined],
    ["7", 10, 0, '"a" and "b" is wrong in 7 of 10 rows (70 %)'],
  ])("%j of %d, %j allowed", (broken, rows, allowed, message) => {
    expect(check(allowed).judge({ broken }, rows)?.message).toBe(message);
  });

  test("a share that is allowed is never above itself", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (percent) => {
        expect(check(percent / 100).judge({ broken: percent }, 100)).toBeUndefined();
        expect(check(percent / 100).judge({ broken: percent + 1 }, 100)).toBeDefined();
      }),
    );
  });

  test("says how many rows it is", () => {
    expect(check().judge({ broken: 4 }, 8)?.rows).toBe(4);
  });

  test("speaks of whom it is told to", () => {
    const subject = { rule: "data.x", columns: ["a"], broken: "a", says: "is wrong", subject: "the sum" };
    expect(rowCheck(subject).judge({ broken: 1 }, 2)?.message).toBe("the sum is wrong in 1 of 2 rows (50 %)");
  });
});

test("what is broken before anything is counted stays so, and no row is to be found", () => {
  const check = brokenCheck("data.x", "it is");
  expect(check.judge({}, 0)).toEqual({ message: "it is" });
  expect(check.judge({}, 1e9)).toEqual({ message: "it is" });
  expect(check).toMatchObject({ rule: "data.x", measures: {}, columns: [] });
  expect(check.find).toBeUndefined();
});

describe("a column that is not there", () => {
  test("breaks the rule about it", () => {
    const [check, ...more] = withColumn("b", "data.x.b", contextOf(["a", "c"]), () => []);
    expect(more).toEqual([]);
    expect(check?.judge({}, 1)?.message).toBe('there is no column "b" (there are "a", "c")');
  });

  test("names differ by case", () => {
    expect(withColumn("A", "data.x", contextOf(["a"]), () => [])).toHaveLength(1);
    expect(withColumn("a", "data.x", contextOf(["a"]), () => [])).toEqual([]);
  });

  test("thirty are named", () => {
    const columns = Array.from({ length: 31 }, (_, place) => column(`c${place}`));
    expect(columnList({ columns: columns.slice(0, 30) })).toMatch(/"c29"$/);
    expect(columnList({ columns })).toMatch(/"c29", …$/);
  });
});

test("rows of files: DuckDB may name them by ./", () => {
  expect(inFiles(["it's.csv"])).toBe(`"ml_pipeline_file" IN ('it''s.csv', './it''s.csv')`);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brokenCheck, inFiles, rowCheck, withColumn } from "../../../../src/data/rules/rule.ts";
import { column, contextOf, saidOf } from "../support.ts";

describe("rowCheck", () => {
  const check = (allowed?: number) =>
    rowCheck({
      rule: "data.x",
      columns: ["a", "b"],
      broken: "a > b",
      fault: { code: "empty" },
      ...(allowed === undefined ? {} : { allowed }),
    });

  test("counts and finds the same rows", () => {
    expect(check().measures).toEqual({ broken: "count_if(a > b)" });
    expect(check().find).toEqual({ broken: "a > b" });
  });

  test.each([
    [0, 100, undefined, undefined],
    [1, 100, undefined, '"a" and "b" is empty in 1 of 100 rows (1 %)'],
    [10, 100, 0.1, undefined],
    [11, 100, 0.1, '"a" and "b" is empty in 11 of 100 rows (11 %), at most 10 % may'],
    [33, 330, 0.1, undefined],
    [29, 100, 0.29, undefined],
    [30, 100, 0.29, '"a" and "b" is empty in 30 of 100 rows (30 %), at most 29 % may'],
    [100, 100, 1, undefined],
    [13, 100, 0.125, '"a" and "b" is empty in 13 of 100 rows (13 %), at most 12.5 % may'],
    [0, 0, 0, undefined],
    ["7", 10, 0, '"a" and "b" is empty in 7 of 10 rows (70 %)'],
  ])("%j of %d, %j allowed", (broken, rows, allowed, message) => {
    expect(saidOf(check(allowed), { broken }, rows)).toBe(message);
  });

  test("a share equal to the limit never exceeds it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (percent) => {
        expect(check(percent / 100).judge({ broken: percent }, 100)).toBeUndefined();
        expect(check(percent / 100).judge({ broken: percent + 1 }, 100)).toBeDefined();
      }),
    );
  });

  test("gives the fault with its columns and the numbers of rows", () => {
    expect(check().judge({ broken: 4 }, 8)).toEqual({ code: "empty", columns: ["a", "b"], rows: 4, of: 8 });
    expect(check(0.25).judge({ broken: 4 }, 8)).toMatchObject({ allowed: 0.25 });
  });
});

test("a broken check needs no data and finds no rows", () => {
  const check = brokenCheck("data.x", { code: "no-label" });
  expect(check.judge({}, 0)).toEqual({ code: "no-label" });
  expect(check.judge({}, 1e9)).toEqual({ code: "no-label" });
  expect(check).toMatchObject({ rule: "data.x", measures: {}, columns: [] });
  expect(check.find).toBeUndefined();
});

describe("a column that does not exist", () => {
  test("breaks the rule about it", () => {
    const [check, ...more] = withColumn("b", "data.x.b", contextOf(["a", "c"]), () => []);
    expect(more).toEqual([]);
    expect(saidOf(check, {}, 1)).toBe('there is no column "b" (there are "a", "c")');
  });

  test("names are case-sensitive", () => {
    expect(withColumn("A", "data.x", contextOf(["a"]), () => [])).toHaveLength(1);
    expect(withColumn("a", "data.x", contextOf(["a"]), () => [])).toEqual([]);
  });

  test("a reason names thirty columns", () => {
    const columns = Array.from({ length: 31 }, (_, index) => column(`c${index}`));
    const absent = (there: typeof columns) => saidOf(withColumn("b", "data.x.b", contextOf(there), () => [])[0], {}, 1);
    expect(absent(columns.slice(0, 30))).toMatch(/"c29"\)$/);
    expect(absent(columns)).toMatch(/"c29", …\)$/);
  });
});

test("inFiles matches paths with and without ./", () => {
  expect(inFiles(["it's.csv"])).toBe(`"ml_pipeline_file" IN ('it''s.csv', './it''s.csv')`);
});

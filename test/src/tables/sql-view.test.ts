import { describe, expect, test } from "vitest";
import { SqlView } from "../../../src/tables/sql-view.ts";
import { column } from "../data/support.ts";

const number = column("n", { kind: "number" });
const day = column("day", { kind: "date" });
const word = column('a "b"');

const viewOf = (missing?: readonly string[]) => new SqlView("rows", [number, day, word], {}, missing);

describe("missing values", () => {
  test("the spellings are compared with what is no number and no date alone", () => {
    expect(viewOf().isNull(number)).toMatch(
      /^CASE WHEN isfinite\("ml_pipeline_value_0"\) THEN false ELSE .*list_contains/,
    );
    expect(viewOf().unlessValue(day, "wrong")).toBe(
      'CASE WHEN isfinite("ml_pipeline_value_0") THEN false ELSE wrong END',
    );
    expect(viewOf().unlessValue(word, "wrong")).toBe("wrong");
  });

  test.each(["-999", "0", "1900-01-01", "epoch"])("with all values, where %s stands for a missing one", (spelling) => {
    const view = viewOf(["NA", spelling]);
    expect(view.isNull(number)).toMatch(/^CASE WHEN "n" IS NULL THEN true/);
    expect(view.unlessValue(day, "wrong")).toBe("wrong");
    expect(view.isMissingNumber("t", "x")).not.toContain("isfinite");
  });
});

describe("the columns of a query", () => {
  test("are those that it names, and those that the named ones are made of", () => {
    const view = viewOf();
    const value = view.number(number);
    expect(view.from(`sum(${value})`)).toMatch(/^\(SELECT "n", CASE .* AS "ml_pipeline_value_0" FROM rows\)$/);
    expect(view.from('count("day")')).toBe('(SELECT "day" FROM rows)');
    expect(view.from('"ml_pipeline_file" = 1')).toBe('(SELECT "ml_pipeline_file" FROM rows)');
  });

  test("are found beside texts with quotation marks", () => {
    expect(viewOf().from(`x IN ('5" pipe', 'it''s') AND "a ""b""" = '"n"'`)).toBe('(SELECT "a ""b""" FROM rows)');
  });

  test("are all of them where it names none, or where a rule of the project may name any", () => {
    const view = viewOf();
    expect(view.from("count(*)")).toBe("(SELECT * FROM rows)");
    expect(view.from(view.predicate("n > 1", [number]))).toMatch(/^\(SELECT \* FROM \(SELECT /);
  });
});

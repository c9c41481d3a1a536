import { describe, expect, test } from "vitest";
import { compareClasses, type LabelPair } from "../../../../src/measurements/rows/labels.ts";

const pair = (data: string | null, evaluated: string | null, rows: number): LabelPair => ({ data, evaluated, rows });

describe("labels of paired rows", () => {
  test("that agree beyond chance are those of the data, but for the rows that differ", () => {
    const found = compareClasses([pair("a", "a", 590), pair("b", "b", 580), pair("a", "b", 10), pair("b", "a", 20)]);
    expect(found).toEqual({
      aligned: true,
      comparison: { compared: 1200, differing: 30, examples: [pair("b", "a", 20), pair("a", "b", 10)] },
    });
  });

  test("that agree as often as by chance are in another order", () => {
    const found = compareClasses([pair("a", "a", 25), pair("a", "b", 25), pair("b", "a", 25), pair("b", "b", 25)]);
    expect(found).toEqual({ aligned: false, changed: 0 });
  });

  test("that are too many of one kind cannot be those of the data in any order", () => {
    const found = compareClasses([pair("a", "a", 30), pair("a", "b", 20), pair("b", "a", 35), pair("b", "b", 15)]);
    expect(found).toEqual({ aligned: false, changed: 15 });
  });

  test("with other names are told with them", () => {
    const found = compareClasses([pair("no", "0", 50), pair("yes", "1", 50)]);
    expect(found).toMatchObject({ aligned: true, comparison: { differing: 0, names: { no: "0", yes: "1" } } });
  });

  test("where each row has its own, a name for each says nothing", () => {
    const found = compareClasses(
      Array.from({ length: 100 }, (_, index) => pair(String(index), index < 50 ? "low" : "high", 1)),
    );
    expect(found).toEqual({ aligned: false });
  });

  test("of one class agree, and prove nothing else", () => {
    expect(compareClasses([pair("a", "a", 10)])).toMatchObject({ aligned: true, comparison: { differing: 0 } });
  });
});

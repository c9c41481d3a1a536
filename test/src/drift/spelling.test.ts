import { describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../../src/drift/columns.ts";
import { withOneSpelling } from "../../../src/drift/spelling.ts";

const COLUMN: ColumnPlan = { name: "c", kind: "category", numeric: false, exact: true, center: 0, scale: 1 };

type Rows = readonly (readonly [value: string, before: number, now: number])[];

const spelled = (rows: Rows, typed = false) => {
  const cells = {
    column: 0,
    values: rows.map(([value]) => value),
    reference: rows.map(([, before]) => before),
    current: rows.map(([, , now]) => now),
  };
  const counts = {
    ...{ numbers: [], categories: [cells], lengths: [], words: [] },
    ...{ rows: { reference: 1, current: 1 }, present: { reference: [], current: [] } },
  };
  const found = withOneSpelling([COLUMN], counts, () => typed);
  const [after] = found.counts.categories;
  const values = (after?.values ?? []).map((value, at) => [value, after?.reference?.[at], after?.current?.[at]]);
  return { faults: found.faults.map(({ fault }) => fault), values };
};

const CAPITALS: Rows = [
  ["True", 6, 0],
  ["False", 4, 0],
  ["TRUE", 0, 5],
  ["FALSE", 0, 5],
];
const NUMBERS: Rows = [
  ["True", 6, 0],
  ["False", 4, 0],
  ["1", 0, 5],
  ["0", 0, 5],
];
const LETTERS: Rows = [
  ["yes", 6, 0],
  ["no", 4, 0],
  ["Y", 0, 5],
  ["N", 0, 5],
];
const WORDS: Rows = [
  ["Rome", 6, 0],
  ["Ulm", 4, 0],
  ["ROME", 0, 5],
  ["ulm", 0, 5],
];

describe("values that the current data spell otherwise", () => {
  test.each([
    [
      "booleans in capitals",
      CAPITALS,
      [
        ["True", 6, 5],
        ["False", 4, 5],
      ],
    ],
    [
      "booleans as numbers",
      NUMBERS,
      [
        ["True", 6, 5],
        ["False", 4, 5],
      ],
    ],
    [
      "yes and Y",
      LETTERS,
      [
        ["yes", 6, 5],
        ["no", 4, 5],
      ],
    ],
    [
      "the case of words",
      WORDS,
      [
        ["Rome", 6, 5],
        ["Ulm", 4, 5],
      ],
    ],
    [
      "blanks",
      [
        ["New York", 6, 0],
        ["New  York ", 0, 5],
      ] as Rows,
      [["New York", 6, 5]],
    ],
    [
      "codes with a fraction",
      [
        ["1", 6, 0],
        ["x", 1, 1],
        ["1.0", 0, 5],
      ] as Rows,
      [
        ["1", 6, 5],
        ["x", 1, 1],
      ],
    ],
  ])("%s are a fault, and are counted together", (_, rows, values) => {
    expect(spelled(rows)).toEqual({ faults: ["spelled otherwise"], values });
  });

  test("the spelling of a type is none of the data", () => {
    expect(spelled(CAPITALS, true)).toEqual({
      faults: [],
      values: [
        ["True", 6, 5],
        ["False", 4, 5],
      ],
    });
  });

  test.each([
    [
      "other values",
      [
        ["Rome", 6, 5],
        ["Ulm", 4, 0],
        ["Bonn", 0, 5],
      ] as Rows,
    ],
    [
      "spellings that the reference has too",
      [
        ["Rome", 6, 0],
        ["ROME", 4, 10],
      ] as Rows,
    ],
    [
      "a slip in one row of thousands",
      [
        ["Rome", 6000, 5000],
        ["ROME", 0, 1],
      ] as Rows,
    ],
    [
      "yes and 1 beside other words",
      [
        ["yes", 5, 0],
        ["maybe", 5, 5],
        ["1", 0, 5],
      ] as Rows,
    ],
  ])("%s are left as they are", (_, rows) => {
    expect(spelled(rows)).toEqual({ faults: [], values: rows });
  });
});

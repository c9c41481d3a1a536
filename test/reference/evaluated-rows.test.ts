import { describe, expect, test } from "vitest";
import { type EvaluatedCase, heldRows } from "./evaluated-rows.ts";
import { ENVIRONMENT_MS } from "./python.ts";

/** A row of data with what a model answers, which is wrong in one of thirty. */
interface Row {
  readonly x: number;
  readonly label: string;
  readonly answer: string;
}

/** Numbers that look random, the same each time. */
const noise = (index: number, salt = 1): number => {
  const value = Math.sin(index * 12.9898 + salt * 78.233) * 43758.5453;
  return value - Math.floor(value);
};

const rows = (count: number, names: readonly string[] = ["no", "yes"]): Row[] =>
  Array.from({ length: count }, (_, index) => {
    const x = Math.round(noise(index) * 1e4) / 1e4;
    const at = Math.min(names.length - 1, Math.floor(x * names.length));
    const answer = names[at] ?? "";
    return { x, answer, label: index % 30 === 0 ? (names[(at + 1) % names.length] ?? "") : answer };
  });

const csv = (header: string, lines: readonly (readonly unknown[])[]): string =>
  `${header}\n${lines.map((line) => line.join(",")).join("\n")}\n`;
const dataOf = (all: readonly Row[]): string =>
  csv(
    "x,label",
    all.map(({ x, label }) => [x, label]),
  );
const predictionsOf = (all: readonly Row[]): string =>
  csv(
    "label,prediction",
    all.map(({ label, answer }) => [label, answer]),
  );
const shuffled = <T>(all: readonly T[], salt = 5): T[] =>
  all
    .map((one, index) => ({ one, at: noise(index, salt) }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);

const ALL = rows(1200);
const RIGHT = ALL.filter(({ label, answer }) => label === answer);
const held = (one: EvaluatedCase) => heldRows(one);
const single = (predictions: string, more: Partial<EvaluatedCase> = {}) =>
  held({ data: { "rows.csv": dataOf(ALL) }, predictions, ...more });
const timeout = ENVIRONMENT_MS;

describe("rows that are all there", { timeout }, () => {
  test("in their order, with their labels", async () => {
    const found = await single(predictionsOf(ALL));
    expect(found).toMatchObject({
      table: "rows.csv",
      rows: 1200,
      part: "all",
      by: "order",
      dropped: 0,
      labels: { differing: 0, compared: 1200 },
    });
    if ("unheld" in found) throw new Error(found.unheld);
    const { sample } = found;
    expect(sample).toHaveLength(5);
    for (const { instance, prediction } of sample) {
      expect(ALL).toContainEqual(expect.objectContaining({ x: instance.x, answer: prediction }));
      expect(Object.keys(instance)).toEqual(["x"]);
    }
  });

  test("in one file of several, or in those of a folder, or in all", async () => {
    const data = {
      "test/a.csv": dataOf(ALL.slice(0, 300)),
      "test/b.csv": dataOf(ALL.slice(300, 400)),
      "train.csv": dataOf(ALL.slice(400)),
    };
    expect(await held({ data, predictions: predictionsOf(ALL.slice(0, 400)) })).toMatchObject({
      table: "the 2 tables of the data",
      dropped: 0,
      labels: { differing: 0 },
    });
    expect(await held({ data, predictions: predictionsOf(ALL.slice(400)) })).toMatchObject({
      table: "train.csv",
      rows: 800,
      labels: { differing: 0 },
    });
    expect(await held({ data, predictions: predictionsOf(ALL) })).toMatchObject({
      table: "the 3 tables of the data",
      rows: 1200,
    });
  });

  test("but for those without a label, or with gaps", async () => {
    const gaps = ALL.map((row, index) => [index % 25 === 0 ? "NA" : row.x, row.label]);
    const complete = ALL.filter((_, index) => index % 25 !== 0);
    expect(
      await held({ data: { "rows.csv": csv("x,label", gaps) }, predictions: predictionsOf(complete) }),
    ).toMatchObject({ part: "complete", rows: complete.length, dropped: 0, labels: { differing: 0 } });
    const unlabelled = ALL.map((row, index) => [row.x, index % 25 === 0 ? "" : row.label]);
    expect(
      await held({ data: { "rows.csv": csv("x,label", unlabelled) }, predictions: predictionsOf(complete) }),
    ).toMatchObject({ part: "labelled", dropped: 0 });
  });

  test("with labels that the evaluation calls otherwise, and not when answers stand for labels", async () => {
    const coded = (of: (row: Row) => string) =>
      csv(
        "label,prediction",
        ALL.map((row) => [of(row) === "yes" ? 1 : 0, row.answer === "yes" ? 1 : 0]),
      );
    expect(await single(coded(({ label }) => label))).toMatchObject({
      labels: { differing: 0, names: { no: "0", yes: "1" } },
    });
    expect(await single(coded(({ answer }) => answer))).toMatchObject({ labels: { differing: 40, compared: 1200 } });
  });

  test("in other spellings of numbers", async () => {
    const numbers = rows(1200, ["1", "2", "3"]);
    const as = (text: (label: string) => string) =>
      csv(
        "label,prediction",
        numbers.map(({ label, answer }) => [text(label), text(answer)]),
      );
    expect(
      await held({ data: { "rows.csv": dataOf(numbers) }, predictions: as((label) => `${label}.0`) }),
    ).toMatchObject({ labels: { differing: 0 } });
  });
});

describe("rows that were left out", { timeout }, () => {
  test("because they were wrong, in the order of the others", async () => {
    expect(await single(predictionsOf(RIGHT))).toMatchObject({ rows: 1200, dropped: 40 });
  });

  test("from rows that have ids, in any order", async () => {
    const data = {
      "rows.csv": csv(
        "id,x,label",
        ALL.map(({ x, label }, index) => [`r${index}`, x, label]),
      ),
    };
    const some = shuffled(ALL.map((row, index) => ({ ...row, index })).filter(({ label, answer }) => label === answer));
    const predictions = csv(
      "id,label,prediction",
      some.map(({ index, label, answer }) => [`r${index}`, label, answer]),
    );
    expect(await held({ data, predictions })).toMatchObject({
      by: "id",
      rows: 1200,
      dropped: 40,
      labels: { differing: 0 },
    });
  });

  test("from the file that the project names", async () => {
    const few = shuffled(ALL).slice(0, 100);
    expect(await single(predictionsOf(few), { named: ["rows.csv"] })).toMatchObject({ dropped: 1100 });
  });
});

describe("labels that are not those of the data", { timeout }, () => {
  test.each([
    ["answers in their place", (row: Row) => row.answer, 40],
    ["swapped", (row: Row) => (row.label === "yes" ? "no" : "yes"), 1200],
    ["one changed", (row: Row) => (row === ALL[7] ? (row.label === "yes" ? "no" : "yes") : row.label), 1],
  ])("%s", async (_name, label, differing) => {
    const predictions = csv(
      "label,prediction",
      ALL.map((row) => [label(row), row.answer]),
    );
    expect(await single(predictions)).toMatchObject({ labels: { differing } });
  });

  test("too many of one, in an order that is not known", async () => {
    const predictions = csv(
      "label,prediction",
      shuffled(ALL).map(({ label, answer }, index) => [index < 100 ? "yes" : label, answer]),
    );
    expect(await single(predictions)).toMatchObject({ labels: { differing: expect.any(Number) }, dropped: 0 });
  });

  test("of numbers: answers in their place", async () => {
    const numbers = ALL.map(({ x }, index) => ({ x, label: 3 * x + noise(index, 3), answer: 3 * x + 0.5 }));
    const data = {
      "rows.csv": csv(
        "x,label",
        numbers.map(({ x, label }) => [x, label]),
      ),
    };
    const of = (label: (row: (typeof numbers)[number]) => number) =>
      held({
        data,
        regression: true,
        predictions: csv(
          "label,prediction",
          numbers.map((row) => [label(row), row.answer]),
        ),
      });
    expect(await of(({ label }) => label)).toMatchObject({ labels: { differing: 0 } });
    expect(await of(({ label }) => Math.fround(label))).toMatchObject({ labels: { differing: 0 } });
    expect(await of(({ answer }) => answer)).toMatchObject({ labels: { differing: 1200 } });
    expect(await of(({ label }) => Math.log(1000 * (1 + label)))).toHaveProperty("unheld");
    const near = numbers.filter(({ label, answer }) => Math.abs(label - answer) < 0.45);
    const predictions = csv(
      "label,prediction",
      near.map(({ label, answer }) => [label, answer]),
    );
    expect(await held({ data, regression: true, predictions })).toMatchObject({ dropped: 1200 - near.length });
  });
});

describe("rows that a project chooses by itself", { timeout }, () => {
  const split = shuffled(ALL.map((row, index) => ({ ...row, index }))).slice(0, 240);

  test("at random: they cannot be held against the data", async () => {
    expect(await single(predictionsOf(split))).toEqual({
      unheld:
        "240 predictions cannot be told to be of certain rows of the data: they have no column id, and rows.csv has 1,200",
    });
    expect(await single(predictionsOf(shuffled(ALL)))).toMatchObject({
      unheld: expect.stringContaining("the labels are in another order"),
    });
  });

  test("at random, with their place as an id", async () => {
    for (const first of [0, 1]) {
      const predictions = csv(
        "id,label,prediction",
        split.map(({ index, label, answer }) => [index + first, label, answer]),
      );
      expect(await single(predictions)).toMatchObject({
        by: "place",
        part: "some",
        rows: 1200,
        dropped: 0,
        labels: { differing: 0 },
      });
    }
  });

  test("the last ones, by time", async () => {
    expect(await single(predictionsOf(ALL.slice(-360)))).toMatchObject({
      part: "last",
      dropped: 0,
      labels: { differing: 0, compared: 360 },
    });
    expect(await single(predictionsOf(ALL.slice(0, 360)))).toMatchObject({ part: "first", dropped: 0 });
  });

  test("with labels that are made from numbers of the data", async () => {
    const priced = ALL.map((row) => ({ ...row, price: Math.round(row.x * 1e5) / 10 }));
    const data = {
      "rows.csv": csv(
        "x,price",
        priced.map(({ x, price }) => [x, price]),
      ),
    };
    expect(await held({ data, label: "price", predictions: predictionsOf(ALL) })).toHaveProperty("unheld");
    const graded = ALL.map(({ x }) => Math.round(3 + 5 * x));
    const grades = {
      "rows.csv": csv(
        "x,grade",
        ALL.map(({ x }, index) => [x, graded[index]]),
      ),
    };
    const good = csv(
      "label,prediction",
      ALL.map(({ answer }, index) => [Number((graded[index] ?? 0) >= 6), answer === "yes" ? 1 : 0]),
    );
    expect(await held({ data: grades, label: "grade", predictions: good })).toMatchObject({ labels: { differing: 0 } });
  });

  test("of other data than the folder has", async () => {
    expect(await single(predictionsOf(rows(5000)))).toHaveProperty("unheld");
    expect(await single(predictionsOf(ALL), { label: "none" })).toEqual({
      unheld: "no table of the data has the column none (data.label)",
    });
  });
});

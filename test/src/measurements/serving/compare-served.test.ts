import { describe, expect, test } from "vitest";
import type { SampledRow } from "../../../../src/measurements/rows/evaluated-rows.ts";
import { type CompareServed, compareServed } from "../../../../src/measurements/serving/compare-served.ts";
import type { Answer } from "../../../../src/measurements/serving/predict.ts";
import { answered } from "./answered.ts";

const answer = (prediction: unknown): Answer => answered([prediction]);
const row = (prediction: string, score?: string): SampledRow => ({
  instance: { x: 1 },
  text: { x: "1" },
  prediction,
  ...(score === undefined ? {} : { score }),
});
const compare = (rows: readonly SampledRow[], answers: readonly unknown[], options: Partial<CompareServed> = {}) =>
  compareServed(rows, answers.map(answer), { regression: false, tolerance: 0.001, ...options });

describe("answers of classes", () => {
  test.each([
    ["the class", "yes", "yes"],
    ["an object with it", "yes", { label: "yes", score: 0.9 }],
    ["a list of one", "yes", ["yes"]],
    ["all of an answer to one row", "yes", { predictions: ["yes"], model: "v1" }],
    ["a number in another spelling", "1.0", 1],
    ["a truth value for a number", "1", true],
    ["a truth value in Python's spelling", "True", true],
  ])("agree: %s", (_name, evaluated, served) => {
    expect(compare([row(evaluated)], [served])).toMatchObject({ rows: 1, agreed: 1, examples: [] });
  });

  test("agree with the score of the evaluation", () => {
    expect(compare([row("yes", "0.8731")], [0.87312])).toMatchObject({ agreed: 1 });
    expect(compare([row("yes", "0.8731")], [0.1269])).toMatchObject({ agreed: 0 });
  });

  test("that are the opposite never agree, by whatever names", () => {
    expect(compare([row("yes"), row("no")], ["no", "yes"])).toMatchObject({ agreed: 0, unanswered: 0 });
    expect(compare([row("1"), row("0")], [{ prediction: 0 }, { prediction: 1 }])).toMatchObject({ agreed: 0 });
    const names = { yes: "1", no: "0" };
    expect(compare([row("1"), row("0")], ["yes", "no"], { names })).toMatchObject({ agreed: 2 });
    expect(compare([row("1"), row("0")], ["no", "yes"], { names })).toMatchObject({ agreed: 0 });
  });

  test("in an object that calls nothing a prediction are told with its keys, and the one that has them", () => {
    const rows = [row("yes"), row("no")];
    const said = (churn: string, share: number): object => ({ churn, share, model: "v1" });
    expect(compare(rows, [said("yes", 0.8), said("no", 0.2)])).toMatchObject({
      ...{ agreed: 0, fields: { keys: ["churn", "share", "model"], agreeing: "churn" } },
    });
    const { fields } = compare(rows, [said("no", 0.2), said("yes", 0.8)]);
    expect(fields).toEqual({ keys: ["churn", "share", "model"] });
    const numbers = compare([row("10.5"), row("3")], [{ price: 10.5 }, { price: 3 }], { regression: true });
    expect(numbers).toMatchObject({ agreed: 0, fields: { keys: ["price"], agreeing: "price" } });
    expect(compare(rows, [{ label: "no" }, { label: "yes" }])).not.toHaveProperty("fields");
  });

  test("with names of their own are matched, and told as a guess", () => {
    const rows = [row("1"), row("0"), row("1"), row("0")];
    expect(compare(rows, ["good", "bad", "good", "bad"])).toMatchObject({
      ...{ agreed: 4, guessed: true },
      names: { "1": "good", "0": "bad" },
    });
    expect(compare(rows, ["good", "good", "good", "good"])).toMatchObject({ agreed: 0 });
  });

  describe("that are names of other classes are told for a person to judge", () => {
    const oneTwo = [row("1"), row("2"), row("1"), row("2")];
    const yesNo = [row("yes"), row("no"), row("yes"), row("no")];

    test.each<[string, readonly SampledRow[], readonly unknown[], object]>([
      [
        "0 and 1 for 1 and 2",
        oneTwo,
        [0, 1, 0, 1],
        { served: ["0", "1"], classes: ["1", "2"], names: { "1": "0", "2": "1" } },
      ],
      [
        "the wrong way round, beside a score",
        yesNo,
        [
          { label: "no", p: 0.9 },
          { label: "yes", p: 0.8 },
          { label: "no", p: 0.7 },
          { label: "yes", p: 0.6 },
        ],
        { served: ["no", "yes"], names: { yes: "no", no: "yes" } },
      ],
      ["names that do not fit", yesNo, ["a", "a", "b", "a"], { served: ["a", "b"], classes: ["no", "yes"] }],
    ])("%s", (_what, rows, answers, instead) => {
      const found = compare(rows, answers);
      expect(found.agreed).toBeLessThan(rows.length);
      expect(found.instead).toMatchObject(instead);
    });

    test("nothing is told where some answers are wrong, or numbers are meant", () => {
      expect(compare(yesNo, ["yes", "no", "no", "no"]).instead).toBeUndefined();
      expect(compare(yesNo, ["yes", "no", "yes", "no"]).instead).toBeUndefined();
      expect(compare(oneTwo, [0, 1, 0, 1], { regression: true }).instead).toBeUndefined();
    });
  });

  describe("with names of their own", () => {
    const yesNo = [row("Yes"), row("No"), row("Yes"), row("No")];
    const irises = ["setosa", "versicolor", "virginica"].map((one) => row(one));
    test.each<[string, readonly SampledRow[], readonly unknown[], CompareServed["naming"]]>([
      ["truth values in the order of the classes", yesNo, [true, false, true, false], {}],
      ["0 and 1 in that order", yesNo, [1, 0, "1", "0"], {}],
      ["truth values as the positive class has them", yesNo, [false, true, false, true], { positive: "No" }],
      ["codes in the order of the classes", irises, [0, 1, 2], {}],
      ["codes of some of the classes", irises, [1, 4, 7], {}],
      ["the same words, spelled otherwise", irises, ["Iris-setosa", "Iris-versicolor", "IRIS VIRGINICA"], {}],
      [
        "words that the project gives",
        yesNo,
        ["leaves", "stays", "leaves", "stays"],
        { declared: { Yes: "leaves", No: "stays" } },
      ],
      ["numbers of classes that are numbers", ["9", "10"].map((one) => row(one)), ["0", "1"], {}],
    ])("agree where these are known: %s", (_what, rows, answers, naming) => {
      expect(compare(rows, answers, { naming })).toMatchObject({ agreed: rows.length, guessed: false });
    });

    test.each<[string, readonly SampledRow[], readonly unknown[]]>([
      ["truth values the other way round", yesNo, [false, true, false, true]],
      ["codes in another order", irises, [2, 0, 1]],
      ["other words", irises, ["a", "b", "c"]],
      ["words of which one holds two classes", ["ill", "very ill"].map((one) => row(one)), ["ill!", "very"]],
    ])("only fit where nothing says that they are these: %s", (_what, rows, answers) => {
      expect(compare(rows, answers)).toMatchObject({ agreed: rows.length, guessed: true });
    });

    test("are the opposite where the project says what is true, or what is called how", () => {
      expect(compare(yesNo, [false, true, false, true], { naming: { positive: "Yes" } })).toMatchObject({ agreed: 0 });
      const declared = { Yes: "leaves", No: "stays" };
      expect(compare(yesNo, ["stays", "leaves", "stays", "leaves"], { naming: { declared } })).toMatchObject({
        ...{ agreed: 0, guessed: false },
      });
    });
  });

  describe("in any form", () => {
    const words: Readonly<Record<string, readonly [string, string]>> = {
      words: ["no", "yes"],
      numbers: ["0", "1"],
      "other numbers": ["1", "2"],
      "truth values": ["False", "True"],
    };
    const NONE: readonly [string, string] = ["", ""];
    /** Probabilities of the second class. */
    const shares = [0.91, 0.12, 0.77, 0.34, 0.08, 0.63];
    const forms: Readonly<Record<string, (share: number, [no, yes]: readonly [string, string]) => unknown>> = {
      "a truth value": (share) => share > 0.5,
      "0 or 1": (share) => Number(share > 0.5),
      "a class": (share, [no, yes]) => (share > 0.5 ? yes : no),
      "another word": (share) => (share > 0.5 ? "leaves" : "stays"),
      "a probability": (share) => share,
      "the probability of each class": (share) => [1 - share, share],
      "a 1 and a 0": (share) => [Number(share <= 0.5), Number(share > 0.5)],
      "a list with a class": (share, [no, yes]) => [share > 0.5 ? yes : no],
      "a class in an object": (share, [no, yes]) => ({ label: share > 0.5 ? yes : no, confidence: 0.9 }),
      "words beside a probability": (share) => ({ label: share > 0.5 ? "leaves" : "stays", prediction: share }),
    };
    const cases = Object.keys(words).flatMap((classes) =>
      Object.keys(forms).flatMap((form) => [true, false].map((scored) => ({ classes, form, scored }))),
    );
    const rowsOf = (classes: readonly [string, string], scored: boolean) =>
      shares.map((share) => row(share > 0.5 ? classes[1] : classes[0], scored ? String(share) : undefined));

    test.each(cases)(
      "$form of $classes never passes the other way round, scores: $scored",
      ({ classes, form, scored }) => {
        const pair = words[classes] ?? NONE;
        const of = forms[form];
        const { agreed, guessed = false } = compare(
          rowsOf(pair, scored),
          shares.map((share) => of?.(1 - share, pair)),
        );
        expect(agreed < shares.length || guessed).toBe(true);
      },
    );

    // 0 and 1 are no names for 1 and 2: a client would take the one for the other.
    const isMistaken = ({ classes, form }: { readonly classes: string; readonly form: string }): boolean =>
      classes === "other numbers" && ["0 or 1", "a truth value"].includes(form);
    test.each(cases.filter((one) => !isMistaken(one)))(
      "$form of $classes agrees, scores: $scored",
      ({ classes, form, scored }) => {
        const pair = words[classes] ?? NONE;
        const of = forms[form];
        const found = compare(
          rowsOf(pair, scored),
          shares.map((share) => of?.(share, pair)),
        );
        expect(found.agreed).toBe(shares.length);
        expect(found.guessed ?? false).toBe(form.includes("word"));
      },
    );

    test("shares of more classes are in their order", () => {
      const rows = ["a", "b", "c"].map((one) => row(one));
      const right = [
        [0.8, 0.1, 0.1],
        [0.2, 0.5, 0.3],
        [0, 0, 1],
      ];
      expect(compare(rows, right)).toMatchObject({ agreed: 3 });
      const turned = right.map(([a, b, c]) => [c, a, b]);
      expect(compare(rows, turned)).toMatchObject({ agreed: 3, guessed: true, names: { a: "1", b: "2", c: "0" } });
      const declared = { a: "1", b: "2", c: "0" };
      expect(compare(rows, turned, { naming: { declared } })).toMatchObject({ agreed: 3, guessed: false });
      expect(compare(rows, right, { naming: { declared } })).toMatchObject({ agreed: 0 });
    });

    test("a right score does not stand for a wrong class beside it", () => {
      const rows = [row("yes", "0.9"), row("no", "0.2")];
      const wrong = [
        { label: "no", score: 0.9 },
        { prediction: 0.2, label: "yes" },
      ];
      expect(compare(rows, wrong)).toMatchObject({ agreed: 0 });
      expect(compare([row("0", "0.2")], [{ label: 0, score: 1 }])).toMatchObject({ agreed: 1 });
      expect(compare([row("1", "0.2")], [{ score: 0.2 }])).toMatchObject({ agreed: 1 });
    });

    test("names that only some classes have of their own are known where the project gives them", () => {
      const rows = [row("fraud"), row("normal"), row("fraud")];
      const served = ["fraud", "not fraud", "fraud"];
      expect(compare(rows, served).agreed).toBe(2);
      const naming = { declared: { normal: "not fraud" } };
      expect(compare(rows, served, { naming })).toMatchObject({ agreed: 3, guessed: false });
      // Where names are swapped, none of them is what the evaluation calls so.
      const swapped = { declared: { normal: "fraud" } };
      expect(compare(rows, ["fraud", "fraud", "fraud"], { naming: swapped }).agreed).toBe(1);
    });

    test("numbers that are one class to the data and another to the evaluation are read in one way", () => {
      const names = { "0": "1", "1": "2" };
      const rows = [row("1"), row("2"), row("1"), row("2")];
      expect(compare(rows, [1, 2, 1, 2], { names }).agreed).toBe(4);
      expect(compare(rows, [0, 1, 0, 1], { names }).agreed).toBe(4);
      expect(compare(rows, [1, 1, 1, 1], { names }).agreed).toBe(2);
    });
  });

  test("that are refused or missing are told with the reason", () => {
    const refused: Answer = { status: 400, text: "no x", seconds: 0.001 };
    const found = compareServed([row("yes"), row("no")], [refused], { regression: false, tolerance: 0 });
    expect(found).toMatchObject({ agreed: 0, unanswered: 2 });
    expect(found.examples.map(({ served }) => served)).toEqual(["HTTP 400 no x", "nothing"]);
  });
});

describe("answers of numbers", () => {
  const numbers = (evaluated: readonly string[], served: readonly unknown[]) =>
    compare(
      evaluated.map((one) => row(one)),
      served,
      { regression: true },
    ).agreed;

  test("agree within the tolerance of the evaluated one, or of the usual size", () => {
    expect(numbers(["100", "200"], [100.05, 200.5])).toBe(1);
    expect(numbers(["0", "200"], [0.01, 200])).toBe(2);
    expect(numbers(["2.71999"], [[2.72]])).toBe(1);
    expect(numbers(["3"], ["3.0"])).toBe(1);
    expect(numbers(["3"], ["three"])).toBe(0);
  });

  test("that are negated do not", () => {
    expect(numbers(["1", "2", "3"], [-1, -2, -3])).toBe(0);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  labelsOfAnswers,
  missingAnswers,
  rightAnswers,
  turnedLabels,
  unfavorableInGroup,
  worstLeftOut,
  wrongAnswers,
  wrongInGroup,
  wrongWhereNobodyNamed,
} from "../../src/gates/harms.ts";
import { allRight, shuffled } from "../../src/gates/mutations.ts";
import {
  turnedInGroup,
  turnedInOneGroup,
  turnedWhereNobodyLooks,
  turnedWhereNobodyNamed,
} from "../../src/gates/turned-order.ts";
import type { HarmFacts, ModelHarm } from "../../src/measurements/harms.ts";
import type { MutableFile, Mutant } from "../../src/measurements/mutants.ts";
import { readFile as tableOf } from "../../src/tables/sql.ts";
import { duckdb, ENVIRONMENT_MS } from "./python.ts";

/** 100 rows, 80 of them right: 60 in a, 30 in b, 10 in c. A class is also written as 1.0. */
const ROWS = Array.from({ length: 100 }, (_, at) => {
  const label = at % 2;
  const prediction = at % 5 === 0 ? 1 - label : label;
  return {
    at,
    label,
    prediction: prediction === 1 ? "1.0" : "0",
    score: prediction === 1 ? 0.75 : 0.25,
    group: at < 60 ? "a" : at < 90 ? "b" : "c",
  };
});
const FACTS: HarmFacts = { task: "classification", rows: 100, ranked: false, confidence: 0.95 };

interface Row {
  readonly at: number;
  readonly label: string | number;
  readonly prediction: string | number | null;
  readonly score: number;
  readonly group: string;
  readonly ml_pipeline_group?: string;
}

async function inDuckdb(
  work: (file: MutableFile) => Promise<void>,
  { task, quantiles }: Pick<MutableFile, "task" | "quantiles"> = { task: "classification", quantiles: [] },
) {
  const root = await mkdtemp(join(tmpdir(), "harms ü-"));
  try {
    const path = join(root, "predictions.csv");
    const lines = ROWS.map(({ at, label, prediction, score, group }) =>
      [at, label, prediction, score, group].join(","),
    );
    await writeFile(path, `at,label,prediction,score,group\n${lines.join("\n")}\n`);
    const answers = [
      { answer: "0", rows: 50 },
      { answer: "1", rows: 50, spellings: ["1.0"] },
    ];
    await work({
      table: tableOf("csv", path),
      columns: ["at", "label", "prediction", "score", "group"],
      task,
      quantiles,
      answers,
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function rowsOf(file: MutableFile, harm: ModelHarm, steps: number): Promise<Row[]> {
  const sql = harm.mutant(steps).predictions?.(file) ?? "";
  // All columns of a CSV are texts.
  return (JSON.parse(await duckdb("-json", "-c", sql)) as Row[]).map((row) => ({
    ...row,
    at: Number(row.at),
    score: Number(row.score),
  }));
}

/** The places of the rows are taken for a quantile. */
const NUMBERS: Pick<MutableFile, "task" | "quantiles"> = { task: "regression", quantiles: ["at"] };

const isRight = ({ label, prediction }: Row): boolean => prediction !== null && Number(label) === Number(prediction);
const right = (rows: readonly Row[]): number => rows.filter(isRight).length;

test("a harm of so many rows is done to as many, and a stronger one to these as well", {
  timeout: ENVIRONMENT_MS,
}, async () => {
  await inDuckdb(async (file) => {
    const harm = wrongAnswers(FACTS);
    const [weak, strong] = [await rowsOf(file, harm, 7), await rowsOf(file, harm, 30)];
    expect([right(weak), right(strong), right(await rowsOf(file, harm, 100))]).toEqual([73, 50, 0]);
    expect(weak.map(({ at }) => at)).toEqual(ROWS.map(({ at }) => at));
    const spoiled = weak.filter((row, at) => !isRight(row) && ROWS[at]?.at !== undefined && at % 5 !== 0);
    for (const { at, score } of spoiled) {
      expect(isRight(strong[at] as Row)).toBe(false);
      expect(score).toBe(1 - (ROWS[at]?.score ?? 0));
    }
    expect(await rowsOf(file, harm, 7)).toEqual(weak);
    expect(harm.size(7)).toBe(7);
  });
});

test("harms of groups, labels and missing rows are what they say", { timeout: ENVIRONMENT_MS }, async () => {
  await inDuckdb(async (file) => {
    const group = await rowsOf(file, wrongInGroup("group", 20, FACTS), 5);
    expect(right(group)).toBe(75);
    expect(group.filter((row, at) => !isRight(row) && at % 5 !== 0).every((row) => row.group === "b")).toBe(true);
    const unnamed = await rowsOf(file, wrongWhereNobodyNamed(undefined, FACTS), 40);
    const spoiled = unnamed.filter((row) => row.ml_pipeline_group === "spoiled");
    expect([spoiled.length, right(spoiled)]).toEqual([40, 0]);
    const named = await rowsOf(file, wrongWhereNobodyNamed(["group"], FACTS), 40);
    expect(named.filter((row) => row.group === "spoiled")).toHaveLength(40);
    const denied = await rowsOf(file, unfavorableInGroup("group", 20, 1, FACTS), 4);
    const favored = (rows: readonly Row[]): number => rows.filter(({ prediction }) => Number(prediction) === 1).length;
    expect(favored(denied)).toBe(46);
    expect((await rowsOf(file, missingAnswers(FACTS), 3)).filter(({ prediction }) => prediction === null)).toHaveLength(
      3,
    );
    expect(right(await rowsOf(file, rightAnswers(FACTS), 5))).toBe(85);
    expect(right(await rowsOf(file, labelsOfAnswers(FACTS), 5))).toBe(85);
    const left = await rowsOf(file, worstLeftOut(FACTS), 6);
    expect([left.length, right(left)]).toEqual([94, 80]);
    const turned = await rowsOf(file, turnedLabels(FACTS), 9);
    expect(turned.filter(({ label }, at) => Number(label) !== ROWS[at]?.label)).toHaveLength(9);
  });
});

test("errors of numbers grow by a share of each, and shrink", { timeout: ENVIRONMENT_MS }, async () => {
  const facts = { ...FACTS, task: "regression" } as const;
  await inDuckdb(async (file) => {
    const error = (rows: readonly Row[]): number =>
      rows.reduce((sum, { label, prediction }) => sum + Math.abs(Number(label) - Number(prediction)), 0);
    const larger = wrongAnswers(facts);
    expect(error(await rowsOf(file, larger, 250))).toBeCloseTo(25, 9);
    expect(larger.size(250)).toBe(25);
    expect(error(await rowsOf(file, rightAnswers(facts), 250))).toBeCloseTo(15, 9);
    const group = await rowsOf(file, wrongInGroup("group", 20, facts), 1000);
    expect(error(group)).toBeCloseTo(26, 9);
  }, NUMBERS);
});

test("quantiles of numbers go with their answer", { timeout: ENVIRONMENT_MS }, async () => {
  const facts = { ...FACTS, task: "regression" } as const;
  await inDuckdb(async (file) => {
    const errors = (rows: readonly Row[]): number[] => rows.map(({ label, at }) => at - Number(label));
    const before = errors(await rowsOf(file, wrongAnswers(facts), 0));
    expect(errors(await rowsOf(file, wrongAnswers(facts), 250))).toEqual(
      before.map((one) => expect.closeTo(1.25 * one, 9)),
    );
    const of = (mutant: Mutant) =>
      rowsOf(file, { name: "", unit: "", steps: 1, size: Number, mutant: () => mutant }, 1);
    expect(errors(await of(allRight)).every((error) => error === 0)).toBe(true);
    const moved = await of(shuffled);
    expect(moved.map(({ at }) => at)).not.toEqual(ROWS.map(({ at }) => at));
    expect(moved.map(({ at, prediction }) => prediction === ROWS[at]?.prediction)).not.toContain(false);
  }, NUMBERS);
});

test("rankings are turned by whole groups, in the slice with the fewest of them", {
  timeout: ENVIRONMENT_MS,
}, async () => {
  // The rows of a query are two that follow each other, one of which is relevant; ten are in b and 40 in a.
  const facts = { ...FACTS, ranked: true };
  const root = await mkdtemp(join(tmpdir(), "turned-"));
  try {
    const path = join(root, "predictions.csv");
    const lines = ROWS.map(({ at, label }) =>
      [at, Math.floor(at / 2), label, "0", 0.25, at < 80 ? "a" : "b"].join(","),
    );
    await writeFile(path, `at,query,label,prediction,score,group\n${lines.join("\n")}\n`);
    const file: MutableFile = {
      ...{ table: tableOf("csv", path), columns: ["at", "query", "label", "prediction", "score", "group"] },
      ...{ task: "classification", quantiles: [], answers: [], ranked: { group: "query", positive: "1" } },
    };
    const of = (mutant: Mutant, changes: Partial<MutableFile> = {}) =>
      rowsOf({ ...file, ...changes }, { name: "", unit: "", steps: 1, size: Number, mutant: () => mutant }, 1);
    const turned = (rows: readonly Row[]): number[] => rows.flatMap(({ at, score }) => (score === 0.75 ? [at] : []));
    const inB = Array.from({ length: 20 }, (_, at) => 80 + at);
    expect(turned(await of(turnedInOneGroup("group", 10)))).toEqual(inB);
    expect(turned(await of(turnedInOneGroup("group", 11)))).toEqual(Array.from({ length: 80 }, (_, at) => at));
    const weak = turned(await rowsOf(file, turnedInGroup("group", 5, facts), 7));
    const strong = turned(await rowsOf(file, turnedInGroup("group", 5, facts), 12));
    expect([weak.length, strong.length]).toEqual([6, 12]);
    expect(strong).toEqual(expect.arrayContaining(weak));
    expect(weak.filter((at) => at < 80 || !weak.includes(at % 2 === 0 ? at + 1 : at - 1))).toEqual([]);
    const unnamed = await rowsOf(file, turnedWhereNobodyNamed(undefined, facts), 30);
    expect(unnamed.filter((row) => row.ml_pipeline_group === "spoiled").map(({ at }) => at)).toEqual(turned(unnamed));
    expect(turned(unnamed)).toHaveLength(30);
    const looked = await of(turnedWhereNobodyLooks(["group"]));
    expect(looked.filter((row) => row.group === "spoiled").map(({ at }) => at)).toEqual(turned(looked));
    expect(turned(looked).length).toBeGreaterThan(0);
    expect(turned(looked).length).toBeLessThan(50);
    // Numbers are ranked by the answer: the label with the other sign is the worst order.
    const numbers = await of(turnedInOneGroup("group", 10), { task: "regression" });
    expect(
      numbers.filter(({ at }) => at >= 80).every(({ label, prediction }) => Number(prediction) === -Number(label)),
    ).toBe(true);
    expect(numbers.filter(({ at }) => at < 80).every(({ prediction }) => Number(prediction) === 0)).toBe(true);
    expect(await of(turnedInOneGroup("group", 10), { ranked: undefined })).toEqual(
      await of({ name: "", predictions: ({ table }) => `SELECT * FROM ${table}` }),
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

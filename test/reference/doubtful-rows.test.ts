import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { duplicates, duplicatesQuery, duplicatesSchema } from "../../src/measurements/doubtful-rows/duplicates.ts";
import type { Duplicates } from "../../src/measurements/doubtful-rows/results.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { parseRows } from "../../src/tables/duckdb.ts";
import { FILE_COLUMN, literal } from "../../src/tables/sql.ts";
import { byCleanlab, byQuery, type LabelCase } from "./label-errors.ts";
import { duckdb, ENVIRONMENT_MS } from "./python.ts";

/** A model that knows the true classes rather well, and labels of which a tenth are of another class. */
function caseOf(seed: number, classes: number, rows: number): LabelCase & { readonly planted: ReadonlySet<number> } {
  const random = randomOf(seed);
  const planted = new Set<number>();
  const all = Array.from({ length: rows }, (_, at) => {
    const truth = Math.floor(classes * random() ** 1.5);
    const weights = Array.from(
      { length: classes },
      (_unused, place) => random() + (place === truth ? 3 * random() : 0),
    );
    const sum = weights.reduce((total, one) => total + one, 0);
    // Few digits, so that scores are equal now and then.
    const scores = weights.map((one) => Math.round((1000 * one) / sum) / 1000);
    const wrong = random() < 0.1;
    if (wrong) planted.add(at + 1);
    return { scores, label: wrong ? (truth + 1) % classes : truth };
  });
  const ofTwo = (scores: readonly number[]): number[] => [1 - (scores[1] ?? 0), scores[1] ?? 0];
  return {
    planted,
    labels: all.map(({ label }) => label),
    scores: all.map(({ scores }) => (classes === 2 ? ofTwo(scores) : scores)),
  };
}

test("labels that are likely wrong are cleanlab's, in its order", { timeout: ENVIRONMENT_MS }, async () => {
  const cases = [2, 2, 3, 4, 6].map((classes, at) => caseOf(at + 1, classes, 400 + 50 * at));
  const theirs = await byCleanlab(cases.map(({ labels, scores }) => ({ labels, scores })));
  for (const [at, one] of cases.entries()) {
    const ours = await byQuery(one);
    expect(ours.doubtful).toBe(theirs[at]?.rows.length);
    expect(ours.doubtful).toBeGreaterThan(10);
    const scoreOf = (row: number): number => one.scores[row - 1]?.[one.labels[row - 1] ?? 0] ?? Number.NaN;
    const first = (theirs[at]?.rows ?? []).slice(0, ours.examples.length);
    // Rows of equal scores may stand in either order.
    expect(ours.examples.map(({ row }) => scoreOf(Number(row)))).toEqual(first.map(scoreOf));
    expect(ours.examples.every(({ row }) => theirs[at]?.rows.includes(Number(row)))).toBe(true);
    for (const [place, threshold] of Object.values(ours.thresholds).entries())
      expect(threshold).toBeCloseTo(theirs[at]?.thresholds[place] ?? Number.NaN, 9);
    expect(ours.kinds.reduce((sum, { rows }) => sum + rows, 0)).toBe(ours.doubtful);
    const right = ours.examples.filter(({ row }) => one.planted.has(Number(row))).length;
    expect(right / ours.examples.length).toBeGreaterThan(0.8);
  }
});

const HEAD = "name,age,income,city,label";

async function duplicatesIn(files: Readonly<Record<string, readonly string[]>>): Promise<Duplicates | undefined> {
  const root = await mkdtemp(join(tmpdir(), "alike ü-"));
  try {
    for (const [name, lines] of Object.entries(files))
      await writeFile(join(root, name), `${[HEAD, ...lines].join("\n")}\n`);
    const rows = `SELECT * FROM read_csv(${literal(join(root, "*.csv"))}, all_varchar = true, filename = ${literal(FILE_COLUMN)})`;
    const plan = { rows, label: "label", columns: ["name", "age", "income", "city"] };
    const out = join(root, "found.json");
    await duckdb("-bail", "-c", `COPY (${duplicatesQuery(plan)}) TO ${literal(out)} (FORMAT json, ARRAY true);`);
    const [row] = parseRows(await readFile(out, "utf8"), duplicatesSchema, "found.json");
    return row === undefined ? undefined : duplicates(row, plan, root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

test("planted near duplicates are found, between files and with other labels, and nothing else", {
  timeout: ENVIRONMENT_MS,
}, async () => {
  const others = Array.from({ length: 50 }, (_, at) => `Person ${at},${20 + at},${1000 * at}.5,Town ${at % 7},no`);
  const found = await duplicatesIn({
    "test.csv": ['"JOSÉ, García",41.0,51230.04,"Saint-Malo ",yes', ...others.slice(0, 20)],
    "train.csv": ["josé garcía,41,51230,saint malo,no", ...others.slice(20), "x-1,1,1,1,no", "X1,1.0,1,1,no"],
  });
  expect(found).toMatchObject({ columns: 4, rows: 54, repeated: 4, contradicting: 2, betweenFiles: 2 });
  expect(found?.examples).toEqual([
    { places: ["test.csv 1", "train.csv 1"], rows: 2, labels: ["no", "yes"] },
    { places: ["train.csv 32", "train.csv 33"], rows: 2, labels: ["no"] },
  ]);
  const alike = await duplicatesIn({ "all.csv": Array.from({ length: 9 }, (_, at) => `a,1,1,b,${at % 2}`) });
  expect(alike).toBeUndefined();
  expect(await duplicatesIn({ "all.csv": others })).toMatchObject({ repeated: 0, examples: [] });
  expect(duplicatesQuery({ rows: "", label: "label", columns: ["a", "b"] })).toBeUndefined();
});

import { readFileSync } from "node:fs";
import { fairnessOf } from "../../src/measurements/predictions/fairness.ts";
import type { FairnessGroup } from "../../src/measurements/predictions/results.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { cellPerRow, merged } from "../src/measurements/predictions/cells.ts";
import { type Compared, comparedByName } from "./compared.ts";
import { reference } from "./python.ts";

/** Answers to rows of some groups; all by index. */
export interface FairnessCase {
  readonly input: string;
  readonly classes: readonly string[];
  readonly favorable: number;
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
  readonly groups: readonly number[];
}

const SCRIPT = readFileSync(new URL("fairness.py", import.meta.url), "utf8");

export async function compareFairness(seeds: readonly number[]): Promise<Compared[]> {
  const cases = seeds.flatMap(casesOf);
  const theirs = (await reference(SCRIPT, cases)) as Record<string, number | null>[];
  return cases.flatMap((one, at) => comparedByName(one.input, oursOf(one), theirs[at] ?? {}));
}

/** The groups of a case, with equal rows counted together. */
export function groupsOf({ classes, labels, predictions, groups }: FairnessCase) {
  return [...new Set(groups)].map((group) => {
    const rows = [...groups.keys()].filter((row) => groups[row] === group);
    const picked = (values: readonly number[]): number[] => rows.map((row) => values[row] as number);
    const models = [{ predictions: picked(predictions) }];
    return {
      values: [String(group)],
      cells: merged(cellPerRow({ classes, positive: undefined, labels: picked(labels), models })),
    };
  });
}

const RATES = ["selectionRate", "truePositiveRate", "falsePositiveRate"] as const satisfies (keyof FairnessGroup)[];

function oursOf(one: FairnessCase): Record<string, number | null> {
  const [model] = fairnessOf(groupsOf(one), one.favorable, { resamples: 2, confidence: 0.95, seed: 1 });
  const measures = Object.entries(model?.measures ?? {}).map(([name, { value }]) => [name, value]);
  const rates = (model?.groups ?? []).flatMap((group) =>
    RATES.map((rate) => [`${rate}[${group.values[0]}]`, group[rate] ?? null]),
  );
  return Object.fromEntries([...measures, ...rates]);
}

function casesOf(seed: number): FairnessCase[] {
  const random = randomOf(seed);
  const of = (kind: string, classes: string[], groups: number, favorable: number, rows: number): FairnessCase => {
    // The first rows see to it that each group has labels of all classes: without, Fairlearn's rates are 0 and ours undefined.
    const forced = classes.length * groups;
    const labels = Array.from({ length: rows }, (_, row) =>
      row < forced ? row % classes.length : Math.floor(random() * classes.length),
    );
    const groupOf = labels.map((_, row) =>
      row < forced ? Math.floor(row / classes.length) : Math.floor(random() ** 2 * groups),
    );
    const predictions = labels.map((label, row) =>
      random() < 0.9 - 0.15 * (groupOf[row] as number) ? label : Math.floor(random() * classes.length),
    );
    return { input: `${kind}, seed ${seed}`, classes, favorable, labels, predictions, groups: groupOf };
  };
  const binary = of("binary", ["no", "yes"], 2, 1, 300);
  return [
    binary,
    { ...binary, input: `nobody favoured, seed ${seed}`, predictions: binary.predictions.map(() => 0) },
    { ...binary, input: `all favoured, seed ${seed}`, predictions: binary.predictions.map(() => 1) },
    of("the first class is the favourable one", ["a", "b"], 3, 0, 300),
    of("four groups", ["no", "yes"], 4, 1, 400),
    of("three classes", ["a", "b", "c"], 3, 2, 300),
    of("few rows", ["no", "yes"], 2, 1, 12),
  ];
}

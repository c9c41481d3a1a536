import { readFileSync } from "node:fs";
import { calibrationOf } from "../../src/measurements/predictions/calibration.ts";
import { metricsOf } from "../../src/measurements/predictions/metrics.ts";
import { type Random, randomOf } from "../../src/statistics/random.ts";
import { cellPerRow, merged, numberCells } from "../src/measurements/predictions/cells.ts";
import { type Compared, comparedByName } from "./compared.ts";
import { reference } from "./python.ts";

interface ClassCase {
  readonly task: "classification";
  readonly input: string;
  readonly classes: readonly string[];
  readonly positive: number | null;
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
  readonly scores: readonly number[] | null;
}

interface NumberCase {
  readonly task: "regression";
  readonly input: string;
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
}

const SCRIPT = readFileSync(new URL("metrics.py", import.meta.url), "utf8");

/** Metrics of random predictions; ours are of cells in which equal rows are counted together. */
export async function compareMetrics(seeds: readonly number[]): Promise<Compared[]> {
  const cases = seeds.flatMap((seed) => [...classCases(seed), ...numberCases(seed)]);
  const theirs = (await reference(SCRIPT, cases)) as Record<string, number | null>[];
  return cases.flatMap((one, at) => comparedByName(one.input, oursOf(one), theirs[at] ?? {}));
}

function oursOf(one: ClassCase | NumberCase): Record<string, number> {
  if (one.task === "regression") return ofNumbers(one);
  const { positive, scores, predictions, ...rest } = one;
  const answers = { predictions, ...(scores === null ? {} : { scores }) };
  const rows = merged(cellPerRow({ ...rest, positive: positive ?? undefined, models: [answers] }));
  const metrics = metricsOf(rows, 0);
  if (metrics.calibration_error === undefined) return metrics;
  const bins = calibrationOf(rows, 0, 0.95).flatMap(({ score, observed }, bin) => [
    [`calibration_score[${bin}]`, score],
    [`calibration_observed[${bin}]`, observed],
  ]);
  return { ...metrics, ...Object.fromEntries(bins) };
}

/** Three neighbouring rows a cell; labels are centred on their mean where possible, as in the measurement. */
function ofNumbers({ labels, predictions }: NumberCase): Record<string, number> {
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const cells = [...labels.keys()].map((row) => Math.floor(row / 3));
  const moved = (values: readonly number[]): number[] => values.map((value) => value - mean);
  const { mae, rmse, r2 } = metricsOf(numberCells(moved(labels), [moved(predictions)], cells), 0);
  const { mape } = metricsOf(numberCells(labels, [predictions], cells), 0);
  return {
    ...{ mae: mae ?? Number.NaN, rmse: rmse ?? Number.NaN },
    ...(mape === undefined ? {} : { mape }),
    ...(r2 === undefined ? {} : { r2 }),
  };
}

const times = <Value>(count: number, value: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => value(at));

function classCases(seed: number): ClassCase[] {
  const random = randomOf(seed);
  const rows = 150 + Math.floor(random() * 150);
  const binary = (kind: string, changes: Parameters<typeof binaryCase>[1] = {}) => ({
    ...binaryCase(random, { rows, ...changes }),
    input: `${kind}, seed ${seed}`,
  });
  return [
    binary("binary"),
    binary("imbalanced", { share: 0.03 }),
    binary("ties in scores", { score: (value) => Math.round(value * 20) / 20 }),
    binary("few different scores", { score: (value) => Math.round(value * 3) / 3 }),
    binary("certain scores", { score: (value) => (value < 0.2 ? 0 : value > 0.7 ? 1 : value) }),
    binary("scores that are no probabilities", { score: (value) => 10 * value - 4 }),
    binary("the first class is the positive one", { positive: 0 }),
    binary("one answer never given", { answer: () => 0 }),
    binary("without scores", { score: null }),
    ...[1, 2, 3, 5].map((few) => binary(`${few} rows`, { rows: few })),
    ...["three classes", "one of three never predicted", "a class that does not occur"].map((kind, at): ClassCase => {
      const [known, predicted] = [at === 2 ? 2 : 3, at === 0 ? 3 : 2];
      const labels = times(rows, () => Math.floor(random() ** 2 * known));
      return {
        task: "classification",
        input: `${kind}, seed ${seed}`,
        classes: ["a", "b", "c"],
        positive: null,
        labels,
        predictions: labels.map((label) =>
          random() < 0.6 && label < predicted ? label : Math.floor(random() * predicted),
        ),
        scores: null,
      };
    }),
  ];
}

interface BinaryChanges {
  readonly rows?: number;
  readonly share?: number;
  readonly positive?: number;
  readonly score?: ((value: number) => number) | null;
  readonly answer?: (score: number) => number;
}

function binaryCase(random: Random, changes: BinaryChanges): Omit<ClassCase, "input"> {
  const { rows = 200, share = 0.4, positive = 1, score = (value: number) => value } = changes;
  const { answer = (value: number) => (value > 0.5 ? positive : 1 - positive) } = changes;
  const labels = times(rows, () => (random() < share ? positive : 1 - positive));
  const raw = labels.map((label) => 0.6 * random() + (label === positive ? 0.35 : 0.05));
  return {
    task: "classification",
    classes: ["no", "yes"],
    positive,
    labels,
    predictions: raw.map(answer),
    scores: score === null ? null : raw.map(score),
  };
}

function numberCases(seed: number): NumberCase[] {
  const random = randomOf(1000 + seed);
  const noise = (): number => random() + random() + random() - 1.5;
  const of = (kind: string, labels: readonly number[], error = 0.5): NumberCase => ({
    task: "regression",
    input: `${kind}, seed ${seed}`,
    labels,
    predictions: labels.map((label) => label + error * noise()),
  });
  return [
    of("numbers", times(200, noise)),
    of(
      "far from zero",
      times(200, () => 1e6 + noise()),
    ),
    of(
      "counts with zeros",
      times(200, () => Math.floor(6 * random())),
    ),
    of("without skill", times(100, noise), 5),
    of(
      "equal labels",
      times(20, () => 3.7),
    ),
    ...[1, 2, 4].map((rows) => of(`${rows} rows`, times(rows, noise))),
  ];
}

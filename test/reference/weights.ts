import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PredictionResults } from "../../src/measurements/predictions/results.ts";
import { EXACT_ROWS } from "../../src/measurements/predictions/sql.ts";
import { type Random, randomOf } from "../../src/statistics/random.ts";
import { type Compared, comparedByName } from "./compared.ts";
import { measuredFiles } from "./measured-files.ts";
import { reference } from "./python.ts";

/*
 * Rows that do not count alike, from predictions files to metrics: equal scores, weights of 0, weights of one class alone, weights that are
 * all the same, the rows of two models in another order, and more rows than are kept one by one.
 */

const SCRIPT = readFileSync(new URL("weights.py", import.meta.url), "utf8");
const RESAMPLES = 1000;
/** Two bootstraps' interval ends, as a share of the width: see `bootstrap.ts`. */
const END = (4 * Math.SQRT2 * 0.68) / Math.sqrt(RESAMPLES);
/** Beyond the rows that are kept one by one, scores share bins: see `files.ts`. */
const BINNED = 1e-4;

type Kind = "two" | "several" | "numbers";

interface WeightsCase {
  readonly input: string;
  readonly kind: Kind;
  readonly files: readonly string[];
  readonly rows: number;
  /** Whether fairness is compared. */
  readonly fair: boolean;
  readonly resamples: number;
}

/** The weight of a row with such a label. */
type WeightOf = (random: Random, label: string) => number;

const some: WeightOf = (random) => (random() < 0.2 ? 0 : Math.round(100 * random() ** 2) / 10);
const same: WeightOf = () => 2;
const ofOneClass: WeightOf = (random, label) => (label === "yes" ? random() + 0.1 : 0);

export async function compareWeights(): Promise<Compared[]> {
  const folder = await mkdtemp(join(tmpdir(), "weights-"));
  const many = EXACT_ROWS + 20_000;
  try {
    const cases = [
      await weighedRows(folder, "two classes", "two", 500, some),
      await weighedRows(folder, "two classes, weights of one alone", "two", 300, ofOneClass),
      await weighedRows(folder, "two classes, equal weights", "two", 400, same),
      await weighedRows(folder, "more rows of two classes than are kept one by one", "two", many, some),
      await weighedRows(folder, "several classes", "several", 600, some),
      await weighedRows(folder, "several classes, equal weights", "several", 600, same),
      await weighedRows(folder, "more rows of several classes than are kept one by one", "several", many, some),
      await weighedRows(folder, "numbers", "numbers", 400, some),
      await weighedRows(folder, "more numbers than are kept one by one", "numbers", many, some),
    ];
    const theirs = (await reference(SCRIPT, cases)) as Record<string, number | null>[];
    const all: Compared[] = [];
    for (const [at, one] of cases.entries()) {
      const results = await measuredFiles(join(folder, `results ${at}`), one.files, configOf(one), { weight: "w" });
      const their = theirs[at] ?? {};
      const width = (their.high ?? Number.NaN) - (their.low ?? Number.NaN);
      for (const number of comparedByName(one.input, flat(results, one, their), their)) {
        const binned = one.rows > EXACT_ROWS && /roc_auc|pr_auc|calibration_error/.test(number.what);
        if (/^(low|high)$/.test(number.what)) all.push({ ...number, tolerance: END, scale: width });
        else all.push(binned ? { ...number, tolerance: BINNED } : number);
      }
    }
    return all.map((one) => ({
      ...one,
      what: `weighted: ${one.what.replace(/^\d\.|^of .*/, (start) => (start.startsWith("o") ? "by slice" : ""))}`,
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const configOf = ({ kind, fair }: WeightsCase): string =>
  [
    `[evaluation]\nresamples = ${RESAMPLES}\ntask = "${kind === "numbers" ? "regression" : "classification"}"`,
    `[gates.slices]\ncolumns = ["sex"]\nmetrics = { ${kind === "numbers" ? "mae = { max = 1e9 }" : "accuracy = 0"} }`,
    ...(fair ? ['[gates.fairness]\ncolumns = ["sex"]\nfavorable = "yes"'] : []),
  ].join("\n");

/** Equal scores, since they have few digits; and answers that the scores say. */
async function weighedRows(
  folder: string,
  input: string,
  kind: Kind,
  rows: number,
  weightOf: WeightOf,
): Promise<WeightsCase> {
  const random = randomOf(rows + input.length);
  const classes = kind === "two" ? ["no", "yes"] : ["a", "b", "c", "d", "e", "f"];
  const all = Array.from({ length: rows }, (_, id) => {
    const label =
      kind === "numbers" ? 1000 + 100 * random() : (classes[Math.floor(random() ** 1.5 * classes.length)] ?? "");
    return { id, label, sex: random() < 0.4 ? "F" : "M", weight: weightOf(random, String(label)) };
  });
  const answer = (label: string | number, noise: number): (string | number)[] => {
    if (kind === "numbers") {
      const middle = Number(label) + noise * (random() - 0.5);
      return [middle, middle - noise * (random() - 0.05), middle, middle + noise * (random() - 0.05)];
    }
    if (kind === "two") {
      const score = Math.min(1, Math.max(0, (label === "yes" ? 0.6 : 0.4) + noise * (random() - 0.5)));
      return [score > 0.5 ? "yes" : "no", score.toFixed(2)];
    }
    const parts = classes.map((name) => Math.round(4 * random() + (name === label ? 2 / noise : 0)));
    const total = parts.reduce((sum, part) => sum + part, 0);
    const shares = parts.map((part) => (total === 0 ? 1 / classes.length : part / total));
    return [classes[shares.indexOf(Math.max(...shares))] ?? "", ...shares];
  };
  const head = {
    two: "prediction,score",
    several: `prediction,${classes.map((name) => `score_${name}`).join(",")}`,
    numbers: "prediction,prediction_q0.1,prediction_q0.5,prediction_q0.9",
  }[kind];
  const files: string[] = [];
  for (const [model, noise] of [1, 1.6].entries()) {
    const lines = all.map(({ id, label, sex, weight }) => [id, sex, weight, label, ...answer(label, noise)].join(","));
    const file = join(folder, `${input} ${model}.csv`);
    await writeFile(file, `${[`id,sex,w,label,${head}`, ...(model === 0 ? lines : lines.reverse())].join("\n")}\n`);
    files.push(file);
  }
  return { input, kind, files, rows, fair: kind === "two" && weightOf !== ofOneClass, resamples: RESAMPLES };
}

/** The results by the names that the reference gives them. */
function flat(
  { candidate, baseline, pairs, slices, fairness }: PredictionResults,
  { kind, rows, input }: WeightsCase,
  wanted: Readonly<Record<string, unknown>>,
): Record<string, number> {
  if (pairs?.rows !== rows) throw new Error(`expected all rows of ${input} to be compared`);
  const metrics = [candidate, baseline].flatMap((model, index) =>
    Object.entries(model?.metrics ?? {}).flatMap(([name, { value }]) =>
      `${index}.${name}` in wanted ? [[`${index}.${name}`, value]] : [],
    ),
  );
  const metric = kind === "numbers" ? "mae" : "accuracy";
  const groups = slices[0]?.groups.flatMap(({ values, candidate: own }) =>
    own[metric] === undefined ? [] : [[`of ${values[0]}`, own[metric].value]],
  );
  const interval = candidate.metrics[metric]?.interval;
  return Object.fromEntries([
    ...metrics,
    ...(groups ?? []),
    ...Object.entries(fairness[0]?.candidate.measures ?? {}).map(([name, { value }]) => [name, value]),
    ...[
      ["low", interval?.low],
      ["high", interval?.high],
    ].map(([name, end]) => [name, end ?? Number.NaN]),
  ]);
}

import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLASS } from "../../src/measurements/predictions/class-scores.ts";
import type { PredictionResults } from "../../src/measurements/predictions/results.ts";
import { EXACT_ROWS } from "../../src/measurements/predictions/sql.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { type Compared, comparedByName } from "./compared.ts";
import { measuredFiles } from "./measured-files.ts";
import { reference } from "./python.ts";

/*
 * The whole way from predictions files to results, by the module's own queries: names with quotes and blanks, rows of
 * the two models in another order, more rows than are kept one by one.
 */

const SCRIPT = readFileSync(new URL("files.py", import.meta.url), "utf8");
const YES = "it's >50K";
const COLUMNS = ["sex", 'of "birth", ü'];
const CONFIG = `
[evaluation]
resamples = 100
[gates.slices]
columns = [['sex', 'of "birth", ü']]
metrics = { accuracy = 0, mae = { max = 1e9 }, pinball = { max = 1e9 }, coverage = { min = 0 } }
min-size = 1
[gates.fairness]
columns = ["sex"]
favorable = "${YES}"
`;

/** Beyond the rows that are kept one by one, scores share bins: areas under curves, and calibration errors, are this near. */
const BINNED = 1e-4;

export async function compareFiles(): Promise<Compared[]> {
  const folder = await mkdtemp(join(tmpdir(), "predictions-"));
  try {
    const cases = await Promise.all([
      classes(folder, "few rows", 500, 1),
      classes(folder, "more rows than are kept one by one", EXACT_ROWS + 20_000, 2),
      several(folder, "several classes", 600, 5),
      several(folder, "more rows of several classes than are kept one by one", EXACT_ROWS + 20_000, 6),
      numbers(folder, "numbers", 400, 3),
      numbers(folder, "more numbers than are kept one by one", EXACT_ROWS + 20_000, 4),
    ]);
    const theirs = (await reference(SCRIPT, cases)) as Record<string, number>[];
    const all: Compared[] = [];
    for (const [index, one] of cases.entries()) {
      const ours = flat(await readingsOf(folder, one));
      const binned = one.rows > EXACT_ROWS;
      const compared = comparedByName(one.input, ours, theirs[index] ?? {});
      all.push(
        ...compared.map((number) =>
          binned && /roc_auc|pr_auc|calibration_error/.test(number.what) ? { ...number, tolerance: BINNED } : number,
        ),
      );
    }
    return all.map((one) => ({
      ...one,
      what: `of files: ${one.what.replace(/^\d\.|group\..*/, (found) => (found.startsWith("g") ? "of groups" : ""))}`,
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface FileCase {
  readonly task: "classification" | "regression";
  readonly input: string;
  readonly rows: number;
  readonly files: readonly string[];
  readonly columns: readonly string[];
  readonly positive: string;
  /** The columns of scores, where there are more than two classes. */
  readonly scores?: readonly string[];
}

async function classes(folder: string, input: string, rows: number, seed: number): Promise<FileCase> {
  const random = randomOf(seed);
  const people = Array.from({ length: rows }, (_unused, id) => {
    const signal = random();
    const groups = [random() < 0.4 ? "F" : "M", ["a", "b,c", 'd"e'][Math.floor(random() * 3)] ?? ""];
    return { id, signal, label: signal + random() > 1.2 ? YES : "<=50K", groups };
  });
  const files = await Promise.all(
    [0.2, 0.4].map((noise, model) => {
      const lines = people.map(({ id, signal, label, groups }) => {
        const score = Math.min(1, Math.max(0, signal + noise * (random() - 0.5)));
        return [id, label, score > 0.6 ? YES : "<=50K", score.toFixed(6), ...groups].map(quoted).join(",");
      });
      // The baseline's rows are in another order: they are found by their id.
      return write(folder, `${seed}-${model}`, "id,label,prediction,score", model === 0 ? lines : lines.reverse());
    }),
  );
  return { task: "classification", input, rows, files, columns: COLUMNS, positive: YES };
}

/** Numbers as classes, of which 10 comes after 9, with probabilities of which some are equal and some are certain. */
async function several(folder: string, input: string, rows: number, seed: number): Promise<FileCase> {
  const random = randomOf(seed);
  const names = ["8", "9", "10"];
  const people = Array.from({ length: rows }, (_unused, id) => {
    const place = Math.floor(random() ** 1.5 * names.length);
    return { id, place, groups: [random() < 0.4 ? "F" : "M", "a"] };
  });
  const files = await Promise.all(
    [1.4, 0.9].map((signal, model) => {
      const lines = people.map(({ id, place, groups }) => {
        const weights = names.map((_name, at) => Math.round(8 * random() + (at === place ? 4 * signal : 0)));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const shares = weights.map((weight) => (total === 0 ? 1 / names.length : weight / total));
        const best = shares.indexOf(Math.max(...shares));
        return [id, names[place], names[best], ...shares, ...groups].map(quoted).join(",");
      });
      const head = ["id,label,prediction", ...names.map((name) => `p_${name}`)].join(",");
      return write(folder, `${seed}-${model}`, head, model === 0 ? lines : lines.reverse());
    }),
  );
  const scores = names.map((name) => `p_${name}`);
  return { task: "classification", input, rows, files, columns: COLUMNS, positive: "", scores };
}

async function numbers(folder: string, input: string, rows: number, seed: number): Promise<FileCase> {
  const random = randomOf(seed);
  const labels = Array.from({ length: rows }, () => 1e6 + 1000 * random());
  // Each is off by something of its own, so that some cross, and some are the label itself.
  const quantiles = (label: number, noise: number): number[] =>
    [0.4, -0.4, 0].map((place) => (random() < 0.05 ? label : label + noise * (place + 0.8 * (random() - 0.5))));
  const files = await Promise.all(
    [50, 80].map((noise, model) => {
      const lines = labels.map((label, row) =>
        [label, label + noise * (random() - 0.45), ...quantiles(label, noise), row % 3 === 0 ? "F" : "M", row % 2]
          .map(quoted)
          .join(","),
      );
      return write(folder, `${seed}-${model}`, `label,prediction,${QUANTILES[model]}`, lines);
    }),
  );
  return { task: "regression", input, rows, files, columns: COLUMNS, positive: "" };
}

const quoted = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;

async function write(folder: string, name: string, head: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, `${name}.csv`);
  await writeFile(file, `${head},${COLUMNS.map(quoted).join(",")}\n${lines.join("\n")}\n`);
  return file;
}

function readingsOf(folder: string, { files, task, scores }: FileCase): Promise<PredictionResults> {
  const config =
    task === "regression" || scores !== undefined ? CONFIG.replace(/\[gates\.fairness\][\s\S]*/, "") : CONFIG;
  return measuredFiles(join(folder, "results"), files, config, scores === undefined ? {} : { scores: `p_${CLASS}` });
}

/** How each of the two models calls its quantiles, in no order. */
const QUANTILES = [
  "prediction_q90,prediction_q5,prediction_q50",
  "prediction_q0.90,prediction_q0.05,prediction_q.5",
] as const;

/** The results by the names that the reference gives them. */
function flat({
  candidate,
  baseline,
  pairs,
  slices,
  fairness,
  task,
  positive,
}: PredictionResults): Record<string, number> {
  const wanted =
    task === "regression"
      ? ["mae", "rmse", "mape", "r2", "pinball", "coverage", "coverage_error", "quantile_crossing"]
      : positive === undefined
        ? ["accuracy", "f1_macro", "roc_auc", "log_loss", "calibration_error"]
        : [
            "accuracy",
            "balanced_accuracy",
            "precision",
            "recall",
            "f1",
            "f1_macro",
            "roc_auc",
            "pr_auc",
            "log_loss",
            "brier",
            "calibration_error",
          ];
  const metrics = [candidate, baseline].flatMap((model, index) =>
    wanted.map((name) => [`${index}.${name}`, model?.metrics[name]?.value ?? Number.NaN]),
  );
  const groups = slices.flatMap((slice) =>
    slice.groups.flatMap((group) =>
      (task === "regression" ? ["mae", "pinball", "coverage"] : ["accuracy"]).map((metric) => [
        // As Python writes a list.
        `group.${metric}.[${group.values.map((value) => JSON.stringify(value)).join(", ")}]`,
        group.candidate[metric]?.value ?? Number.NaN,
      ]),
    ),
  );
  const mcnemar = pairs?.mcnemar;
  return Object.fromEntries([
    ...metrics,
    ...groups,
    ...(mcnemar === undefined
      ? []
      : [
          ["only_candidate", mcnemar.onlyCandidate],
          ["only_baseline", mcnemar.onlyBaseline],
        ]),
    ...Object.entries(fairness[0]?.candidate.measures ?? {}).map(([name, { value }]) => [name, value]),
  ]);
}

import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RANKING_METRICS } from "../../src/measurements/predictions/ranking.ts";
import type { PredictionResults } from "../../src/measurements/predictions/results.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { type Compared, comparedByName } from "./compared.ts";
import { measuredFiles } from "./measured-files.ts";
import { reference } from "./python.ts";

/*
 * Rows that are ranked within groups, from predictions files to metrics: graded and yes-or-no labels, ties, single rows, groups
 * without a relevant row, rows of the two models in another order, and more groups than are kept one by one.
 */

const SCRIPT = readFileSync(new URL("rankings.py", import.meta.url), "utf8");
const GROUP = "the query";
const COUNTRIES = ["Chile", "Peru", "Peru", "Peru", "Cuba"];
const RESAMPLES = 1000;
/** The country is that of a query, and the device is another one in each row. */
const SLICES =
  '[gates.slices]\ncolumns = ["country", "device"]\nmetrics = { ndcg = 0, map = 0, mrr = 0, "ndcg@3" = 0 }\n';
const CONFIG = `[evaluation]\nresamples = ${RESAMPLES}\n${SLICES}`;

/** Two bootstraps' interval ends, as a share of the width: see `bootstrap.ts`, here without a step. */
const END = (4 * Math.SQRT2 * 0.68) / Math.sqrt(RESAMPLES);

interface RankingCase {
  readonly input: string;
  readonly files: readonly string[];
  /** The relevant class; empty for labels that are grades. */
  readonly positive: string;
  readonly resamples: number;
}

export async function compareRankings(): Promise<Compared[]> {
  const folder = await mkdtemp(join(tmpdir(), "rankings-"));
  try {
    const cases = [
      await rankings(folder, "grades", { groups: 120, grades: 4 }),
      await rankings(folder, "few different scores", { groups: 150, grades: 3, digits: 0 }),
      await rankings(folder, "two classes", { groups: 100, grades: 2, positive: "click" }),
      await rankings(folder, "more groups than are kept one by one", { groups: 42_000, grades: 2, most: 4 }),
    ];
    const theirs = (await reference(SCRIPT, cases)) as Record<string, number>[];
    const all = await Promise.all(
      cases.map(async ({ input, files, positive }, at) => {
        const task = positive === "" ? '[evaluation]\ntask = "regression"\n' : "[evaluation]\n";
        const config = CONFIG.replace("[evaluation]\n", task);
        const ours = await measuredFiles(join(folder, `results ${at}`), files, config, { group: GROUP });
        return comparedByName(input, flat(ours), wanted(theirs[at] ?? {})).map((one) => ends(one, theirs[at] ?? {}));
      }),
    );
    return all.flat().map((one) => ({
      ...one,
      what: `of rankings: ${one.what.replace(/^\d\./, "").replace(/ of [A-Z].*/, " by slice")}`,
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was asked for by slice: not all metrics. */
const wanted = (theirs: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(theirs).filter(([name]) => !/^ndcg@(?!3 ).* of /.test(name)));

/** The ends of intervals are compared by their width. */
function ends(one: Compared, theirs: Readonly<Record<string, number>>): Compared {
  const [, name] = /^(?:low|high) (.*)$/.exec(one.what) ?? [];
  if (name === undefined) return one;
  const width = (theirs[`high ${name}`] ?? Number.NaN) - (theirs[`low ${name}`] ?? Number.NaN);
  return { ...one, tolerance: END, scale: width };
}

interface Shape {
  readonly groups: number;
  readonly grades: number;
  readonly digits?: number;
  readonly positive?: string;
  /** Rows of the largest group. */
  readonly most?: number;
}

async function rankings(folder: string, input: string, shape: Shape): Promise<RankingCase> {
  const { groups, grades, digits = 1, positive = "", most = 30 } = shape;
  const random = randomOf(groups);
  const rows = Array.from({ length: groups }, (_unused, group) =>
    Array.from({ length: 1 + Math.floor(most * random()) }, () => {
      // Of many groups some have nothing that is relevant.
      const grade = random() < 0.6 ? 0 : Math.floor(grades * random());
      return { group, grade, label: positive === "" ? grade : grade > 0 ? positive : "an other" };
    }),
  ).flat();
  const files = await Promise.all(
    [3, 5].map(async (noise, model) => {
      const lines = rows.map(({ group, grade, label }, id) => {
        const score = (grade + noise * random()).toFixed(digits);
        const of = `${id},query ${group},${COUNTRIES[group % COUNTRIES.length]},${id % 3}`;
        return positive === "" ? `${of},${label},${score}` : `${of},${label},${label},${score}`;
      });
      const file = join(folder, `${groups} ${model}.csv`);
      const head = `id,${GROUP},country,device,label,prediction${positive === "" ? "" : ",score"}`;
      await writeFile(file, `${[head, ...(model === 0 ? lines : lines.reverse())].join("\n")}\n`);
      return file;
    }),
  );
  return { input, files, positive, resamples: RESAMPLES };
}

/** The results by the names that the reference gives them. */
function flat({ candidate, baseline, pairs, ranking, slices }: PredictionResults): Record<string, number> {
  const values = [candidate, baseline].flatMap((model, index) =>
    RANKING_METRICS.map((name) => [`${index}.${name}`, model?.metrics[name]?.value ?? Number.NaN]),
  );
  const intervals = endsOf(candidate.metrics, pairs?.differences, "");
  const [byCountry, byDevice] = slices;
  if (byDevice?.varying?.columns[0]?.column !== "device" || byCountry?.varying !== undefined)
    throw new Error(
      `expected the device to vary within queries: ${JSON.stringify(slices.map(({ varying }) => varying))}`,
    );
  const sliced = byCountry?.groups.flatMap(({ values: [country], ranked, candidate: own, differences }) => [
    ...["ndcg", "map", "mrr", "ndcg@3"].map((name) => [`${name} of ${country}`, own[name]?.value ?? Number.NaN]),
    ...endsOf(own, differences, ` of ${country}`),
    [`groups of ${country}`, ranked ?? Number.NaN],
  ]);
  const left = (ranking?.groups ?? Number.NaN) - (ranking?.withoutRelevant ?? Number.NaN);
  return Object.fromEntries([
    ...values,
    ...intervals,
    ...(sliced ?? []),
    ["groups", left === pairs?.groups ? left : Number.NaN],
  ]);
}

type Estimates = PredictionResults["candidate"]["metrics"];

/** The ends of the intervals that are compared. */
const endsOf = (metrics: Estimates, differences: Estimates | undefined, where: string) =>
  ["ndcg", "map", "mrr"].flatMap((name) =>
    [[name, metrics[name]] as const, [`${name} difference`, differences?.[name]] as const].flatMap(([of, estimate]) => [
      [`low ${of}${where}`, estimate?.interval?.low ?? Number.NaN],
      [`high ${of}${where}`, estimate?.interval?.high ?? Number.NaN],
    ]),
  );

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PredictionSummary, predictionQueries, summarize } from "../../src/measurements/predictions/summary.ts";
import { planSearch, type SearchRequest } from "../../src/measurements/worst-slices/plan.ts";
import { searchedGroups } from "../../src/measurements/worst-slices/ranked.ts";
import type { WorstSlices } from "../../src/measurements/worst-slices/results.ts";
import { type ScriptRunner, searchSlices } from "../../src/measurements/worst-slices/search.ts";
import { type Random, randomOf } from "../../src/statistics/random.ts";
import { readFile as tableOf } from "../../src/tables/sql.ts";
import { configOf } from "../src/support.ts";
import { duckdb } from "./python.ts";

/** A row of predictions: what is known of it, and whether it is among those that the model is bad at. */
export interface PlantedRow {
  readonly age: number | undefined;
  readonly income: number;
  readonly visits: number;
  readonly region: string;
  readonly plan: string;
  readonly 'the "device"': string;
}

export interface PlantedSet {
  readonly rows: number;
  readonly seed: number;
  readonly task: "classification" | "regression";
  /** The rows that the model is bad at. */
  readonly planted: (row: PlantedRow) => boolean;
}

const REGIONS = ["North", "South", "East", "West's"];

function rowOf(random: Random): PlantedRow {
  const of = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  return {
    age: random() < 0.02 ? undefined : 18 + Math.floor(60 * random()),
    income: Math.exp(3 + random() + random()),
    visits: Math.floor(random() * random() * 12),
    region: of(REGIONS),
    plan: of(["basic", "plus", "pro"]),
    'the "device"': of(["phone", "phone", "desktop", "tablet"]),
  };
}

const quoted = (value: unknown): string => (value === undefined ? "" : `"${String(value).replaceAll('"', '""')}"`);

/** The predictions of a model that is right in nine of ten rows, and in six of ten of the planted ones. */
function csvOf({ rows, seed, task, planted }: PlantedSet): { readonly csv: string; readonly people: PlantedRow[] } {
  const random = randomOf(seed);
  const people = Array.from({ length: rows }, () => rowOf(random));
  const lines = people.map((row) => {
    const bad = planted(row);
    const answer =
      task === "regression"
        ? [(100 * random()).toFixed(3)].flatMap((label) => [
            label,
            Number(label) + (bad ? 5 : 2) * (random() + random() + random() - 1.5),
          ])
        : [random() < 0.3 ? "yes" : "no"].flatMap((label) => [
            label,
            random() < (bad ? 0.4 : 0.1) ? (label === "yes" ? "no" : "yes") : label,
          ]);
    return [...answer, ...Object.values(row)].map(quoted).join(",");
  });
  const head = ["label", "prediction", ...Object.keys(people[0] ?? {})].map(quoted).join(",");
  return { csv: `${head}\n${lines.join("\n")}\n`, people };
}

/** Searches a file by the scripts of the containers. */
export async function searched(set: PlantedSet): Promise<WorstSlices & { readonly people: readonly PlantedRow[] }> {
  const root = await mkdtemp(join(tmpdir(), "slices ü-"));
  try {
    const file = join(root, "predictions.csv");
    const { csv, people } = csvOf(set);
    await writeFile(file, csv);
    return { ...(await searchFile(root, file, set.task)), people };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export async function searchFile(root: string, file: string, task: PlantedSet["task"]): Promise<WorstSlices> {
  const found = await searchedIn(root, file, task, {});
  if (typeof found === "string") throw new Error(found);
  return found;
}

/** What is searched, and what the project calls its columns. */
interface Search extends SearchRequest {
  readonly group?: string;
}

async function searchedIn(
  root: string,
  file: string,
  task: PlantedSet["task"],
  { group, ...request }: Search,
): Promise<WorstSlices | string> {
  const table = tableOf(file.endsWith(".parquet") ? "parquet" : "csv", file);
  const { evaluation } = configOf("");
  const settings = { evaluation, columns: group === undefined ? {} : { group } };
  const plan = planSearch(await summaryOf(table, task), table, settings, request);
  if (typeof plan === "string") return plan;
  const folders: string[] = [];
  const runner: ScriptRunner = {
    async run(name, statements) {
      const folder = join(root, name);
      await mkdir(folder);
      const script = join(root, `${name}.sql`);
      await writeFile(script, statements(folder, folders.at(-1) ?? ""));
      await duckdb("-bail", "-f", script);
      folders.push(folder);
      return (written) => readFile(join(folder, written), "utf8");
    },
  };
  const groups = await searchedGroups(plan, request.columns !== undefined, runner);
  return typeof groups === "string" ? groups : searchSlices(groups, evaluation.confidence, runner);
}

/** A query, whose rows are ranked. */
export interface PlantedQuery {
  readonly country: string;
  readonly segment: string;
}

/**
 * Searches rankings by the scripts of the containers: queries of five rows, of two classes or of grades, whose order is nearly right but in
 * the planted ones. The price is another one in each row.
 */
export async function searchedRankings(
  {
    rows: queries,
    seed,
    task,
    planted,
  }: Omit<PlantedSet, "planted"> & {
    readonly planted: (query: PlantedQuery) => boolean;
  },
  request: SearchRequest = {},
): Promise<WorstSlices | string> {
  const random = randomOf(seed);
  const of = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const lines = Array.from({ length: queries }, (_, query) => {
    const asked = { country: of(["Chile", "Peru", "", "Cuba"]), segment: of(["new", "old", "gone"]) };
    return Array.from({ length: 5 }, (_row, place) => {
      const grade = task === "regression" ? place % 3 : Number(place === 2);
      const score = (grade + (planted(asked) ? 4 : 1.5) * random()) / 10;
      const answer = task === "regression" ? [grade, score] : [grade === 1 ? "yes" : "no", "no", score];
      return [`q ${query}`, asked.country, asked.segment, Math.floor(100 * random()), ...answer].join(",");
    });
  }).flat();
  const head = `query,country,segment,price,label,prediction${task === "regression" ? "" : ",score"}`;
  const root = await mkdtemp(join(tmpdir(), "rankings-"));
  try {
    const file = join(root, "predictions.csv");
    await writeFile(file, `${head}\n${lines.join("\n")}\n`);
    return await searchedIn(root, file, task, { group: "query", ...request });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function summaryOf(table: string, task: PlantedSet["task"]): Promise<PredictionSummary> {
  const { counts, answers, labels } = predictionQueries(table);
  const [first, second, third] = await Promise.all(
    [counts, answers, labels].map(async (sql) => JSON.parse(await duckdb("-json", "-c", sql)) as never[]),
  );
  return summarize({ file: "predictions", counts: first?.[0], answers: second ?? [], labels: third ?? [] }, task);
}

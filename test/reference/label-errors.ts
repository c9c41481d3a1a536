import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { labelErrors, labelErrorsQuery, labelErrorsSchema } from "../../src/measurements/doubtful-rows/labels.ts";
import type { LabelErrors } from "../../src/measurements/doubtful-rows/results.ts";
import { planMeasurement } from "../../src/measurements/predictions/plan.ts";
import { predictionQueries, summarize } from "../../src/measurements/predictions/summary.ts";
import { parseRows } from "../../src/tables/duckdb.ts";
import { literal, readFile as tableOf } from "../../src/tables/sql.ts";
import { configOf } from "../src/support.ts";
import { pythonEnvironment } from "../support/python-environment.ts";
import { duckdb, referenceIn } from "./python.ts";

/** What cleanlab is given: the place of each row's label, and the scores of all classes. */
export interface LabelCase {
  readonly labels: readonly number[];
  readonly scores: readonly (readonly number[])[];
}

const CLEANLAB = ["cleanlab==2.9.0", "numpy==2.4.6", "pandas==3.1.1", "scikit-learn==1.9.1", "scipy==1.17.1"];

const found = z.array(z.object({ rows: z.array(z.number()), thresholds: z.array(z.number()) }));

/** What cleanlab finds in each case: the rows with the lowest score of their label first. */
export async function byCleanlab(cases: readonly LabelCase[]): Promise<z.output<typeof found>> {
  const script = await readFile(new URL("label_errors.py", import.meta.url), "utf8");
  return found.parse(await referenceIn(await pythonEnvironment("cleanlab", CLEANLAB), script, cases));
}

/** What the module finds, by the query of its containers. Of two classes there is the score of the second. */
export async function byQuery({ labels, scores }: LabelCase): Promise<LabelErrors> {
  const root = await mkdtemp(join(tmpdir(), "labels ü-"));
  try {
    const file = join(root, "predictions.csv");
    const classes = scores[0]?.map((_, at) => `class ${at}`) ?? [];
    const columns = classes.length === 2 ? ["score"] : classes.map((name) => `"score_${name}"`);
    const lines = scores.map((row, at) => {
      const answer = classes[row.indexOf(Math.max(...row))];
      return [classes[labels[at] ?? 0], answer, ...(classes.length === 2 ? [row[1]] : row)].join(",");
    });
    await writeFile(file, `label,prediction,${columns.join(",")}\n${lines.join("\n")}\n`);
    const table = tableOf("csv", file);
    const queries = predictionQueries(table);
    const [counts, answers, labelled] = await Promise.all(
      [queries.counts, queries.answers, queries.labels].map(
        async (sql) => JSON.parse(await duckdb("-json", "-c", sql)) as never[],
      ),
    );
    const summary = summarize(
      { file: "predictions", counts: counts?.[0], answers: answers ?? [], labels: labelled ?? [] },
      "classification",
    );
    const plan = planMeasurement([summary], [table], configOf("").evaluation, {});
    const asked = typeof plan === "string" ? undefined : labelErrorsQuery(plan);
    if (typeof plan === "string" || asked === undefined) throw new Error(`nothing to ask: ${JSON.stringify(plan)}`);
    const out = join(root, "found.json");
    await duckdb(
      "-bail",
      "-c",
      `${asked.before.join("\n")} COPY (${asked.sql}) TO ${literal(out)} (FORMAT json, ARRAY true);`,
    );
    const [row] = parseRows(await readFile(out, "utf8"), labelErrorsSchema, "found.json");
    if (row === undefined) throw new Error("the query has no row");
    return labelErrors(row, plan.classes);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

import type { Grouping } from "../config/forms.ts";
import type { MutableFile, Mutant } from "../measurements/mutants.ts";
import { type ClassValue, sameClass } from "../measurements/predictions/class-names.ts";
import type { Task } from "../measurements/predictions/results.ts";
import { groupKey } from "../measurements/predictions/sql.ts";
import { spellingsOf } from "../measurements/predictions/summary.ts";
import { identifier, literal } from "../tables/sql.ts";

/* Ways to spoil a model's predictions that several gates must notice. Each keeps the rows and their order. */

const LABEL = identifier("label");
const PREDICTION = identifier("prediction");

/**
 * Each row gets the answer, the score and the quantiles of a random row: the answers keep their frequencies, but no longer depend on
 * the row.
 */
export const shuffled: Mutant = {
  name: "answers shuffled among the rows",
  predictions: ({ table, columns, quantiles }) => {
    const moved = [...["prediction", "score"].filter((name) => columns.includes(name)), ...quantiles].map(identifier);
    return `
      WITH numbered AS (SELECT *, row_number() OVER () AS ml_pipeline_row FROM ${table}),
      dealt AS (
        SELECT ${moved.join(", ")}, row_number() OVER (ORDER BY hash(ml_pipeline_row), ml_pipeline_row) AS ml_pipeline_row
        FROM numbered
      )
      SELECT numbered.* EXCLUDE (ml_pipeline_row) REPLACE (${moved.map((column) => `dealt.${column} AS ${column}`).join(", ")})
      FROM numbered JOIN dealt USING (ml_pipeline_row) ORDER BY ml_pipeline_row`;
  },
};

/** Every answer is wrong in the smallest group that the gate judges. */
export const wrongInOneGroup = (grouping: Grouping, minimumSize: number): Mutant => ({
  name: `every answer wrong in one group of ${[grouping].flat().join(" and ")}`,
  predictions: (file) =>
    `SELECT * REPLACE (CASE WHEN ${inSmallestGroup(file, grouping, minimumSize)} THEN ${wrongAnswer(file)} ELSE ${PREDICTION}::VARCHAR END AS ${PREDICTION}) FROM ${file.table}`,
});

/**
 * Every answer is wrong in a fifth of the rows, and a column says which. It takes the place of the first of the columns that are searched,
 * where these are named.
 */
export const wrongWhereNobodyLooks = ([column]: readonly string[] = []): Mutant => ({
  name: "every answer wrong in a group of a fifth of the rows, which nobody named",
  predictions: (file) => {
    const group = "CASE WHEN ml_pipeline_row % 5 = 0 THEN 'spoiled' ELSE 'as they were' END";
    const answer = `CASE WHEN ml_pipeline_row % 5 = 0 THEN ${wrongAnswer(file)} ELSE ${PREDICTION}::VARCHAR END AS ${PREDICTION}`;
    const numbered = `(SELECT *, row_number() OVER () AS ml_pipeline_row FROM ${file.table})`;
    return column === undefined
      ? `SELECT * EXCLUDE (ml_pipeline_row) REPLACE (${answer}), ${group} AS ml_pipeline_group FROM ${numbered} ORDER BY ml_pipeline_row`
      : `SELECT * EXCLUDE (ml_pipeline_row) REPLACE (${answer}, ${group} AS ${identifier(column)}) FROM ${numbered} ORDER BY ml_pipeline_row`;
  },
});

/** The smallest group that the gate judges never gets the favourable answer. */
export const neverInOneGroup = (grouping: Grouping, minimumSize: number, favorable: ClassValue): Mutant => ({
  name: `never ${JSON.stringify(String(favorable))} in one group of ${[grouping].flat().join(" and ")}`,
  predictions: (file) =>
    `SELECT * REPLACE (CASE WHEN ${inSmallestGroup(file, grouping, minimumSize)} THEN ${otherAnswer(file, favorable)} ELSE ${PREDICTION}::VARCHAR END AS ${PREDICTION}) FROM ${file.table}`,
});

/** An evaluation that leaves out the rows that it has wrong: a twentieth of all. */
export const wrongRowsLeftOut: Mutant = {
  name: "rows with wrong answers left out of the evaluation",
  ofKnownRows: true,
  predictions: (file) => withoutWorst(file, "greatest(1, count(*) OVER () // 20)"),
};

/** @param rows how many are left out, as SQL */
export const withoutWorst = ({ table, columns, task }: MutableFile, rows: string): string => `
  SELECT ${columns.map(identifier).join(", ")} FROM (SELECT *, row_number() OVER () AS ml_pipeline_row FROM ${table})
  QUALIFY row_number() OVER (ORDER BY ${errorOf(task)} DESC, ml_pipeline_row) > ${rows} ORDER BY ml_pipeline_row`;

/** How wrong an answer is: of numbers their distance, of classes 0 or 1. One class may be written as several spellings of a number. */
export const errorOf = (task: Task): string => {
  const [label, prediction] = [LABEL, PREDICTION].map((column) => `try_cast(${column}::VARCHAR AS DOUBLE)`);
  return task === "regression"
    ? `abs(${prediction} - ${label})`
    : `(${LABEL}::VARCHAR IS DISTINCT FROM ${PREDICTION}::VARCHAR AND coalesce(${label} <> ${prediction}, true))::INTEGER`;
};

/** An evaluation that takes the model's answers for labels. */
export const labelsAsAnswered: Mutant = {
  name: "the model's answers in the place of the labels",
  predictions: ({ table }) => `SELECT * REPLACE (${PREDICTION} AS ${LABEL}) FROM ${table}`,
};

/** Scores of what does not come true: every row has the label of another class. */
export const labelsTurned: Mutant = {
  name: "every label another class, so that scores are sure of what does not come true",
  predictions: (file) => `SELECT * REPLACE (${wrongAnswer(file)} AS ${LABEL}) FROM ${file.table}`,
};

/** A model that has seen the labels. */
export const allRight: Mutant = {
  name: "every answer right, as if a feature leaked the label",
  isBest: true,
  predictions: ({ table, columns, task, quantiles }) => {
    const score = identifier("score");
    const better =
      columns.includes("score") && task === "classification"
        ? [
            `(CASE WHEN ${LABEL} = ${PREDICTION} THEN ${score} ELSE (1 - try_cast(${score} AS DOUBLE))::VARCHAR END) AS ${score}`,
          ]
        : [];
    return `SELECT * REPLACE (${[PREDICTION, ...quantiles.map(identifier)]
      .map((column) => `${LABEL} AS ${column}`)
      .concat(better)
      .join(", ")}) FROM ${table}`;
  },
};

/** The most frequent answer that is not this one. */
export const otherAnswer = (file: MutableFile, unwanted: ClassValue): string =>
  `(SELECT mode(${PREDICTION}::VARCHAR) FROM ${file.table} WHERE NOT ${isAnswer(file, unwanted)})`;

/** Whether a row has this answer, in whatever spelling. */
export function isAnswer({ answers }: MutableFile, wanted: ClassValue): string {
  const spellings = answers.filter(({ answer }) => sameClass(answer, wanted)).flatMap(spellingsOf);
  return `${PREDICTION}::VARCHAR IN (${[String(wanted), ...spellings].map(literal).join(", ")})`;
}

/** Whether a row is in the smallest group that a gate judges. */
export function inSmallestGroup({ table }: MutableFile, grouping: Grouping, minimumSize: number): string {
  const key = groupKey([grouping].flat());
  return `${key} = (SELECT ${key} FROM ${table} GROUP BY ALL HAVING count(*) >= ${minimumSize} ORDER BY count(*), 1 LIMIT 1)`;
}

/** A class other than the label, or a number that is ten standard deviations away from it. */
export const wrongAnswer = ({ table, task }: MutableFile): string =>
  task === "regression"
    ? `(${LABEL}::DOUBLE + 10 * (SELECT stddev(try_cast(${LABEL} AS DOUBLE)) FROM ${table}))::VARCHAR`
    : `(CASE WHEN ${LABEL} = (SELECT min(${LABEL}) FROM ${table}) THEN (SELECT max(${LABEL}) FROM ${table}) ELSE (SELECT min(${LABEL}) FROM ${table}) END)::VARCHAR`;

import { identifier, literal, numberOf } from "../tables/sql.ts";
import type { TableRows } from "../tables/table.ts";

/* Queries over the log of live predictions and the labels that arrived later. */

export interface LabelSources {
  readonly log: TableRows;
  /** The table of labels; absent if only the log has labels. */
  readonly labels?: TableRows | undefined;
  /** The column to join them by. */
  readonly id: string;
  /** Further columns of the log. */
  readonly further?: readonly string[];
}

/** The number of rows with a repeated ID, on each side of the join. */
export interface IdFacts {
  readonly repeatedInLog: number;
  readonly repeatedInLabels: number;
  /** The number of labels, and of those whose ID is in the log. */
  readonly labels: number;
  readonly matched: number;
}

/** An ID as text: without blanks around it, and 1.0 as 1, since pandas writes so where a column has gaps. */
const idText = (column: string): string => `regexp_replace(trim(${column}::VARCHAR), '^([+-]?\\d+)\\.0*$', '\\1')`;

export const idFacts = (log: TableRows, labels: TableRows, id: string): string => {
  const repeated = ({ rows }: TableRows): string =>
    `(SELECT count(${identifier(id)}) - count(DISTINCT ${idText(identifier(id))}) FROM (${rows}))`;
  const ids = ({ rows }: TableRows): string => `SELECT ${idText(identifier(id))} AS id FROM (${rows})`;
  const matched = `(SELECT count(*) FROM (${ids(labels)}) SEMI JOIN (${ids(log)}) USING (id))`;
  const labelled = `(SELECT count(*) FROM (${labels.rows}) WHERE label IS NOT NULL)`;
  return `SELECT ${repeated(log)} AS "repeatedInLog", ${repeated(labels)} AS "repeatedInLabels", ${labelled} AS labels, ${matched} AS matched`;
};

/** The rows of the log with a known label. A label from the table takes precedence over one in the log. */
export function labelledRows({ log, labels, id, further = [] }: LabelSources): string {
  const others = [...(log.columns.includes("score") ? ["score"] : []), ...further]
    .map((column) => `, log.${identifier(column)} AS ${identifier(column)}`)
    .join("");
  const logged = log.columns.includes("label") ? "log.label" : undefined;
  if (labels === undefined) {
    return `SELECT log.label AS label, log.prediction AS prediction${others} FROM (${log.rows}) AS log WHERE label IS NOT NULL`;
  }
  const later = "later.label";
  const label = logged === undefined ? later : `coalesce(${later}::VARCHAR, ${logged}::VARCHAR)`;
  return `
    SELECT ${label} AS label, log.prediction AS prediction${others}
    FROM (${log.rows}) AS log LEFT JOIN (${labels.rows}) AS later
      ON ${idText(`log.${identifier(id)}`)} = ${idText(`later.${identifier(id)}`)}
    WHERE ${label} IS NOT NULL`;
}

/** The predictions in the reference itself. */
export const referencePredictions = (
  { rows, columns }: TableRows,
  label: string,
  further: readonly string[] = [],
): string =>
  `SELECT ${identifier(label)} AS label, prediction${[...(columns.includes("score") ? ["score"] : []), ...further].map((column) => `, ${identifier(column)}`).join("")} FROM (${rows}) WHERE ${identifier(label)} IS NOT NULL AND prediction IS NOT NULL`;

/** How fine scores are told apart: the odds of those in one cell differ by a twentieth. */
const ODDS_STEPS = 20;

/**
 * Rows of the log by their answer and nearly equal scores, as `ScoredCell`. Steps of the odds are fine near 0 and 1 as well, where
 * the scores of rare classes are. Scores that are no probabilities are in a cell of their own.
 */
export const scoredCells = ({ rows }: TableRows): string => `
  SELECT prediction, avg(score) AS score, count(*) AS "rows" FROM (
    SELECT prediction::VARCHAR AS prediction, ${numberOf("score::VARCHAR")} AS score FROM (${rows})
  ) WHERE prediction IS NOT NULL AND score IS NOT NULL
  GROUP BY prediction, CASE WHEN score BETWEEN 0 AND 1 THEN round(ln((score + 1e-9) / (1 - score + 1e-9)) * ${ODDS_STEPS}) END`;

export const toParquet = (select: string, file: string): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT parquet);`;

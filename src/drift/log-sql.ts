import { identifier, literal } from "../tables/sql.ts";
import type { TableRows } from "../tables/table.ts";

/* The log of live predictions and the labels that came later. */

export interface LabelSources {
  readonly log: TableRows;
  /** The table of labels; absent where the log alone has them. */
  readonly labels?: TableRows | undefined;
  /** The column that both have. */
  readonly id: string;
}

/** How the ids of log and labels fit together. */
export interface IdFacts {
  readonly repeatedInLog: number;
  readonly repeatedInLabels: number;
}

export const idFacts = (log: TableRows, labels: TableRows, id: string): string => {
  const repeated = ({ rows }: TableRows): string =>
    `(SELECT count(${identifier(id)}) - count(DISTINCT ${identifier(id)}::VARCHAR) FROM (${rows}))`;
  return `SELECT ${repeated(log)} AS "repeatedInLog", ${repeated(labels)} AS "repeatedInLabels"`;
};

/** The rows of the log whose labels are known; a label that came later counts more than one in the log. */
export function labelledRows({ log, labels, id }: LabelSources): string {
  const score = log.columns.includes("score") ? ", log.score AS score" : "";
  const logged = log.columns.includes("label") ? "log.label" : undefined;
  if (labels === undefined) {
    return `SELECT log.label AS label, log.prediction AS prediction${score} FROM (${log.rows}) AS log WHERE label IS NOT NULL`;
  }
  const later = "later.label";
  const label = logged === undefined ? later : `coalesce(${later}::VARCHAR, ${logged}::VARCHAR)`;
  return `
    SELECT ${label} AS label, log.prediction AS prediction${score}
    FROM (${log.rows}) AS log LEFT JOIN (${labels.rows}) AS later
      ON log.${identifier(id)}::VARCHAR = later.${identifier(id)}::VARCHAR
    WHERE ${label} IS NOT NULL`;
}

/** Predictions that the reference itself has. */
export const referencePredictions = ({ rows, columns }: TableRows, label: string): string =>
  `SELECT ${identifier(label)} AS label, prediction${columns.includes("score") ? ", score" : ""} FROM (${rows}) WHERE ${identifier(label)} IS NOT NULL AND prediction IS NOT NULL`;

export const toParquet = (select: string, file: string): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT parquet);`;

import { identifier, literal, readTables } from "../data/sql.ts";

/* The log of live predictions and the labels that came later. */

/** Columns of the files of the log, of the labels, or of the reference, in the order of the files' own. */
export const columnsQuery = (paths: readonly string[]): string =>
  `SELECT column_name AS name FROM (DESCRIBE SELECT * FROM ${readTables(paths)})`;

export interface LabelSources {
  /** The files of the log, and its columns. */
  readonly log: readonly string[];
  readonly columns: readonly string[];
  /** The files of labels; none where the log alone has them. */
  readonly labels: readonly string[];
  /** The column that both have. */
  readonly id: string;
}

/** How the ids of log and labels fit together. */
export interface IdFacts {
  readonly repeatedInLog: number;
  readonly repeatedInLabels: number;
}

export const idFacts = ({ log, labels, id }: LabelSources): string => {
  const repeated = (paths: readonly string[]): string =>
    `(SELECT count(${identifier(id)}) - count(DISTINCT ${identifier(id)}::VARCHAR) FROM ${readTables(paths)})`;
  return `SELECT ${repeated(log)} AS "repeatedInLog", ${repeated(labels)} AS "repeatedInLabels"`;
};

/** The rows of the log whose labels are known; a label that came later counts more than one in the log. */
export function labelledRows({ log, columns, labels, id }: LabelSources): string {
  const score = columns.includes("score") ? ", log.score AS score" : "";
  const own = columns.includes("label") ? "log.label" : undefined;
  if (labels.length === 0) {
    return `SELECT log.label AS label, log.prediction AS prediction${score} FROM ${readTables(log)} AS log WHERE label IS NOT NULL`;
  }
  const later = "later.label";
  const label = own === undefined ? later : `coalesce(${later}::VARCHAR, ${own}::VARCHAR)`;
  return `
    SELECT ${label} AS label, log.prediction AS prediction${score}
    FROM ${readTables(log)} AS log LEFT JOIN ${readTables(labels)} AS later
      ON log.${identifier(id)}::VARCHAR = later.${identifier(id)}::VARCHAR
    WHERE ${label} IS NOT NULL`;
}

/** Predictions that the reference itself has. */
export const referencePredictions = (paths: readonly string[], columns: readonly string[], label: string): string =>
  `SELECT ${identifier(label)} AS label, prediction${columns.includes("score") ? ", score" : ""} FROM ${readTables(paths)} WHERE ${identifier(label)} IS NOT NULL AND prediction IS NOT NULL`;

export const toParquet = (select: string, file: string): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT parquet);`;

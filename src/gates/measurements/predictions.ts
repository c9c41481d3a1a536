import { FILE_COLUMN, identifier } from "../../data/sql.ts";

/** One row of counts over all predictions; a column that the file lacks leaves its counts undefined. */
export interface PredictionCounts {
  readonly rows: number;
  readonly [count: string]: number;
}

export interface AnswerCount {
  readonly answer: string | null;
  readonly rows: number;
}

/** What the gates need to know of one model's predictions. */
export interface PredictionSummary {
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly string[];
  /** Rows without a value, by column; and rows whose value is NaN or infinite. */
  readonly missing: Readonly<Record<string, number>>;
  readonly nonfinite: Readonly<Record<string, number>>;
  /** Each answer of the model with its number of rows, the most frequent first; at most a thousand. */
  readonly answers: readonly { readonly answer: string; readonly rows: number }[];
}

const MOST_ANSWERS = 1000;

/** The two queries that are asked of a predictions file. */
export function predictionQueries(table: string): { counts: string; answers: string } {
  const column = "COLUMNS('((?s).*)')";
  const prediction = identifier("prediction");
  return {
    counts:
      `SELECT count(*) AS "rows", count(${column}) AS 'present:\\1', ` +
      `count(*) FILTER (NOT isfinite(try_cast(${column}::VARCHAR AS DOUBLE))) AS 'nonfinite:\\1' FROM ${table}`,
    answers: `SELECT ${prediction}::VARCHAR AS answer, count(*) AS "rows" FROM ${table} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST_ANSWERS}`,
  };
}

export function summarize(
  file: string,
  counts: PredictionCounts | undefined,
  answers: readonly AnswerCount[],
): PredictionSummary {
  const rows = counts?.rows ?? 0;
  const byKind = (kind: string): [string, number][] =>
    Object.entries(counts ?? {})
      .filter(([key]) => key.startsWith(`${kind}:`))
      .map(([key, value]) => [key.slice(kind.length + 1), value]);
  const present = byKind("present").filter(([name]) => name !== FILE_COLUMN);
  return {
    file,
    rows,
    columns: present.map(([name]) => name),
    missing: Object.fromEntries(present.map(([name, count]) => [name, rows - count])),
    nonfinite: Object.fromEntries(byKind("nonfinite")),
    answers: answers.flatMap(({ answer, rows }) => (answer === null ? [] : [{ answer, rows }])),
  };
}

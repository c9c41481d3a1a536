import { identifier } from "../../tables/sql.ts";
import type { Task } from "./results.ts";

/** The summary of one model's predictions file. */
export interface PredictionSummary {
  readonly file: string;
  readonly task: Task;
  readonly rows: number;
  readonly columns: readonly string[];
  /** By column: rows without a value, rows whose value is a number, and rows whose value is NaN or infinite. */
  readonly missing: Readonly<Record<string, number>>;
  readonly numeric: Readonly<Record<string, number>>;
  readonly nonfinite: Readonly<Record<string, number>>;
  /** The least and the greatest number of each column that has numbers. */
  readonly extent: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
  /** Each answer of the model with its number of rows, the most frequent first; and each label. At most a thousand. */
  readonly answers: readonly AnswerCount[];
  readonly labels: readonly AnswerCount[];
  /** Whether there are more answers, or more labels, than that. */
  readonly moreAnswers: boolean;
  /** Rows of the files that `gates.schema.rows-of` names. */
  readonly expectedRows?: number;
}

export interface AnswerCount {
  readonly answer: string;
  readonly rows: number;
}

/** One row of counts over all predictions; a column that the file lacks leaves its counts undefined. */
export type PredictionCounts = Readonly<Record<string, number | null>> & { readonly rows: number };

export interface RawAnswer {
  readonly answer: string | null;
  readonly rows: number;
}

const MAX_ANSWERS = 1000;
/** With more different labels than this, numbers are taken for a regression. */
const MAX_CLASSES = 100;

/** The three queries over a predictions file, which work whatever columns it has. */
export function predictionQueries(table: string): { counts: string; answers: string; labels: string } {
  const column = "COLUMNS('((?s).*)')";
  const number = `try_cast(${column}::VARCHAR AS DOUBLE)`;
  const frequencies = (name: string): string =>
    `SELECT ${identifier(name)}::VARCHAR AS answer, count(*) AS "rows" FROM ${table} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MAX_ANSWERS + 1}`;
  return {
    counts: [
      `SELECT count(*) AS "rows", count(${column}) AS 'present:\\1', count(${number}) AS 'numeric:\\1',`,
      `count(*) FILTER (NOT isfinite(${number})) AS 'nonfinite:\\1',`,
      `count(*) FILTER (${number} <> floor(${number})) AS 'decimal:\\1',`,
      `min(${number}) FILTER (isfinite(${number})) AS 'low:\\1', max(${number}) FILTER (isfinite(${number})) AS 'high:\\1'`,
      `FROM ${table}`,
    ].join(" "),
    answers: frequencies("prediction"),
    labels: frequencies("label"),
  };
}

export interface RawSummary {
  readonly file: string;
  readonly counts: PredictionCounts | undefined;
  readonly answers: readonly RawAnswer[];
  readonly labels: readonly RawAnswer[];
  readonly expectedRows?: number;
}

export function summarize(
  { file, counts, answers, labels, expectedRows }: RawSummary,
  task: Task | undefined,
): PredictionSummary {
  const rows = counts?.rows ?? 0;
  const byKind = (kind: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(counts ?? {}).flatMap(([key, value]) =>
        key.startsWith(`${kind}:`) && value !== null ? [[key.slice(kind.length + 1), value]] : [],
      ),
    );
  const present = byKind("present");
  const [low, high] = [byKind("low"), byKind("high")];
  const counted = {
    file,
    rows,
    columns: Object.keys(present),
    missing: Object.fromEntries(Object.entries(present).map(([name, count]) => [name, rows - count])),
    numeric: byKind("numeric"),
    nonfinite: byKind("nonfinite"),
    extent: Object.fromEntries(
      Object.entries(low).map(([name, least]) => [name, { low: least, high: high[name] ?? least }]),
    ),
    moreAnswers: answers.length > MAX_ANSWERS || labels.length > MAX_ANSWERS,
    ...(expectedRows === undefined ? {} : { expectedRows }),
  };
  const isNumber = (name: string): boolean => rows > 0 && counted.numeric[name] === rows;
  const numbers = isNumber("label") && isNumber("prediction");
  const decimals = (byKind("decimal").label ?? 0) + (byKind("decimal").prediction ?? 0) > 0;
  const guessed = numbers && (decimals || labels.length > MAX_CLASSES) ? "regression" : "classification";
  return {
    ...counted,
    task: task ?? guessed,
    answers: frequencies(answers, numbers && !decimals),
    labels: frequencies(labels, numbers && !decimals),
  };
}

/** Counts 1.0 and 1 as one class, since pandas may write either. */
function frequencies(raw: readonly RawAnswer[], wholeNumbers: boolean): AnswerCount[] {
  const counts = new Map<string, number>();
  for (const { answer, rows } of raw.slice(0, MAX_ANSWERS)) {
    if (answer === null) continue;
    const name = wholeNumbers ? String(Number(answer)) : answer;
    counts.set(name, (counts.get(name) ?? 0) + rows);
  }
  return [...counts].map(([answer, rows]) => ({ answer, rows }));
}

/** Whether all labels and answers are whole numbers, which are then classes by their value. */
export const hasWholeNumberClasses = ({ labels, answers }: PredictionSummary): boolean =>
  [...labels, ...answers].every(({ answer }) => /^-?\d+$/.test(answer));

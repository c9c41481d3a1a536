import { identifier } from "../../tables/sql.ts";
import { classNaming } from "./class-names.ts";
import type { Task } from "./results.ts";

/** The summary of one model's predictions file. */
export interface PredictionSummary {
  readonly file: string;
  readonly task: Task;
  /** How many different labels the task was guessed from, where all are whole numbers and nobody configured it. */
  readonly guessedLabels?: number;
  /** Rows whose label is zero; relative errors are undefined where there are any. */
  readonly zeroLabels?: number;
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
  /** The name of the class, or the number as text. */
  readonly answer: string;
  readonly rows: number;
  /** How the file writes it, where that is not its name alone: `1.0` and `True` of `1`. */
  readonly spellings?: readonly string[];
}

/** How a file writes an answer. */
export const spellingsOf = ({ answer, spellings = [answer] }: AnswerCount): readonly string[] => spellings;

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
      `count(*) FILTER (${number} = 0) AS 'zero:\\1',`,
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
  const nameOf = classNaming([...labels, ...answers].flatMap(({ answer }) => answer ?? []));
  const zeroLabels = byKind("zero").label ?? 0;
  const namedLabels = frequencies(labels, nameOf);
  return {
    ...counted,
    task: task ?? guessed,
    ...(task === undefined && numbers && !decimals ? { guessedLabels: namedLabels.length } : {}),
    ...(zeroLabels === 0 ? {} : { zeroLabels }),
    answers: frequencies(answers, nameOf),
    labels: namedLabels,
  };
}

/** Counts the spellings of one class together: pandas may write 1.0 or 1, and True or 1. */
function frequencies(raw: readonly RawAnswer[], nameOf: (spelling: string) => string): AnswerCount[] {
  const counts = new Map<string, { rows: number; readonly spellings: string[] }>();
  for (const { answer, rows } of raw.slice(0, MAX_ANSWERS)) {
    if (answer === null) continue;
    const name = nameOf(answer);
    const count = counts.get(name);
    if (count === undefined) counts.set(name, { rows, spellings: [answer] });
    else {
      count.rows += rows;
      count.spellings.push(answer);
    }
  }
  return [...counts].map(([answer, { rows, spellings }]) => ({
    answer,
    rows,
    ...(spellings.length === 1 && spellings[0] === answer ? {} : { spellings }),
  }));
}

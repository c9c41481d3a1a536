import type { Grouping } from "../config/forms.ts";
import type { HarmFacts, ModelHarm } from "../measurements/harms.ts";
import type { MutableFile, Mutant } from "../measurements/mutants.ts";
import { groupKey } from "../measurements/predictions/sql.ts";
import { identifier, literal } from "../tables/sql.ts";
import { countOfRows } from "./harms.ts";

/*
 * Ways to spoil a ranking that keep its groups whole: the rows of a group are put into the wrong order. An answer that is wrong by the same
 * number in all rows of a group would leave their order as it is.
 */

const [LABEL, PREDICTION, SCORE] = ["label", "prediction", "score"].map(identifier) as [string, string, string];

/** The order is turned in the smallest group of rows that the gate judges by its rankings. */
export const turnedInOneGroup = (grouping: Grouping, minimumSize: number): Mutant => ({
  name: `the order turned in one group of ${[grouping].flat().join(" and ")}`,
  predictions: (file) => turned(file, { where: inFewestRanked(file, grouping, minimumSize) }),
});

/** The same in so many of its rows, by whole ranked groups. */
export const turnedInGroup = (grouping: Grouping, minimumSize: number, facts: HarmFacts): ModelHarm => ({
  ...countOfRows(`the order turned in the smallest group of ${[grouping].flat().join(" and ")}`, facts),
  mutant: (rows) => ({
    name: "order turned",
    predictions: (file) => turned(file, { where: inFewestRanked(file, grouping, minimumSize), rows }),
  }),
  keepsClasses: true,
});

/** The order is turned in a fifth of the ranked groups, and a column says which: the first of those that are searched, where these are named. */
export const turnedWhereNobodyLooks = ([column]: readonly string[] = []): Mutant => ({
  name: "the order turned in a fifth of the ranked groups, which nobody named",
  predictions: (file) => turned(file, { where: `${hashed(file)} % 5 = 0`, marks: column ?? ADDED }),
});

/** A column says of so many rows that they are a group, and the order is turned in each of its ranked groups. */
export const turnedWhereNobodyNamed = ([column]: readonly string[] = [], facts: HarmFacts): ModelHarm => ({
  ...countOfRows("a group that nobody named, with the order turned", { rows: Math.floor(facts.rows / 2) }),
  mutant: (rows) => ({
    name: "a group that nobody named",
    predictions: (file) => turned(file, { where: "true", rows, marks: column ?? ADDED }),
  }),
});

/** The column that says which rows were spoiled, where none that is there is taken for it. */
const ADDED = "ml_pipeline_group";

const groupColumn = ({ ranked }: MutableFile): string => identifier(ranked?.group ?? "");

/** A number for each ranked group. */
const hashed = (file: MutableFile): string => `hash(${groupColumn(file)}::VARCHAR)`;

interface Turned {
  /** The rows that may be turned, as SQL. */
  readonly where: string;
  /** So many of them are, less what would be a part of a ranked group; all when absent. */
  readonly rows?: number;
  /** The column that says which. */
  readonly marks?: string;
}

/** The rows of a file, in their order, with some ranked groups in the wrong one. Where nothing is ranked they are as they were. */
function turned(file: MutableFile, { where, rows, marks }: Turned): string {
  const { table, task, columns, ranked } = file;
  if (ranked === undefined) return `SELECT * FROM ${table}`;
  const chosen = `(ml_pipeline_eligible${rows === undefined ? "" : ` AND ml_pipeline_upto <= ${rows}`})`;
  const [by, value] =
    task === "regression"
      ? [PREDICTION, `-${number(LABEL)}`]
      : columns.includes("score")
        ? [SCORE, `1 - ${number(SCORE)}`]
        : [];
  const mark = `CASE WHEN ${chosen} THEN 'spoiled' ELSE 'as they were' END`;
  const replaced = [
    ...(by === undefined ? [] : [`CASE WHEN ${chosen} THEN ${value} ELSE ${number(by)} END AS ${by}`]),
    ...(marks === undefined || !columns.includes(marks) ? [] : [`${mark} AS ${identifier(marks)}`]),
  ];
  const added = marks === undefined || columns.includes(marks) ? "" : `, ${mark} AS ${identifier(marks)}`;
  return `
    SELECT * EXCLUDE (ml_pipeline_row, ml_pipeline_eligible, ml_pipeline_upto)${replaced.length === 0 ? "" : ` REPLACE (${replaced.join(", ")})`}${added}
    FROM (
      SELECT *, count(*) FILTER (ml_pipeline_eligible) OVER (ORDER BY ${hashed(file)}, ${groupColumn(file)}::VARCHAR) AS ml_pipeline_upto
      FROM (SELECT *, coalesce(${where}, false) AS ml_pipeline_eligible, row_number() OVER () AS ml_pipeline_row FROM ${table})
    ) ORDER BY ml_pipeline_row`;
}

const number = (column: string): string => `try_cast(${column}::VARCHAR AS DOUBLE)`;

/** Whether a row is in the group with the fewest ranked groups that are enough to judge it by. */
function inFewestRanked(file: MutableFile, grouping: Grouping, minimumSize: number): string {
  const { table, task, ranked, answers } = file;
  if (ranked === undefined) return "false";
  const key = groupKey([grouping].flat());
  const positive = ranked.positive ?? "";
  const spellings = answers.flatMap(({ answer, spellings: all = [] }) => (answer === positive ? all : []));
  const relevant =
    task === "regression"
      ? `${number(LABEL)} > 0`
      : `${LABEL}::VARCHAR IN (${[positive, ...spellings].map(literal).join(", ")})`;
  const judged = `count(DISTINCT ${groupColumn(file)}) FILTER (${relevant})`;
  return `${key} = (SELECT ${key} FROM ${table} GROUP BY ALL HAVING ${judged} >= ${minimumSize} ORDER BY ${judged}, 1 LIMIT 1)`;
}

import type { Grouping } from "../config/forms.ts";
import type { HarmFacts, ModelHarm } from "../measurements/harms.ts";
import type { MutableFile, Mutant } from "../measurements/mutants.ts";
import type { ClassValue } from "../measurements/predictions/class-names.ts";
import { identifier } from "../tables/sql.ts";
import { errorOf, inSmallestGroup, isAnswer, otherAnswer, withoutWorst, wrongAnswer } from "./mutations.ts";

/*
 * Harms to predictions that gates are graded by. The rows are drawn by a hash, and those of a weaker harm are among those of a
 * stronger one, so that the same predictions always give the same result.
 */

const [LABEL, PREDICTION, SCORE] = ["label", "prediction", "score"].map(identifier) as [string, string, string];

/** Steps of a harm that is a share of a number, in thousandths. */
const THOUSANDTHS = 1000;
/** Of a table of which most rows are left out, other rows may have been meant. */
const MOST_LEFT_OUT = 4;
/** Errors of numbers are at most so many times larger. */
const MOST_ERRORS = 100;

/** Right answers become wrong ones; of numbers, the errors become larger. */
export const wrongAnswers = (facts: HarmFacts): ModelHarm =>
  facts.task === "regression"
    ? largerErrors("errors larger", () => "true")
    : {
        ...shareOfRows("right answers made wrong", facts),
        ...ofRows("wrong answers", (file, rows) => answered(file, rows, isRight(file), wrongAnswer(file))),
      };

/** The same in the smallest group that a gate judges. */
export function wrongInGroup(grouping: Grouping, minimumSize: number, facts: HarmFacts): ModelHarm {
  const where = `in the smallest group of ${[grouping].flat().join(" and ")}`;
  const inGroup = (file: MutableFile): string => inSmallestGroup(file, grouping, minimumSize);
  return facts.task === "regression"
    ? largerErrors(`errors larger ${where}`, inGroup)
    : {
        ...countOfRows(`right answers made wrong ${where}`, facts),
        ...ofRows("wrong answers", (file, rows) =>
          answered(file, rows, `${inGroup(file)} AND ${isRight(file)}`, wrongAnswer(file)),
        ),
      };
}

/** A column says of so many rows that they are a group, and every answer in it is wrong. */
export const wrongWhereNobodyNamed = ([column]: readonly string[] = [], facts: HarmFacts): ModelHarm => ({
  ...countOfRows("a group that nobody named, with every answer wrong", { rows: Math.floor(facts.rows / 2) }),
  // There may be a column more.
  mutant: (rows) => ({
    name: "a group that nobody named",
    predictions: (file) => {
      const group = (chosen: string): string => `CASE WHEN ${chosen} THEN 'spoiled' ELSE 'as they were' END`;
      return harmed(file, rows, "true", (chosen) => ({
        replaced: [
          [PREDICTION, `CASE WHEN ${chosen} THEN ${wrongAnswer(file)} ELSE ${PREDICTION}::VARCHAR END`],
          ...(column === undefined ? [] : [[identifier(column), group(chosen)] as const]),
        ],
        added: column === undefined ? [["ml_pipeline_group", group(chosen)]] : [],
      }));
    },
  }),
});

/** Favourable answers are taken away from the smallest group that a gate judges. */
export const unfavorableInGroup = (
  grouping: Grouping,
  minimumSize: number,
  favorable: ClassValue,
  facts: HarmFacts,
): ModelHarm => ({
  ...countOfRows(
    `answers other than ${JSON.stringify(String(favorable))} in the smallest group of ${[grouping].flat().join(" and ")}`,
    facts,
  ),
  ...ofRows("unfavourable answers", (file, rows) => {
    const chosen = `${inSmallestGroup(file, grouping, minimumSize)} AND ${isAnswer(file, favorable)}`;
    return answered(file, rows, chosen, otherAnswer(file, favorable));
  }),
});

/** What scores are sure of does not come true: labels become those of another class. */
export const turnedLabels = (facts: HarmFacts): ModelHarm => ({
  ...shareOfRows("labels other than the scores say", facts),
  ...ofRows("turned labels", (file, rows) =>
    harmed(file, rows, "true", (chosen) => ({
      replaced: [[LABEL, `CASE WHEN ${chosen} THEN ${wrongAnswer(file)} ELSE ${LABEL}::VARCHAR END`]],
    })),
  ),
});

/** Wrong answers become right ones, as if a feature leaked the label; of numbers, the errors become smaller. */
export const rightAnswers = (facts: HarmFacts): ModelHarm =>
  facts.task === "regression"
    ? {
        ...{ name: "errors smaller, as if a feature leaked the label", unit: "% of each error" },
        ...{ steps: THOUSANDTHS, size: (steps) => (100 * steps) / THOUSANDTHS },
        ...ofRows("smaller errors", (file, steps) => scaledErrors(file, "true", 1 - steps / THOUSANDTHS)),
      }
    : {
        ...shareOfRows("wrong answers made right, as if a feature leaked the label", facts),
        ...ofRows("right answers", (file, rows) => answered(file, rows, `NOT ${isRight(file)}`, `${LABEL}::VARCHAR`)),
      };

/** Rows have no answer. */
export const missingAnswers = (facts: HarmFacts): ModelHarm => ({
  ...countOfRows("no answer", facts),
  mutant: (rows) => ({
    name: "no answer",
    predictions: (file) =>
      harmed(file, rows, "true", (chosen) => ({
        replaced: [[PREDICTION, `CASE WHEN NOT ${chosen} THEN ${PREDICTION} END`]],
      })),
  }),
});

/** The rows with the worst answers are left out of the evaluation. */
export const worstLeftOut = (facts: HarmFacts): ModelHarm => ({
  ...countOfRows("rows with the worst answers left out of the evaluation", {
    rows: Math.floor(facts.rows / MOST_LEFT_OUT),
  }),
  mutant: (rows) => ({
    name: "rows left out",
    ofKnownRows: true,
    predictions: (file) => withoutWorst(file, String(rows)),
  }),
});

/** Labels of wrong answers are replaced by the answers. */
export const labelsOfAnswers = (facts: HarmFacts): ModelHarm => ({
  ...countOfRows("labels replaced by the model's wrong answers", facts),
  ...ofRows("labels of answers", (file, rows) =>
    harmed(file, rows, `NOT ${isRight(file)}`, (chosen) => ({
      replaced: [[LABEL, `CASE WHEN ${chosen} THEN ${PREDICTION}::VARCHAR ELSE ${LABEL}::VARCHAR END`]],
    })),
  ),
});

/** metrics.json claims more than the predictions say. */
export const higherClaims = (): ModelHarm => ({
  ...{ name: "claims in metrics.json that are higher than what the predictions say", unit: "% of the value, or of 1" },
  ...{ steps: 10 * THOUSANDTHS, size: (steps) => steps / 100 },
  mutant: (steps) => ({
    name: "higher claims",
    claims: (claims) =>
      Object.fromEntries(
        Object.entries(claims).map(([name, value]) => [
          name,
          value + (steps / (10 * THOUSANDTHS)) * Math.max(1, Math.abs(value)),
        ]),
      ),
  }),
});

const shareOfRows = (name: string, { rows }: Pick<HarmFacts, "rows">) => ({
  ...{ name, unit: "% of the rows", steps: rows },
  size: (steps: number): number => (100 * steps) / rows,
});

/** A harm to so many rows. */
export const countOfRows = (name: string, { rows }: Pick<HarmFacts, "rows">) => ({
  ...{ name, unit: "rows", steps: rows },
  size: (steps: number): number => steps,
});

const ofRows = (
  name: string,
  predictions: (file: MutableFile, steps: number) => string,
): Pick<ModelHarm, "mutant" | "keepsClasses"> => ({
  mutant: (steps): Mutant => ({ name, predictions: (file) => predictions(file, steps) }),
  keepsClasses: true,
});

/** Errors of numbers, larger by thousandths of each. */
const largerErrors = (name: string, where: (file: MutableFile) => string): ModelHarm => ({
  ...{ name, unit: "% of each error", steps: MOST_ERRORS * THOUSANDTHS },
  size: (steps) => (100 * steps) / THOUSANDTHS,
  ...ofRows("larger errors", (file, steps) => scaledErrors(file, where(file), 1 + steps / THOUSANDTHS)),
});

/** The errors of answers and of quantiles. */
const scaledErrors = ({ table, quantiles }: MutableFile, where: string, factor: number): string => {
  const scaled = [PREDICTION, ...quantiles.map(identifier)].map((column) => {
    const error = `${factor} * (${number(column)} - ${number(LABEL)})`;
    return `CASE WHEN ${where} THEN ${number(LABEL)} + ${error} ELSE ${number(column)} END AS ${column}`;
  });
  return `SELECT * REPLACE (${scaled.join(", ")}) FROM ${table}`;
};

/** Whether a row has its label for an answer, in whatever spelling of a number. */
const isRight = ({ task }: MutableFile): string => `(${errorOf(task)} = 0)`;

/** The answers of some rows, each with the score turned where there is one. */
function answered(file: MutableFile, rows: number, eligible: string, answer: string): string {
  const hasScore = file.task === "classification" && file.columns.includes("score");
  return harmed(file, rows, eligible, (chosen) => ({
    replaced: [
      [PREDICTION, `CASE WHEN ${chosen} THEN ${answer} ELSE ${PREDICTION}::VARCHAR END`],
      ...(hasScore
        ? [[SCORE, `CASE WHEN ${chosen} THEN 1 - ${number(SCORE)} ELSE ${number(SCORE)} END`] as const]
        : []),
    ],
  }));
}

const number = (column: string): string => `try_cast(${column}::VARCHAR AS DOUBLE)`;

interface Changes {
  /** A column, and what stands in it. */
  readonly replaced: readonly (readonly [column: string, value: string])[];
  readonly added?: readonly (readonly [column: string, value: string])[];
}

/**
 * The rows of a file, in their order, with so many of them changed.
 *
 * @param eligible which rows may be changed, as SQL
 * @param changes what becomes of them, by an expression that is true of a row that is changed
 */
function harmed({ table }: MutableFile, rows: number, eligible: string, changes: (chosen: string) => Changes): string {
  const { replaced, added = [] } = changes(`(ml_pipeline_eligible AND ml_pipeline_place <= ${rows})`);
  const assigned = (all: Changes["replaced"]): string =>
    all.map(([column, value]) => `${value} AS ${column}`).join(", ");
  return `
    SELECT * EXCLUDE (ml_pipeline_row, ml_pipeline_eligible, ml_pipeline_place) REPLACE (${assigned(replaced)})${added.length === 0 ? "" : `, ${assigned(added)}`}
    FROM (
      SELECT *, row_number() OVER (PARTITION BY ml_pipeline_eligible ORDER BY hash(ml_pipeline_row), ml_pipeline_row) AS ml_pipeline_place
      FROM (SELECT *, coalesce(${eligible}, false) AS ml_pipeline_eligible, row_number() OVER () AS ml_pipeline_row FROM ${table})
    ) ORDER BY ml_pipeline_row`;
}

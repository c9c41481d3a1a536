import { z } from "zod";
import { byName, names, range, required } from "../config/forms.ts";
import type { MutableFile } from "../measurements/mutants.ts";
import type { PredictionSummary } from "../measurements/predictions/summary.ts";
import { identifier, literal } from "../tables/sql.ts";
import { counted, grouped, short } from "../text.ts";
import { defineGate, failed, passed } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** What the model may answer; anything when absent. */
  classes: names.optional(),
  /** Columns that the predictions file must have, without gaps, beside `label` and `prediction`. */
  columns: names.optional(),
  /** The least and the greatest possible value of numeric columns. */
  ranges: byName(range).optional(),
  /** The files of the data whose rows were evaluated, as glob patterns: there must be a prediction for each of them. */
  "rows-of": names.optional(),
});
type Settings = z.output<typeof settings>;

/** The model's answers have the declared form: there, finite, in range, of the class set, one a row, and not all the same. */
export const schemaGate = defineGate({
  id: "schema",
  settings,
  needs: ["form"],
  decide({ form }, settings) {
    const findings = [
      ...formFindings(form, settings),
      ...typeFindings(form),
      ...rangeFindings(form, settings.ranges ?? {}),
      ...classFindings(form, settings.classes),
      ...rowFindings(form),
      ...collapse(form),
    ];
    const numbers = { rows: form.rows, answers: form.answers.length };
    if (findings.length > 0) return failed(findings.join("; "), numbers);
    const answers = `${counted(form.answers.length, "different answer")}${form.moreAnswers ? " and more" : ""}`;
    return passed(`${counted(form.rows, "prediction")}, ${answers}`, numbers);
  },
  deciding: () => undefined,
  mutants: ({ classes }) => [
    {
      name: "always the most frequent answer",
      predictions: ({ table }) => answering(`(SELECT mode(${PREDICTION}) FROM ${table})`, table),
    },
    { name: "no answer in the first row", predictions: ({ table }) => answering(inFirstRow("NULL"), table) },
    ...(classes === undefined
      ? []
      : [
          {
            name: "an answer that is none of the classes",
            predictions: ({ table }: MutableFile) =>
              answering(inFirstRow(literal(`not ${classes.join(" or ")}`)), table),
          },
        ]),
  ],
});

const PREDICTION = identifier("prediction");
const answering = (answer: string, table: string): string =>
  `SELECT * REPLACE (${answer} AS ${PREDICTION}) FROM ${table}`;
const inFirstRow = (answer: string): string =>
  `CASE WHEN row_number() OVER () = 1 THEN ${answer} ELSE ${PREDICTION}::VARCHAR END`;

/** Columns that every predictions file has, and the one that is a number where it is there. */
const MANDATORY = ["label", "prediction"];
const NUMERIC = "score";

function formFindings({ file, rows, columns, missing, nonfinite }: PredictionSummary, settings: Settings): string[] {
  if (rows === 0) return [`${file} has no rows`];
  const mandatory = [...new Set([...MANDATORY, ...(settings.columns ?? [])])];
  const absent = mandatory.filter((name) => !columns.includes(name));
  if (absent.length > 0)
    return [`${file} has no column ${absent.join(" and no column ")} (it has ${columns.join(", ")})`];
  return [...new Set([...mandatory, NUMERIC])]
    .filter((name) => columns.includes(name))
    .flatMap((name) => {
      const empty = missing[name] ?? 0;
      const bad = nonfinite[name] ?? 0;
      return [
        ...(empty > 0 ? [`${name} is empty in ${grouped(empty)} of ${counted(rows, "row")}`] : []),
        ...(bad > 0 ? [`${name} is NaN or infinite in ${grouped(bad)} of ${counted(rows, "row")}`] : []),
      ];
    });
}

/** A score is a number, and so are label and answer of a model of numbers. */
function typeFindings({ task, columns, missing, numeric, rows }: PredictionSummary): string[] {
  const numbers = task === "regression" ? [...MANDATORY, NUMERIC] : [NUMERIC];
  return numbers
    .filter((name) => columns.includes(name))
    .flatMap((name) => {
      const texts = rows - (missing[name] ?? 0) - (numeric[name] ?? 0);
      return texts > 0 ? [`${name} is not a number in ${grouped(texts)} of ${counted(rows, "row")}`] : [];
    });
}

function rangeFindings({ extent, columns }: PredictionSummary, ranges: NonNullable<Settings["ranges"]>): string[] {
  return Object.entries(ranges).flatMap(([name, [low, high]]) => {
    if (!columns.includes(name)) return [`there is no column ${name}, which gates.schema.ranges is about`];
    const found = extent[name];
    if (found === undefined) return [`${name} has no numbers (expected ${short(low)} to ${short(high)})`];
    if (found.low >= low && found.high <= high) return [];
    return [`${name} is from ${found.low} to ${found.high} (expected ${low} to ${high})`];
  });
}

function classFindings({ answers }: PredictionSummary, classes: readonly string[] | undefined): string[] {
  if (classes === undefined) return [];
  const foreign = answers.filter(({ answer }) => !classes.includes(answer));
  if (foreign.length === 0) return [];
  const shown = foreign.slice(0, 5).map(({ answer, rows }) => `${JSON.stringify(answer)} (${counted(rows, "row")})`);
  return [`answers outside gates.schema.classes: ${shown.join(", ")}${foreign.length > 5 ? ", …" : ""}`];
}

function rowFindings({ rows, expectedRows }: PredictionSummary): string[] {
  if (expectedRows === undefined || expectedRows === rows) return [];
  return [
    `${counted(rows, "prediction")} for ${counted(expectedRows, "row")} of evaluation data (gates.schema.rows-of)`,
  ];
}

/** A model that always gives the same answer has learned nothing, however accurate that makes it. */
function collapse({ rows, answers }: PredictionSummary): string[] {
  const only = answers[0];
  if (rows < 2 || answers.length !== 1 || only === undefined) return [];
  return [`class collapse: all ${grouped(rows)} predictions are ${JSON.stringify(only.answer)}`];
}

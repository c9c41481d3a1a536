import { z } from "zod";
import type { Check } from "../checks/check.ts";
import type { SchemaReason } from "../checks/reasons/schema.ts";
import { byName, cells, names, range, required } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import type { MutableFile } from "../measurements/mutants.ts";
import { type ClassValue, classNamed } from "../measurements/predictions/class-names.ts";
import type { AnswerCount, PredictionSummary } from "../measurements/predictions/summary.ts";
import { identifier, literal } from "../tables/sql.ts";
import { defineGate } from "./gate.ts";
import { missingAnswers } from "./harms.ts";

const settings = z.strictObject({
  required,
  /** What the model may answer, as text, numbers or booleans that are compared by value; anything when absent. */
  classes: stricter("fewer", cells).optional(),
  /** Columns that the predictions file must have, without gaps, beside `label` and `prediction`. */
  columns: stricter("more", names).optional(),
  /** The least and the greatest possible value of numeric columns. */
  ranges: byName(range).optional(),
  /** The data files that were evaluated, as glob patterns: each of their rows must have a prediction. */
  "rows-of": stricter("more", names).optional(),
});
type Settings = z.output<typeof settings>;

/**
 * The model's answers follow the declared schema: present, finite, in range, of the class set, one a row, and not all
 * the same.
 */
export const schemaGate = defineGate({
  id: "schema",
  settings,
  needs: ({ classes, "rows-of": rowsOf }) => ({ summary: { classes, rowsOf } }),
  decide: ({ summary }, settings) => [
    answersCheck(summary),
    ...columnChecks(summary, settings),
    ...typeChecks(summary),
    ...rangeChecks(summary, settings.ranges ?? {}),
    ...classChecks(summary, settings.classes),
    ...foreignChecks(summary),
    ...rowChecks(summary),
    ...collapseChecks(summary),
  ],
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
  harms: (_settings, facts) => [missingAnswers(facts)],
});

const PREDICTION = identifier("prediction");
const answering = (answer: string, table: string): string =>
  `SELECT * REPLACE (${answer} AS ${PREDICTION}) FROM ${table}`;
const inFirstRow = (answer: string): string =>
  `CASE WHEN row_number() OVER () = 1 THEN ${answer} ELSE ${PREDICTION}::VARCHAR END`;

/** The columns that every predictions file must have, and the optional one that must hold numbers. */
const MANDATORY = ["label", "prediction"];
const NUMERIC = "score";

/** Describes the predictions: it is the gate's message when nothing is wrong. */
const answersCheck = ({ rows, answers, moreAnswers }: PredictionSummary): Check => ({
  ...{ what: "predictions", value: rows, outcome: "kept" },
  reason: { code: "different-answers", answers: answers.length, more: moreAnswers },
});

/** A broken check. */
const fault = (what: string, reason: SchemaReason, held: Pick<Check, "value" | "limit"> = {}): Check => ({
  ...{ what, ...held, outcome: "broken", reason },
});

/** A broken check when a column has faulty rows. */
const faultyRows = (
  what: string,
  code: "empty-cells" | "nonfinite-cells" | "cells-without-number",
  value: number,
  rows: number,
): Check[] => (value > 0 ? [fault(what, { code, rows }, { value, limit: { max: 0 } })] : []);

function columnChecks({ file, rows, columns, missing, nonfinite }: PredictionSummary, settings: Settings): Check[] {
  if (rows === 0) return [fault("predictions", { code: "no-rows", file }, { value: 0, limit: { min: 1 } })];
  const mandatory = [...new Set([...MANDATORY, ...(settings.columns ?? [])])];
  const absent = mandatory.filter((name) => !columns.includes(name));
  if (absent.length > 0) return [fault("columns", { code: "absent-columns", file, absent, columns })];
  return [...new Set([...mandatory, NUMERIC])]
    .filter((name) => columns.includes(name))
    .flatMap((name) => [
      ...faultyRows(name, "empty-cells", missing[name] ?? 0, rows),
      ...faultyRows(name, "nonfinite-cells", nonfinite[name] ?? 0, rows),
    ]);
}

/** Scores are numbers, and so are the labels and predictions of a regression. */
function typeChecks({ task, columns, missing, numeric, rows }: PredictionSummary): Check[] {
  const numbers = task === "regression" ? [...MANDATORY, NUMERIC] : [NUMERIC];
  return numbers
    .filter((name) => columns.includes(name))
    .flatMap((name) =>
      faultyRows(name, "cells-without-number", rows - (missing[name] ?? 0) - (numeric[name] ?? 0), rows),
    );
}

function rangeChecks({ extent, columns }: PredictionSummary, ranges: NonNullable<Settings["ranges"]>): Check[] {
  return Object.entries(ranges).flatMap(([name, [min, max]]) => {
    const limit = { min, max };
    if (!columns.includes(name)) return [fault(name, { code: "absent-column", setting: "gates.schema.ranges" })];
    const present = extent[name];
    if (present === undefined) return [fault(name, { code: "no-numbers" }, { limit })];
    if (present.low >= min && present.high <= max) return [];
    const value = min - present.low > present.high - max ? present.low : present.high;
    return [fault(name, { code: "extent", ...present }, { value, limit })];
  });
}

/** Unknown answers that a message names. */
const MAX_NAMED = 5;

function classChecks({ answers }: PredictionSummary, classes: readonly ClassValue[] | undefined): Check[] {
  if (classes === undefined) return [];
  const names = classes.map(String);
  const unknown = answers.filter(({ answer }) => classNamed(names, answer) === undefined);
  if (unknown.length === 0) return [];
  const reason = {
    code: "unknown-answers",
    answers: unknown.slice(0, MAX_NAMED).map(({ answer, rows }) => ({ answer, rows })),
    more: unknown.length > MAX_NAMED,
  } as const;
  const value = unknown.reduce((total, { rows }) => total + rows, 0);
  return [fault("answers outside the classes", reason, { value, limit: { max: 0 } })];
}

/** Codes beside names: where not one answer is a label, they are spelled apart and nothing can be right. */
function foreignChecks({ task, answers, labels, moreAnswers }: PredictionSummary): Check[] {
  if (task === "regression" || moreAnswers || answers.length === 0 || labels.length === 0) return [];
  const known = new Set(labels.map(({ answer }) => answer));
  if (answers.some(({ answer }) => known.has(answer))) return [];
  const reason = { code: "no-answer-is-a-label", labels: someOf(labels), answers: someOf(answers) } as const;
  return [fault("answers", reason)];
}

const someOf = (counts: readonly AnswerCount[]): string[] => counts.slice(0, MAX_NAMED).map(({ answer }) => answer);

function rowChecks({ rows, expectedRows: expected }: PredictionSummary): Check[] {
  if (expected === undefined || expected === rows) return [];
  const limit = { min: expected, max: expected };
  return [fault("predictions", { code: "row-count", expected }, { value: rows, limit })];
}

/** A model that always gives the same answer has learned nothing, however accurate that makes it. */
function collapseChecks({ rows, answers }: PredictionSummary): Check[] {
  const only = answers[0];
  if (rows < 2 || answers.length !== 1 || only === undefined) return [];
  const reason = { code: "class-collapse", answer: only.answer, rows } as const;
  return [fault("different answers", reason, { value: 1, limit: { min: 2 } })];
}

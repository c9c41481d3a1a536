import { counted, grouped } from "../text.ts";
import { failed, type Gate, passed, skipped } from "./gate.ts";
import type { PredictionSummary } from "./measurements/predictions.ts";

/** The model's answers have the declared form: there, finite, of the class set, and not all the same. */
export const schemaGate: Gate = {
  id: "schema",
  decide({ candidate }, config) {
    const settings = config.schema;
    const { predictions } = candidate;
    if (predictions === undefined) {
      const lack = "src.evaluate writes no predictions.csv or predictions.parquet";
      return settings === undefined ? skipped(`no predictions: ${lack}`) : failed(`cannot be decided: ${lack}`);
    }
    const findings = [
      ...formFindings(predictions),
      ...classFindings(predictions, settings?.classes),
      ...collapse(predictions),
    ];
    const numbers = { rows: predictions.rows, answers: predictions.answers.length };
    if (findings.length > 0) return failed(findings.join("; "), numbers);
    return passed(
      `${counted(predictions.rows, "prediction")}, ${counted(predictions.answers.length, "different answer")}`,
      numbers,
    );
  },
};

/** Columns that every predictions file has, and the one that is a number where it is there. */
const MANDATORY = ["label", "prediction"];
const NUMERIC = "score";

function formFindings({ file, rows, columns, missing, nonfinite }: PredictionSummary): string[] {
  if (rows === 0) return [`${file} has no rows`];
  const absent = MANDATORY.filter((name) => !columns.includes(name));
  if (absent.length > 0)
    return [`${file} has no column ${absent.join(" and no column ")} (it has ${columns.join(", ")})`];
  return [...MANDATORY, NUMERIC]
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

function classFindings({ answers }: PredictionSummary, classes: readonly string[] | undefined): string[] {
  if (classes === undefined) return [];
  const foreign = answers.filter(({ answer }) => !classes.includes(answer));
  if (foreign.length === 0) return [];
  const shown = foreign.slice(0, 5).map(({ answer, rows }) => `${JSON.stringify(answer)} (${counted(rows, "row")})`);
  return [`answers outside gates.schema.classes: ${shown.join(", ")}${foreign.length > 5 ? ", …" : ""}`];
}

/** A model that always gives the same answer has learned nothing, however accurate that makes it. */
function collapse({ rows, answers }: PredictionSummary): string[] {
  const only = answers[0];
  if (rows < 2 || answers.length !== 1 || only === undefined) return [];
  return [`class collapse: all ${grouped(rows)} predictions are ${JSON.stringify(only.answer)}`];
}

import { posix } from "node:path";
import { type CommandLine, commandLine } from "./command-line.ts";
import { type Candidates, candidates, type Entry } from "./entry-points.ts";
import { dataOf, type Findings, type Script, type Stored, type Table } from "./findings.ts";
import { findLabel, type Label } from "./label.ts";

/** What was decided about a project, from what was found in it. */
export interface Plan {
  readonly findings: Findings;
  /** The configuration as it is, before defaults; empty where there is none. */
  readonly configured: unknown;
  readonly candidates: Candidates;
  readonly train: Chosen | undefined;
  readonly evaluate: Chosen | undefined;
  readonly serve: Chosen | undefined;
  readonly check: Chosen | undefined;
  readonly tables: readonly Table[];
  readonly label: Label;
  /** Programs that train and evaluate, with what they import. */
  readonly modelling: readonly Script[];
  /** Where training writes the model, as far as its text says it. */
  readonly saved: Stored | undefined;
  /** Where the server reads the model, as far as its text says it. */
  readonly loaded: Stored | undefined;
  readonly isRegression: boolean;
}

export interface Chosen extends Entry {
  readonly line: CommandLine;
}

/** @param label the column that a person named */
export function planOf(findings: Findings, configured: unknown, label?: string): Plan {
  const tables = dataOf(findings)?.tables ?? [];
  const found = candidates(findings);
  const chosen = (purpose: "train" | "evaluate" | "serve" | "validate-data", entry: Entry | undefined) =>
    entry === undefined ? undefined : { ...entry, line: commandLine(entry, purpose, findings, tables) };
  const train = chosen("train", found.train[0]);
  const evaluate = chosen(
    "evaluate",
    found.evaluate.find((entry) => isEvaluation(entry, findings)),
  );
  const serve = chosen("serve", found.serve[0]);
  const modelling = reached(findings, [train, evaluate]);
  return {
    ...{ findings, configured, candidates: found, tables, train, evaluate, modelling },
    serve,
    check: chosen("validate-data", found["validate-data"][0]),
    label:
      label === undefined ? findLabel(findings, modelling) : { column: label, why: "as was said", candidates: [label] },
    saved: reached(findings, [train]).flatMap(({ saves }) => saves)[0],
    loaded: reached(findings, [serve]).flatMap(({ loads }) => loads)[0],
    isRegression: regresses(modelling),
  };
}

/** Whether a program that evaluates leaves something that the gates can read: a table of predictions, or metrics where it is told. */
export function isEvaluation({ script, command }: Entry, findings: Findings): boolean {
  const all = reached(findings, [{ script }]);
  const writes = all.some(({ written_columns: written }) => written.some((columns) => columns.some(isPrediction)));
  const told = (command?.arguments ?? []).some(({ name }) =>
    /output|out\b|metrics|results?|report|predictions/i.test(name),
  );
  return writes || told;
}

/** The folder of a path in the project; undefined where the text does not say it, or it is outside. */
export function folderIn(stored: Stored | undefined): string | undefined {
  if (stored === undefined || stored.path === "" || stored.path.startsWith("?/")) return undefined;
  const folder = posix.dirname(posix.normalize(stored.path));
  return folder.startsWith("..") || folder.startsWith("/") ? undefined : folder;
}

export const isPrediction = (column: string): boolean =>
  /^(pred(s|ictions?|icted(_label|_class)?)?|y_?(pred|hat)|yhat|prediction|predicted|output)$/i.test(column);

function reached(findings: Findings, entries: readonly (Pick<Entry, "script"> | undefined)[]): Script[] {
  const scripts = new Map(findings.scripts.map((script) => [script.path, script]));
  const found = entries.flatMap((entry) =>
    entry === undefined ? [] : [entry.script, ...entry.script.reaches.flatMap((path) => scripts.get(path) ?? [])],
  );
  return [...new Set(found)];
}

/** Whether all estimators of a project predict numbers. A logistic regression predicts classes. */
function regresses(scripts: readonly Script[]): boolean {
  const names = scripts
    .flatMap(({ estimators }) => estimators)
    .filter((name) => /(Regressor|Regression|SVR|Ridge|Lasso|Classifier|SVC|NB)$/.test(name));
  return (
    names.length > 0 &&
    names.every(
      (name) => /(Regressor|(^|\.|[^c])Regression|SVR|Ridge|Lasso)$/.test(name) && !name.endsWith("LogisticRegression"),
    )
  );
}

import { posix } from "node:path";
import { isTabular, type Plan, reached } from "../plan.ts";
import { stubGroup } from "./group.ts";
import {
  constants,
  evaluatedTable,
  featuresFunction,
  importLines,
  loadModel,
  ofForm,
  readAll,
  readerOf,
} from "./parts.ts";
import type { StubFacts } from "./stubs.ts";

/** A program that writes a table of predictions for the rows that the model was not trained on. */
export function evaluateStub(facts: StubFacts): string {
  const { plan, form } = facts;
  const split = splitLines(facts);
  const { standard, installed, own } = ofForm(form.imports);
  return `"""Evaluates the model: writes predictions.csv, a row for each evaluated sample.

Written by \`ml-pipeline init\`, and yours: \`features\` must give the model what training gave it.
"""

${importLines(
  ["import argparse", "from pathlib import Path", "from typing import Any", ...standard],
  [...installed, "import numpy as np", "import pandas as pd", ...split.imports],
  own,
)}

${constants(plan)}


${loadModel(facts)}


${featuresFunction(plan)}


${answers(facts)}


def evaluated(folder: Path) -> pd.DataFrame:
${split.lines.map((line) => `    ${line}`).join("\n")}


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--model", "--data", "--output"):
        parser.add_argument(name, type=Path, required=True)
    args = parser.parse_args()
    model, rows = load_model(args.model), evaluated(args.data)
    # By its id, a prediction is held against the row of the data.
    table = pd.DataFrame({"id": rows.index, "label": rows[LABEL].to_numpy()})
    # In the order of the rows, whatever index the model gives them.
    table["prediction"] = np.asarray(answers(model, features(rows)))
${groupLine(plan)}${scoreLines(facts)}    table.to_csv(args.output / "predictions.csv", index=False)


if __name__ == "__main__":
    main()
`;
}

/** What rows are ranked within is written beside the answers: no metric of rankings is measured without it. */
function groupLine(plan: Plan): string {
  const ranked = stubGroup(plan);
  if (ranked === undefined) return "";
  const name = JSON.stringify(ranked.group);
  return `    table[${name}] = rows[${name}].to_numpy()\n`;
}

/** What the model says about rows of features. */
export const answers = ({ form, plan }: StubFacts): string =>
  [
    `def answers(model: Any, rows: ${isTabular(plan) ? `pd.${plan.input === undefined ? "DataFrame" : "Series"}` : "Any"}) -> Any:`,
    ...asking(plan),
    ...named(form.predicts, plan).map((line) => `    ${line}`),
  ].join("\n");

/** Where the project's server asks the model in its own way, such as by a threshold, predictions are the same only if they are made so. */
function asking({ findings, serve }: Plan): string[] {
  const own = reached(findings, [serve]).find(({ does }) => does.includes("predicts"));
  return own === undefined
    ? []
    : [`    # ${own.path} asks the model as well: what it does with the answer belongs here, or is called.`];
}

/** Predictions are words, as the labels are, where training made numbers of them. */
const named = (lines: readonly string[], { codes }: Plan): string[] =>
  codes.size === 0
    ? [...lines]
    : [...lines.map((line) => line.replace(/^return /, "codes = ")), "return [CLASSES[code] for code in codes]"];

/** The probability of the second of two classes is what a score is; of more classes, each has one. */
const scoreLines = ({ form, plan }: StubFacts): string =>
  !form.scores || plan.isRegression
    ? ""
    : [
        ...(form.estimator === undefined ? [] : [`    model = ${form.estimator}`]),
        '    if hasattr(model, "predict_proba"):',
        "        scores = model.predict_proba(features(rows))",
        "        if len(model.classes_) == 2:",
        '            table["score"] = scores[:, 1]',
        "        else:",
        "            for number, name in enumerate(model.classes_):",
        `                table[f"score_{${plan.codes.size === 0 ? "name" : "CLASSES[name]"}}"] = scores[:, number]`,
        "",
      ].join("\n");

interface Split {
  readonly imports: readonly string[];
  readonly lines: readonly string[];
}

/** The rows that training kept back: a table of their own, or the same split with the same seed. */
function splitLines({ plan }: StubFacts): Split {
  const table = evaluatedTable(plan);
  const { script } = plan.train ?? {};
  const [split] = plan.modelling.flatMap(({ splits }) => splits);
  const options = readWith(plan, table.path);
  const read =
    table.together === undefined
      ? [`rows = ${readerOf(table.path, options)}`]
      : readAll(table.together, table.path, options);
  // One statement needs no variable.
  const all = read.length === 1 ? read.map((line) => line.replace(/^rows =/, "return")) : [...read, "return rows"];
  if (table.isHeldOut) return { imports: [], lines: [...ofOtherRun(plan, table.path), ...all] };
  if (split === undefined || split.random_state === "") {
    return {
      imports: [],
      lines: [`# ${script?.path ?? "Training"} may have seen these rows: say here which it has not.`, ...all],
    };
  }
  const size = split.test_size === "" ? "" : `, test_size=${split.test_size}`;
  const stratify = split.stratify ? ", stratify=rows[LABEL]" : "";
  return {
    imports: ["from sklearn.model_selection import train_test_split"],
    lines: [
      ...read,
      `# The rows that ${script?.path ?? "training"} keeps back: the same split, by the same seed.`,
      ...calledWith(`rows${size}, random_state=${split.random_state}${stratify}`),
      "return held_out",
    ],
  };
}

/** Where training splits this table off itself, and otherwise each time, what the checkout has of it is of another run. */
function ofOtherRun({ modelling }: Plan, path: string): string[] {
  const own = modelling.find(
    ({ writes, splits }) =>
      splits.some(({ random_state: seed }) => seed === "") &&
      writes.some((one) => posix.basename(one) === posix.basename(path)),
  );
  return own === undefined
    ? []
    : [
        `# ${own.path} writes ${posix.basename(path)} itself, by a split without a seed:`,
        "# this one is of another run, and the model has seen some of its rows.",
      ];
}

/** What training reads a table of this name with. */
const readWith = ({ modelling }: Plan, path: string): string =>
  modelling
    .flatMap((script) => Object.entries(script.read_with))
    .filter(([read]) => read === UNKNOWN_PATH || posix.basename(read) === posix.basename(path))
    .sort(([one], [other]) => Number(one === UNKNOWN_PATH) - Number(other === UNKNOWN_PATH))[0]?.[1] ?? "";

/** How a table that is read by a variable is called in `read_with`. */
const UNKNOWN_PATH = "?";

/** A call in the form that black gives it. */
function calledWith(args: string): string[] {
  const line = `_, held_out = train_test_split(${args})`;
  return line.length + 4 <= 88 ? [line] : ["_, held_out = train_test_split(", `    ${args}`, ")"];
}

import { expect, test } from "vitest";
import { checkEvaluation } from "../../../src/adopt/check-evaluation.ts";
import type { EntryPoint } from "../../../src/project/commands/entry-point.ts";
import { findings, withArguments } from "./support.ts";

const entry = (name: string, line: string): EntryPoint => ({
  ...{ title: `commands.${name}`, args: line.split(" "), env: {} },
});

/** What is said of an evaluation of a program that wants these, by commands that tell both data. */
const said = (
  train: string | undefined,
  evaluate: string | undefined,
  names: readonly [string, string] = ["--data-path=data/train.csv", "--data-path=data/test.csv"],
  table = [["id", "prediction"]],
): string[] => {
  const scripts = [
    withArguments("train.py", [names[0]], { does: ["fits", "saves"] }),
    withArguments("evaluate.py", [names[1], "--out-file"], { written_columns: table }),
  ];
  const entryPoints = {
    ...(train === undefined ? {} : { train: entry("train", train) }),
    ...(evaluate === undefined ? {} : { evaluate: entry("evaluate", evaluate) }),
  };
  return checkEvaluation({ entryPoints }, findings({ scripts, tables: { "a.csv": ["x", "y"] } })).map(
    ({ kind, text }) => `${kind} ${text}`,
  );
};

test.each<[string, string, string?]>([
  ["python train.py --data-path {data}/a.csv", "python evaluate.py --data-path {data}/a.csv"],
  ["python train.py --data-path={data}/raw/a.csv", "python -m evaluate --data-path={data}/raw/a.csv", "raw/a.csv"],
])("%s and %s are refused", (train, evaluate, path = "a.csv") =>
  expect(said(train, evaluate)).toEqual([
    `fails commands.evaluate tells --data-path of evaluate.py {data}/${path}, which training reads: the model would be evaluated on what it was trained on; the program's own default is data/test.csv`,
  ]),
);

test.each<[string, string, (readonly [string, string])?]>([
  ["python train.py --data-path {data}/train.csv", "python evaluate.py --data-path {data}/test.csv"],
  ["python train.py --data-path {data}/train.csv", "python evaluate.py"],
  ["python train.py", "python evaluate.py --data-path {data}/a.csv"],
  // Both want the whole, and split it themselves.
  ["python train.py --data {data}/a.csv", "python evaluate.py --data {data}/a.csv", ["--data=a.csv", "--data=a.csv"]],
  ["./train.sh {data}/a.csv", "./evaluate.sh {data}/a.csv"],
])("%s and %s are not", (train, evaluate, names) => expect(said(train, evaluate, names)).toEqual([]));

test("a program that evaluates and is not told on what is missing, and not skipped", () => {
  expect(said("python train.py --data-path {data}/a.csv", undefined)).toEqual([
    "missing evaluate.py evaluates, and no commands.evaluate says what its --data-path is",
  ]);
  expect(said("python train.py", undefined, ["--data=a.csv", "--data=a.csv"])).toEqual([]);
});

test("an evaluation that writes metrics alone is told which gates are left", () =>
  expect(said(undefined, "python evaluate.py", undefined, [["accuracy", "f1"]])).toEqual([
    "skipped evaluate.py writes no table of predictions, as far as its text says: of the gates, only those of metrics and latency are decided",
  ]));

test("rows that training may have seen are told, where the evaluation itself says so", () => {
  const scripts = [
    withArguments("train.py", ["--data"], { does: ["fits", "saves"] }),
    withArguments("evaluate.py", ["--data"], { written_columns: [["id", "prediction"]], doubts: true }),
  ];
  const entryPoints = { evaluate: entry("evaluate", "python evaluate.py --data {data}") };
  expect(checkEvaluation({ entryPoints }, findings({ scripts })).map(({ kind }) => kind)).toEqual(["guess"]);
});

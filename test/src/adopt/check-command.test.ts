import { expect, test } from "vitest";
import { checkCommand, modelProblem } from "../../../src/adopt/check-command.ts";
import type { EntryPoint } from "../../../src/project/commands/entry-point.ts";
import { findings, script, withArguments } from "./support.ts";

const entry = (line: string, more: Partial<EntryPoint> = {}): EntryPoint => ({
  ...{ title: "commands.train", args: line.split(" "), env: {} },
  ...more,
});

const train = withArguments("src/train.py", ["--data!", "--output", "--seed=1"]);
const project = findings({
  scripts: [train, script("pkg/__init__.py"), script("pkg/plain.py")],
  files: ["lib/x/y.py"],
});
const said = (one: EntryPoint): string[] => checkCommand(one, project).map(({ kind, text }) => `${kind} ${text}`);

test.each<[string, Partial<EntryPoint>?]>([
  ["python3 -m src.train --data {data} --output {model}"],
  ["python -u src/train.py --data={data} --outp x"],
  ["python train.py --data {data}", { folder: "src" }],
  ["python -m train --data {data}", { env: { PYTHONPATH: "src" } }],
  ["python -m uvicorn app:app --port {port}"],
  ["python -m pkg.plain --anything"],
  ["./run.sh --whatever"],
  ["python -c print(1)"],
])("%s can be carried out", (line, more) => expect(said(entry(line, more))).toEqual([]));

test.each<[string, string]>([
  ["python src/trian.py", "missing commands.train runs src/trian.py, which the project does not have"],
  ["python -m pkg.none", "missing commands.train runs pkg.none, which the project does not have"],
  [
    "python -m src.train --data {data} --epochs {epochs}",
    "missing src/train.py has no --epochs, which commands.train tells it",
  ],
  [
    "python -m src.train --output x",
    "missing src/train.py needs --data, 1 argument that commands.train does not tell it",
  ],
])("%s cannot", (line, text) => expect(said(entry(line))).toEqual([text]));

test("a program of several commands must be told one", () => {
  const several = { ...train, commands: [{ word: "fit", arguments: [], function: "" }] };
  const found = checkCommand(entry("python src/train.py train"), findings({ scripts: [several] }));
  expect(found.map(({ text }) => text)).toEqual(["commands.train says none of the commands of src/train.py: fit"]);
});

test("a program that keeps no model is told apart from one whose model nobody would find", () => {
  const told = (more: object): string =>
    modelProblem(entry("python train.py"), findings({ scripts: [script("train.py", more)] }));
  expect(told({ does: ["fits"] })).toMatch(/^train\.py keeps no model/);
  expect(told({ does: ["fits", "saves"] })).toMatch(/nobody would find the model/);
  expect(modelProblem(entry("./train.sh"), project)).toMatch(/nobody would find the model/);
});

test("a folder that is told where a file is wanted is a guess, and a file or a folder that is wanted is none", () => {
  const told = (line: string, used_as: Record<string, string>): string[] => {
    const scripts = [withArguments("train.py", ["--input"], { used_as })];
    return checkCommand(entry(line), findings({ scripts })).map(({ kind }) => kind);
  };
  expect(told("python train.py --input {data}", { input: "read" })).toEqual(["guess"]);
  expect(told("python train.py --input={data}", { input: "read" })).toEqual(["guess"]);
  expect(told("python train.py --input {data}/a.csv", { input: "read" })).toEqual([]);
  expect(told("python train.py --input {data}", { input: "folder" })).toEqual([]);
});

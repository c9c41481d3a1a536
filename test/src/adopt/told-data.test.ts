import { expect, test } from "vitest";
import { planOf } from "../../../src/adopt/plan.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { tableFor } from "../../../src/adopt/told-data.ts";
import { argument, findings, type Made, script, withArguments } from "./support.ts";

const table = (path: string) => ({ path, columns: [], bytes: 1 });

test.each([
  ["--data=old/b.csv", ["a.csv", "raw/b.csv"], "train", "raw/b.csv"],
  ["--data", ["a_test.csv", "a_train.csv"], "train", "a_train.csv"],
  ["--test-file", ["a_train.csv", "a_test.csv"], "train", "a_test.csv"],
  ["--data", ["a_train.csv", "a_test.csv"], "evaluate", "a_test.csv"],
  ["--data", ["only.csv"], "train", "only.csv"],
  ["--data=data/later.csv", [], "train", "later.csv"],
])("%s of %j in %s is %s", (name, paths, purpose, path) =>
  expect(tableFor(argument(name), paths.map(table), purpose)).toBe(path),
);

const trains = { does: ["fits", "saves"], saves: [{ by: "joblib", path: "models/m.pkl" }] };
const project = (train: string, evaluate: string, more: Made = {}): Made => ({
  tables: { "raw/a.csv": ["x", "y"] },
  ...more,
  scripts: [
    withArguments("train.py", [train, "--model-path=models/m.pkl"], trains),
    withArguments("evaluate.py", [evaluate, "--model-path=models/m.pkl", "--out-file=metrics.json"]),
    ...(more.scripts ?? []),
  ],
});
const proposed = (made: Made): Record<string, unknown> =>
  Object.fromEntries(
    settingsFor(planOf(findings(made), {}))
      .filter(({ path }) => ["prepare", "train", "evaluate"].includes(path[1] ?? ""))
      .map(({ path, value, open }) => [`${open === true ? "? " : ""}${path[1]}`, value]),
  );
const told = (made: Made): string[] =>
  Object.entries(proposed(made)).map(
    ([name, value]) => `${name} ${/(?:'…'|\{data\}\S*)/.exec(JSON.stringify(value))?.[0].replace(/"$/, "") ?? "-"}`,
  );

test.each<[string, string, string[]]>([
  // Both want files that are not there: only one of them can be the whole.
  [
    "--data-path=data/processed/train.csv",
    "--data-path=data/processed/test.csv",
    ["train {data}/raw/a.csv", "? evaluate '…'"],
  ],
  ["--train-file", "--test-file", ["train {data}/raw/a.csv", "? evaluate '…'"]],
  ["--csv!", "--csv=data/holdout.csv", ["train {data}/raw/a.csv", "? evaluate '…'"]],
  ["--data=data/train", "--data=data/test", ["train {data}", "? evaluate '…'"]],
  // What both want is the same, as where they split it themselves.
  ["--data-path=data/a.csv", "--data-path=./data/a.csv", ["train {data}/raw/a.csv", "evaluate {data}/raw/a.csv"]],
  ["--data", "--data", ["train {data}", "evaluate {data}"]],
  ["--data-file", "--data-file", ["train {data}/raw/a.csv", "evaluate {data}/raw/a.csv"]],
])("training with %s and evaluation with %s are told %j", (train, evaluate, expected) =>
  expect(told(project(train, evaluate))).toEqual(expected),
);

test("an open evaluation says which rows it wants, and which are none", () => {
  const made = project("--data-path=data/train.csv", "--data-path=data/test.csv");
  const setting = settingsFor(planOf(findings(made), {})).find(({ path }) => path[1] === "evaluate");
  expect(setting?.why).toBe(
    "say what --data-path of evaluate.py is: data/test.csv is not there, and nothing is known to make it; raw/a.csv is what training reads",
  );
});

test("a folder of the data is told where it is", () => {
  const made = project("--data-dir=data/train", "--data-dir=data/test", {
    files: ["data/train/a.png", "data/test/b.png"],
    tables: { "train/labels.csv": ["x"] },
  });
  expect(told(made)).toEqual(["train {data}/train", "evaluate {data}/test"]);
});

test.each<[string, Made["scripts"], string[]]>([
  [
    "told where to write",
    [withArguments("pkg/features.py", ["--input-path", "--output-dir"], { writes: ["?/train.csv", "?/test.csv"] })],
    ["prepare {data}", "train {data}/train.csv", "evaluate {data}/test.csv"],
  ],
  [
    "that writes to a folder of its own",
    [script("steps/make_it.py", { writes: ["data/processed/train.csv", "data/processed/test.csv"] })],
    ["prepare -", "train {data}/processed/train.csv", "evaluate {data}/processed/test.csv"],
  ],
  [
    "of which evaluation alone has need",
    [script("split.py", { writes: ["data/processed/test.csv"] })],
    ["prepare -", "train {data}/raw/a.csv", "evaluate {data}/processed/test.csv"],
  ],
])("training and evaluation read what is made by a program %s", (_what, scripts, expected) =>
  expect(
    told(
      project("--data-path=data/processed/train.csv", "--data-path=data/processed/test.csv", {
        scripts: scripts ?? [],
      }),
    ),
  ).toEqual(expected),
);

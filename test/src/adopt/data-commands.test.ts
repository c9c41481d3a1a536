import { expect, test } from "vitest";
import type { Script } from "../../../src/adopt/findings.ts";
import { planOf } from "../../../src/adopt/plan.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { findings, type Made, script, withArguments } from "./support.ts";

const train = (more: Partial<Script> = {}): Script =>
  script("train.py", { does: ["fits", "saves"], saves: [{ by: "joblib", path: "models/m.pkl" }], ...more });

/** What is proposed to bring and to make the data; with a question mark where a person must say something. */
const proposed = (made: Made): Record<string, unknown> =>
  Object.fromEntries(
    settingsFor(planOf(findings(made), {}))
      .filter(({ path }) => ["fetch", "prepare"].includes(path[1] ?? ""))
      .map(({ path, value, open }) => [`${open === true ? "? " : ""}${path[1]}`, value]),
  );

const brings = { does: ["downloads"] };

test.each<[string, Script, Record<string, unknown>]>([
  [
    "an argument",
    withArguments("scripts/download_data.py", ["--url", "--out-dir=data/raw"], brings),
    { fetch: "python scripts/download_data.py --out-dir {data}" },
  ],
  [
    "a file",
    withArguments("src/data/fetch.py", ["--output=data/raw/a.csv"], brings),
    { fetch: "python src/data/fetch.py --output {data}/a.csv" },
  ],
  [
    "the folder that it writes to",
    script("get_data.py", { ...brings, writes: ["data/raw/a.csv", "data/raw/b.csv"] }),
    { fetch: { command: "python get_data.py", "output-folder": "data/raw" } },
  ],
  [
    "folders beside each other",
    script("fetch.py", { ...brings, writes: ["data/raw/a/x.csv", "data/raw/b/?"] }),
    { fetch: { command: "python fetch.py", "output-folder": "data/raw" } },
  ],
  [
    "nothing that its text says",
    script("data_ingestion.py", brings),
    { "? fetch": { command: "python data_ingestion.py", "output-folder": "…" } },
  ],
  ["a name alone", script("load_data.py", brings), {}],
  ["what it imports", script("tests/download_data.py", { ...brings, writes: ["data/a.csv"] }), {}],
])("a program that brings the data is told by %s", (_what, one, expected) =>
  expect(proposed({ scripts: [train(), one] })).toEqual(expected),
);

test("data that are there are not brought", () =>
  expect(
    proposed({
      scripts: [train(), script("fetch.py", { ...brings, writes: ["data/a.csv"] })],
      tables: { "a.csv": ["x", "y"] },
    }),
  ).toEqual({}));

const prepare = script("preprocess.py", { reads: ["data/raw.csv"], writes: ["data/clean/clean.csv"] });

test("what training reads and the checkout lacks is made by the program that writes it", () => {
  const tables = { "raw.csv": ["x", "y"] };
  const made = { prepare: { command: "python preprocess.py", "output-folder": "data/clean" } };
  expect(proposed({ scripts: [train({ reads: ["data/clean/clean.csv"] }), prepare], tables })).toEqual(made);
  expect(proposed({ scripts: [train({ reads: ["data/raw.csv"] }), prepare], tables })).toEqual({});
  // What training imports is a part of it.
  const imported = train({ reads: ["data/clean/clean.csv"], reaches: ["preprocess.py"] });
  expect(proposed({ scripts: [imported, prepare], tables })).toEqual({});
  const argued = withArguments("prep_data.py", ["input_filepath", "output_filepath"], { writes: ["?/clean.csv"] });
  expect(proposed({ scripts: [train({ reads: ["data/clean.csv"] }), argued], tables })).toEqual({
    prepare: "python prep_data.py {data}/raw.csv {output}/clean.csv",
  });
});

test("a stage of DVC says what its program is told, and where it writes", () => {
  const commands = [
    {
      ...{ path: "dvc.yaml", line: 3, text: "python src/prepare.py data/data.xml --seed 3", stage: "prepare" },
      ...{ deps: ["data/data.xml"], outs: ["data/prepared"] },
    },
    { path: "dvc.yaml", line: 9, text: "python train.py", stage: "train", deps: ["data/prepared"] },
  ];
  const scripts = [train(), script("src/prepare.py", { by: "sys.argv" })];
  expect(proposed({ scripts, commands, tables: { "other.csv": ["x"] } })).toEqual({
    prepare: { command: "python src/prepare.py data/data.xml --seed 3", "output-folder": "data/prepared" },
  });
});

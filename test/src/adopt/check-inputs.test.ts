import { expect, test } from "vitest";
import { checkInputs } from "../../../src/adopt/check-inputs.ts";
import type { Script } from "../../../src/adopt/findings.ts";
import { findings, type Made, script } from "./support.ts";

const entry = (line: string) => ({ title: "a command", args: line.split(" "), env: {} });

function said(more: Partial<Script>, made: Made = {}, prepares = false): string[] {
  const entryPoints = { train: entry("python train.py"), ...(prepares ? { prepare: entry("python make.py") } : {}) };
  return checkInputs({ entryPoints }, findings({ ...made, scripts: [script("train.py", more)] })).map(
    ({ text }) => text,
  );
}

test.each<[string, Partial<Script>, Made?]>([
  ["a folder", { folders: ["new_data"] }],
  ["a table", { reads: ["data/processed/a.csv"] }],
  ["a path of another machine", { reads: ["/home/me/a.csv"] }],
])("%s that the checkout lacks is told", (_what, more, made) => {
  expect(said(more, made)).toEqual([
    expect.stringMatching(/^train\.py reads .*, which the checkout lacks: commands\.prepare/),
  ]);
  expect(said(more, made, true)).toEqual([]);
});

test.each<[string, Partial<Script>, Made?]>([
  ["what is there", { folders: ["images"], reads: ["data/a.csv"] }, { files: ["images/a.png", "data/a.csv"] }],
  ["a table of the data", { reads: ["data/a.csv"] }, { tables: { "a.csv": ["x"] } }],
  ["a name without a folder", { reads: ["a.csv"] }],
  ["what it writes first", { reads: ["out/a.csv"], writes: ["out/a.csv"] }],
  ["where only the name is known", { reads: ["?/a.csv"] }],
])("%s is not", (_what, more, made) => expect(said(more, made)).toEqual([]));

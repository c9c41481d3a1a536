import { expect, test } from "vitest";
import { planOf } from "../../../src/adopt/plan.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { findings, withArguments } from "./support.ts";

/* Arguments that must be given, in projects whose names say little. */

const trains = { does: ["fits", "saves"], saves: [{ by: "joblib", path: "" }], labels: ["y"] };

function told(
  names: readonly string[],
  used_as: Readonly<Record<string, string>>,
  tables: Readonly<Record<string, readonly string[]>>,
): string {
  const one = withArguments("train.py", names, { ...trains, used_as });
  const found = settingsFor(planOf(findings({ scripts: [one], tables }), {})).find(({ path }) => path[1] === "train");
  return `${found?.open === true ? "? " : ""}${found?.value}${found?.open === true ? ` # ${found.why}` : ""}`;
}

const ONE = { "rows.csv": ["x", "y"] };

test.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
  ["places by their names", ["input", "out"], { input: "read" }, "{data}/rows.csv {model}"],
  [
    "options by their names",
    ["--data!", "--out!"],
    { data: "read", out: "folder" },
    "--data {data}/rows.csv --out {model}",
  ],
  [
    "a place of any name that is read",
    ["infile", "--to!"],
    { infile: "read", to: "saved" },
    "{data}/rows.csv --to {model}/model.pkl",
  ],
  [
    "an option of any name",
    ["--sheet!", "--save-as!"],
    { sheet: "read", save_as: "saved" },
    "--sheet {data}/rows.csv --save-as {model}/model.pkl",
  ],
  [
    "what is read though its name says nothing, if it must be given",
    ["--config=c.yml", "table"],
    { config: "file", table: "read" },
    "{data}/rows.csv",
  ],
])("with one table, %s", (_what, names, uses, words) =>
  expect(told(names, uses, ONE)).toBe(`python train.py ${words}`),
);

test.each<[string, Readonly<Record<string, readonly string[]>>, string]>([
  ["the only one with the label", { "cities.csv": ["city"], "rows.csv": ["x", "y"] }, "rows.csv"],
  ["the only one that is not held out", { "rows.csv": ["x", "y"], "test.csv": ["x", "y"] }, "rows.csv"],
  ["the one of training", { "a.csv": ["x", "y"], "train.csv": ["x", "y"] }, "train.csv"],
])("of several tables, %s is meant", (_what, tables, name) =>
  expect(told(["--data!", "--out!"], { data: "read" }, tables)).toBe(
    `python train.py --data {data}/${name} --out {model}`,
  ),
);

test("of several tables that may be meant, a person says which", () => {
  const tables = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.csv`, ["x", "y"]]));
  expect(told(["--data!", "--out!"], { data: "read" }, tables)).toBe(
    "? python train.py --data '…' --out {model} # say what --data of train.py is: {data}/a.csv, {data}/b.csv, {data}/c.csv, {data}/d.csv …?",
  );
  // A folder is told as a whole.
  expect(told(["--data!", "--out!"], { data: "folder" }, tables)).toBe("python train.py --data {data} --out {model}");
});

test("what nothing says is asked for", () => {
  expect(told(["data", "--seed!", "--mode!"], { data: "read" }, ONE)).toMatch(
    /^\? python train\.py \{data\}\/rows\.csv --seed '…' --mode '…' # say what --seed, --mode of train\.py is/,
  );
});

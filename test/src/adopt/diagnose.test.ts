import { expect, test } from "vitest";
import { data, rowsToAsk, toFillIn } from "../../../src/adopt/diagnose.ts";
import { loadConfig } from "../../../src/context/load.ts";
import { findings } from "./support.ts";

const said = (label: string): string[] => {
  const config = loadConfig({ mlPipeline: `[data]\nlabel = "${label}"\n` });
  return data({ config }, findings({ tables: { "a.csv": ["date", "kwh", "temp_c"] } })).map(
    ({ kind, text }) => `${kind} ${text}`,
  );
};

test("a label that no table has is told with the column that it may mean, and not as found", () => {
  expect(said("kWh")).toEqual([
    "missing no table of data/ has the label, kWh (data.label): did you mean kwh?",
    "found data: 1 table in data/",
  ]);
  expect(said("temp_C_")[0]).toContain("did you mean temp_c?");
  expect(said("price")[0]).toBe("missing no table of data/ has the label, price (data.label)");
  expect(said("kwh")).toEqual(["found data: 1 table in data/, label kwh"]);
});

test("samples that are no rows of tables need recorded requests", () => {
  const entry = { title: "a command", args: ["python", "a.py"], env: {} };
  const data = [{ folder: "data", tables: [], endings: { ".png": 3 }, pointers: [] }];
  const told = (
    more: object,
    requests: Parameters<typeof rowsToAsk>[0]["requests"],
    given: ReturnType<typeof findings>["data"] = data,
  ): string[] =>
    rowsToAsk({ entryPoints: { serve: entry, ...more }, requests }, { ...findings({}), data: given }).map(
      ({ kind }) => kind,
    );
  expect(told({}, { tables: undefined })).toEqual(["missing"]);
  expect(told({ prepare: entry }, { tables: undefined })).toEqual(["guess"]);
  expect(told({}, { file: "tests/shadow/requests.jsonl" })).toEqual([]);
  expect(told({ serve: undefined }, { tables: undefined })).toEqual([]);
  expect(told({}, { tables: undefined }, [])).toEqual(["missing"]);
  const images = data.map((folder) => ({ ...folder, endings: { ".png": 4 } }));
  expect(told({}, { tables: ["**/*.png"] }, images)).toEqual([]);
  expect(told({}, { tables: ["**/*.jpg"] }, images)).toEqual(["missing"]);
  const tables = findings({ tables: { "a.csv": ["x"] } }).data.map((one) => ({ ...one, endings: { ".csv": 1 } }));
  expect(told({}, { tables: undefined }, tables)).toEqual([]);
  expect(told({}, { tables: ["b/*.csv"] }, tables)).toEqual([]);
  expect(told({}, { tables: ["rows.jsonl"] }, tables)).toEqual(["missing"]);
  expect(told({ prepare: entry }, { tables: ["rows.jsonl"] }, tables)).toEqual(["guess"]);
});

test("a setting that init left open is told until somebody writes it", () => {
  const open = '[serve]\nroute = "/score"\n# answer = "…"  # app.py answers with a, b: which is the prediction?\n';
  const told = (mlPipeline: string): string[] => toFillIn({ files: { mlPipeline } }).map(({ text }) => text);
  expect(told(open)).toEqual(['ml-pipeline.toml, line 3: `answer = "…"` waits for a value, as a comment']);
  expect(told(`${open}answer = "a"\n`)).toEqual([]);
  expect(told("# Written by somebody … # and more\n")).toEqual([]);
});

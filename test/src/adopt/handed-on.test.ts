import { expect, test } from "vitest";
import { adoption } from "../../../src/adopt/adopt.ts";
import type { Script } from "../../../src/adopt/findings.ts";
import { planOf } from "../../../src/adopt/plan.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { findings, script, withArguments } from "./support.ts";

const tables = { "a.csv": ["x", "y"] };
const writes = (path: string, columns = ["y_true", "y_pred", "proba"]): Partial<Script> => ({
  ...{ writes: [path], written_tables: [path.split("/").at(-1) ?? ""], written_columns: [columns] },
});
const trains = (path: string, more: Partial<Script> = {}): Partial<Script> => ({
  ...{ does: ["fits", "saves"], saves: [{ by: "joblib", path }] },
  ...more,
});
const made = (one: Script) => {
  const found = findings({ scripts: [one], tables });
  const settings = settingsFor(planOf(found, {})).map(({ path, value }) => [path.join("."), value] as const);
  return { settings: Object.fromEntries(settings), evaluate: adoption({}, found).get("ml_pipeline/evaluate.py") ?? "" };
};

test("predictions that training writes beside the model are handed on, under the names of their columns", () => {
  const told = made(withArguments("train.py", ["--data!", "--out!"], trains("", writes("?/test_predictions.csv"))));
  expect(told.evaluate).toContain('TABLE = "test_predictions.csv"');
  expect(told.evaluate).toContain('args.output / "predictions.csv"');
  expect(told.settings).toMatchObject({
    "commands.evaluate": "python -m ml_pipeline.evaluate --model {model} --data {data} --output {output}",
    "predictions.label": "y_true",
    "predictions.prediction": "y_pred",
    "predictions.score": "proba",
  });
  expect(told.settings).not.toHaveProperty("predictions.files");
  const fixed = made(
    script("train.py", trains("out/m.pkl", writes("out/predictions.parquet", ["label", "prediction"]))),
  );
  expect(fixed.evaluate).toContain('args.output / "predictions.parquet"');
  expect(Object.keys(fixed.settings).filter((key) => key.startsWith("predictions."))).toEqual([]);
});

test.each<[string, Script]>([
  ["elsewhere", script("train.py", trains("models/m.pkl", writes("reports/predictions.csv")))],
  ["at a place that nobody knows", script("train.py", trains("models/m.pkl", writes("?/predictions.csv")))],
  ["beside the program", script("train.py", trains("m.pkl", writes("predictions.csv")))],
  ["without true values", script("train.py", trains("models/m.pkl", writes("models/predictions.csv", ["id", "pred"])))],
])("those that it writes %s are not, and the model is asked again", (_what, one) =>
  expect(made(one).evaluate).toContain('table["prediction"] = np.asarray(answers(model, features(rows)))'),
);

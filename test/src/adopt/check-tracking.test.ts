import { expect, test } from "vitest";
import { checkTracking } from "../../../src/adopt/check-tracking.ts";
import { findings, script } from "./support.ts";

interface Case {
  readonly tracking?: string[];
  readonly requirements?: string;
  readonly pyproject?: string;
  readonly locked?: Record<string, string>;
  readonly env?: Record<string, string>;
}

function said({
  tracking = ["file:./mlruns"],
  requirements = "",
  pyproject = "",
  locked = {},
  env = {},
}: Case): string[] {
  const train = { title: "commands.train", args: ["python", "train.py"], env };
  const texts = { "requirements.txt": requirements, "pyproject.toml": pyproject };
  return checkTracking(
    { entryPoints: { train } },
    { ...findings({ texts, scripts: [script("train.py", { tracking })] }), locked },
  ).map(({ kind, text }) => `${kind} ${text}`);
}

test("a version that refuses files is told with the variable that allows them", () => {
  expect(said({ requirements: "numpy\nmlflow==3.14.0\n" })).toEqual([
    'fails train.py keeps runs of MLflow in files (file:./mlruns), which mlflow 3.14.0 refuses (from 3.13 on): commands.train = { command = "python train.py", env = { MLFLOW_ALLOW_FILE_STORE = "true" } } allows it, and sqlite:///mlflow.db in its place needs no variable',
  ]);
  expect(said({ requirements: "mlflow==3.13", env: { A: "b" } })[0]).toContain(
    'env = { A = "b", MLFLOW_ALLOW_FILE_STORE = "true" }',
  );
});

test.each([
  ["mlflow==3.12.0", undefined],
  ["mlflow==2.22.5", undefined],
  ["mlflow==2.*", undefined],
  ["mlflow==3.12.*", undefined],
  ["mlflow>=2.0,<3", undefined],
  ["mlflow<3.13", undefined],
  ["mlflow<=3.12.1", undefined],
  ["mlflow~=2.9", undefined],
  ["mlflow~=3.12.0", undefined],
  ["numpy", undefined],
  ["mlflow-export-import", undefined],
  ["mlflow", "guess"],
  ["mlflow>=2.9", "guess"],
  ["mlflow[extras]>=3,<4", "guess"],
  ["mlflow~=3.2", "guess"],
  ["mlflow==3.*", "guess"],
  ["mlflow<=3.13", "guess"],
  ["mlflow<3.14 ; python_version > '3.9'", "guess"],
  ["mlflow-skinny==3.13.0  # comment", "fails"],
  ["mlflow==3.13.0rc0", "fails"],
  ["mlflow === 4.0", "fails"],
])("%s is told as %s", (requirements, kind) => {
  expect(said({ requirements })[0]?.split(" ")[0]).toBe(kind);
});

test("pyproject.toml names it too", () => {
  const pyproject = `[project]\nname = "p"\ndependencies = ["numpy", "mlflow==3.14.0"]\n`;
  expect(said({ pyproject })[0]).toMatch(/^fails .* mlflow 3\.14\.0 refuses/);
});

test("a lock file is certain", () => {
  expect(said({ requirements: "mlflow", locked: { mlflow: "3.12.0" } })).toEqual([]);
  expect(said({ locked: { "mlflow-skinny": "3.18.0" } })[0]).toMatch(/^fails .* mlflow 3\.18\.0 refuses/);
});

test("what keeps no runs in files, or allows it, is nothing to tell", () => {
  const newest = { requirements: "mlflow==3.18" };
  for (const address of ["sqlite:///mlflow.db", "http://localhost:5000", "databricks", "databricks://x", "uc"]) {
    expect(said({ ...newest, tracking: [address] })).toEqual([]);
  }
  for (const address of ["./mlruns", "/tmp/runs", "file:///x", "file:?", "mlruns"]) {
    expect(said({ ...newest, tracking: [address] })).toHaveLength(1);
  }
  expect(said({ ...newest, tracking: [] })).toEqual([]);
  expect(said({ ...newest, env: { MLFLOW_ALLOW_FILE_STORE: "True" } })).toEqual([]);
  expect(said({ ...newest, tracking: [], env: { MLFLOW_TRACKING_URI: "./mlruns" } })[0]).toContain(
    "commands.train keeps",
  );
  // What the program says itself comes before the environment.
  expect(said({ ...newest, tracking: ["sqlite:///a"], env: { MLFLOW_TRACKING_URI: "./mlruns" } })).toEqual([]);
});

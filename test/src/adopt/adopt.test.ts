import { describe, expect, test } from "vitest";
import { adoption, written } from "../../../src/adopt/adopt.ts";
import type { Script } from "../../../src/adopt/findings.ts";
import { planOf } from "../../../src/adopt/plan.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { loadConfig } from "../../../src/context/load.ts";
import { findings, type Made, plainRoute, script, server, withArguments } from "./support.ts";

/** The settings that a project would get, by their paths. */
const settings = (made: Made, configured: unknown = {}, label?: string): Record<string, unknown> =>
  Object.fromEntries(
    settingsFor(planOf(findings(made), configured, label)).map(({ path, value, open }) => [
      `${open === true ? "? " : ""}${path.join(".")}`,
      value,
    ]),
  );

const trains = { does: ["fits", "saves"], saves: [{ by: "joblib", path: "" }] };
const convention = [
  withArguments("src/train.py", ["--data", "--output", "--epochs"], { ...trains, roots: ["."] }),
  withArguments("src/evaluate.py", ["--model", "--data", "--output"], { roots: ["."] }),
  script("src/serve.py", {
    roots: ["."],
    server: server({ by: "http.server", app: "", starts: true, port_variable: "PORT" }),
  }),
];

test("a project by the convention gets nothing", () => {
  expect(settings({ scripts: convention })).toEqual({});
  expect(adoption({}, findings({ scripts: convention })).size).toBe(0);
});

test("a program without --epochs is not told them", () =>
  expect(
    settings({
      scripts: [
        withArguments("src/train.py", ["--data", "--output"], { ...trains, roots: ["."] }),
        ...convention.slice(1),
      ],
    }),
  ).toEqual({ "commands.train": "python -m src.train --data {data} --output {model}" }));

test("what equals a default is not written", () => {
  const alone = [
    withArguments("src/train.py", ["--data", "--output", "--epochs"], trains),
    withArguments("src/evaluate.py", ["--model", "--data", "--output"]),
    script("src/serve.py", { server: server({ by: "http.server", app: "", starts: true, port: "8080" }) }),
  ];
  expect(settings({ scripts: alone })).toEqual({});
  // A program that imports its neighbours by their names alone is another one as a module.
  const neighbours = alone.map((one) => ({ ...one, roots: ["src"] }));
  expect(settings({ scripts: neighbours })).toHaveProperty("commands.train");
});

test("the version of Python of a workflow or an image is taken where nothing else says one", () => {
  const workflow = { ".github/workflows/ci.yml": "with:\n  python-version: [3.8, 3.9]\n" };
  const image = { Dockerfile: "FROM python:3.9-slim AS build\n" };
  expect(settings({ scripts: convention, texts: workflow })).toEqual({ python: "3.8" });
  expect(settings({ scripts: convention, texts: { ...workflow, ...image } })).toEqual({ python: "3.9" });
  expect(settings({ scripts: convention, texts: { Dockerfile: "FROM python:3.11\n" } })).toEqual({});
  // No stage runs on it, so it is no choice.
  expect(settings({ scripts: convention, texts: { Dockerfile: "FROM python:3.7\n" } })).toEqual({});
  for (const [path, text] of [
    [".python-version", "3.11"],
    ["pyproject.toml", '[project]\nrequires-python = ">=3.9"'],
    ["environment.yml", "dependencies:\n  - python=3.11\n"],
  ] as const) {
    expect(settings({ scripts: convention, texts: { ...image, [path]: text } })).toEqual({});
  }
});

test("a port that a program reads from a variable of its own is told there", () => {
  const own = script("serve.py", { server: server({ by: "http.server", starts: true, port_variable: "API_PORT" }) });
  expect(settings({ scripts: [...convention.slice(0, 2), own] })).toEqual({
    "commands.serve": { command: "python serve.py", env: { API_PORT: "{port}" } },
  });
});

test.each<[string, ReturnType<typeof script>, unknown]>([
  [
    "files",
    withArguments("train.py", ["--train-file=data/a.csv", "--model-path=models/m.pkl"], trains),
    "python train.py --train-file {data}/a.csv --model-path {model}/m.pkl",
  ],
  [
    "a script that imports its neighbours",
    withArguments("src/fit_model.py", ["--data", "--out"], { ...trains, roots: ["src"] }),
    "python src/fit_model.py --data {data} --out {model}",
  ],
  [
    "a package",
    withArguments("pkg/train.py", ["data", "--out"], { ...trains, roots: ["."] }),
    "python -m pkg.train {data} --out {model}",
  ],
  [
    "relative imports",
    withArguments("pkg/__main__.py", ["--data", "--out"], { ...trains, relative_imports: true }),
    "python -m pkg --data {data} --out {model}",
  ],
  [
    "a package elsewhere",
    withArguments("scripts/train.py", ["--data", "--out"], { ...trains, roots: ["lib"] }),
    { command: "python scripts/train.py --data {data} --out {model}", env: { PYTHONPATH: "lib" } },
  ],
  [
    "a folder of its own",
    script("train.py", { ...trains, saves: [{ by: "joblib", path: "artifacts/m.joblib" }] }),
    { command: "python train.py", "output-folder": "artifacts" },
  ],
])("training with %s", (_what, one, value) =>
  expect(
    settings({ scripts: [one, ...convention.slice(1)], tables: { "a.csv": ["x", "target"] } })["commands.train"],
  ).toEqual(value),
);

test("what must be told and nothing says is left to a person", () => {
  const one = withArguments("train.py", ["--config!", "--data"], trains);
  expect(settings({ scripts: [one, ...convention.slice(1)] })["? commands.train"]).toBe(
    "python train.py --config '…' --data {data}",
  );
  const commands = [{ path: "README.md", line: 3, text: "python train.py --config configs/a.yaml" }];
  expect(settings({ scripts: [one, ...convention.slice(1)], commands })["commands.train"]).toBe(
    "python train.py --config configs/a.yaml --data {data}",
  );
});

test.each<[string, object, unknown]>([
  ["FastAPI", { by: "fastapi" }, "python -m uvicorn app.main:app --host 0.0.0.0 --port {port}"],
  [
    "Flask on a port of its own",
    { by: "flask", starts: true, port: "5000" },
    "python -m flask --app app.main:app run --host 0.0.0.0 --port {port}",
  ],
  ["a program that reads $PORT", { by: "fastapi", starts: true, port_variable: "PORT" }, "python -m app.main"],
])("a server of %s", (_what, more, value) =>
  expect(
    settings({ scripts: [...convention.slice(0, 2), script("app/main.py", { roots: ["."], server: server(more) })] })[
      "commands.serve"
    ],
  ).toEqual(value),
);

const route = (method: string, path: string, more: object = {}) => ({
  ...{ method, path, ...plainRoute },
  ...more,
});

test("how a server is asked is written where it is otherwise", () => {
  const routes = [
    route("GET", "/healthz"),
    route("POST", "/score", { body: ["age", "sex"], answer: ["prediction", "probability"] }),
  ];
  const own = script("serve.py", { server: server({ by: "http.server", starts: true, port: "8000", routes }) });
  const found = settings({
    scripts: [...convention.slice(0, 2), own],
    tables: { "a.csv": ["age", "sex", "income"] },
  });
  expect(found).toMatchObject({
    "serve.port": 8000,
    "serve.health": "/healthz",
    "serve.route": "/score",
    "serve.request": "record",
    "serve.answer": "prediction",
  });
  const unknown = script("serve.py", {
    server: server({ starts: true, routes: [route("POST", "/predict", { body: ["payload"] })] }),
  });
  expect(settings({ scripts: [...convention.slice(0, 2), unknown] })).toHaveProperty("? serve.request");
});

test("what nothing says of a server is left to a person", () => {
  const asked = (routes: ReturnType<typeof route>[], tables = { "a.csv": ["age", "sex", "Churn"] }) =>
    settings({
      scripts: [...convention.slice(0, 2), script("serve.py", { labels: ["Churn"], server: server({ routes }) })],
      tables,
    });
  expect(asked([route("GET", "/health")])).toHaveProperty("? serve.route");
  const answers = (...answer: string[]) => asked([route("POST", "/predict", { body: ["age", "sex"], answer })]);
  expect(answers("score", "version")).toHaveProperty("? serve.answer");
  expect(answers("churn", "probability")).toMatchObject({ "serve.answer": "churn" });
  expect(answers()).not.toHaveProperty("? serve.answer");
});

test("a server that reads a form, or a file in one, is asked as its page asks", () => {
  const asked = (more: object, made: Partial<Made> = {}) => {
    const routes = [route("POST", "/predict", { answer: ["class"], form: true, ...more })];
    const scripts = [...convention.slice(0, 2), script("app.py", { labels: ["Churn"], server: server({ routes }) })];
    const all = settings({ scripts, tables: { "a.csv": ["age", "sex", "Churn"] }, ...made });
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => /serve\.(request|requests|file|answer)/.test(name)),
    );
  };
  expect(asked({ body: ["age", "sex"] })).toEqual({ "serve.request": "form", "serve.answer": "class" });
  expect(asked({ body: ["age", "height"] })).toMatchObject({ "? serve.request": "form" });
  expect(asked({ files: ["image"] })).toEqual({
    "serve.request": "multipart",
    "serve.file-field": "image",
    "serve.answer": "class",
  });
  expect(asked({ files: ["file"], body: ["age"] })).toHaveProperty("? serve.request");
});

test("a project that a command of MLflow serves gets its protocol, and no server", () => {
  const commands = [{ path: "Makefile", line: 7, text: "mlflow models serve -m artifacts/model -p 5000" }];
  const saved = { ...trains, saves: [{ by: "mlflow", path: "artifacts/model" }] };
  const scripts = [script("train.py", saved), ...convention.slice(1, 2)];
  expect(settings({ scripts, commands })).toMatchObject({
    "commands.serve": "mlflow models serve --model-uri {model}/model --env-manager local --host 0.0.0.0 --port {port}",
    "serve.health": "/ping",
    "serve.route": "/invocations",
    "serve.request": "dataframe_split",
  });
  const registry = [{ path: "README.md", line: 7, text: "mlflow models serve -m models:/income/1 -p 5000" }];
  expect(settings({ scripts, commands: registry })).toHaveProperty("? commands.serve");
});

test("a server that reads the model beside itself is started among the models", () =>
  expect(
    settings({
      scripts: [
        ...convention.slice(0, 2),
        script("app.py", { server: server({ by: "flask" }), loads: [{ by: "pickle", path: "m.pkl" }] }),
      ],
    })["commands.serve"],
  ).toEqual({
    command: "python -m flask --app app:app run --host 0.0.0.0 --port {port}",
    env: { PYTHONPATH: ".." },
    folder: "models",
  }));

test.each<[string, Made, string | undefined]>([
  [
    "y = df[...]",
    { scripts: [script("train.py", { ...trains, labels: ["b"] })], tables: { "t.csv": ["a", "b", "label"] } },
    "b",
  ],
  [
    "the last column",
    { scripts: [script("train.py", { ...trains, labels: ["[-1]"] })], tables: { "t.csv": ["a", "b"] } },
    "b",
  ],
  [
    "a single drop",
    { scripts: [script("train.py", { ...trains, dropped: ["a"] })], tables: { "t.csv": ["a", "b"] } },
    "a",
  ],
  ["a name", { scripts: [script("train.py", trains)], tables: { "t.csv": ["a", "Species"] } }, "Species"],
  ["two names", { scripts: [script("train.py", trains)], tables: { "t.csv": ["target", "y"] } }, undefined],
  ["nothing", { scripts: [script("train.py", trains)], tables: { "t.csv": ["a", "b"] } }, undefined],
])("the label is known by %s", (_what, made, label) => {
  const found = settings(made);
  expect(found["data.label"]).toBe(label);
  expect("? data.label" in found).toBe(label === undefined);
});

test("a label that a person names is the label", () =>
  expect(settings({ tables: { "t.csv": ["a", "b"] } }, {}, "a")).toEqual({ "data.label": "a" }));

const text = script("train.py", {
  ...{ does: ["fits", "saves"], labels: ["v1"], inputs: ["v2"], codes: { ham: 0, spam: 1 } },
  ...{ reads: ["spam.csv"], read_with: { "spam.csv": 'encoding="ISO-8859-1"' } },
  saves: [
    { by: "mlflow-run", path: "" },
    { by: "joblib", path: "vectorizer.joblib" },
    { by: "joblib", path: "model.joblib" },
  ],
});

test("a model of texts is asked for texts, with what prepares them, and answers with words", () => {
  const app = script("app.py", {
    loads: [{ by: "joblib", path: "model.joblib" }],
    server: server({ routes: [route("POST", "/predict", { body: ["message"], types: { message: "str" } })] }),
  });
  const made: Made = { scripts: [text, app], tables: { "spam.csv": ["v1", "v2", "", ""] } };
  expect(settings(made)).toMatchObject({
    "data.label": "v1",
    "data.encoding": "latin-1",
    "serve.request": '{"message": {row.v2}}',
  });
  const programs = adoption({}, findings(made));
  expect(programs.get("ml_pipeline/train.py")).toContain('WRITTEN = ["model.joblib", "vectorizer.joblib"]');
  const evaluate = programs.get("ml_pipeline/evaluate.py");
  for (const line of [
    'read_csv(folder / "spam.csv", encoding="ISO-8859-1")',
    'prepare = joblib.load(folder / "vectorizer.joblib")',
    'return rows["v2"]',
    'CLASSES = {0: "ham", 1: "spam"}',
    "return [CLASSES[code] for code in codes]",
  ]) {
    expect(evaluate).toContain(line);
  }
});

test("numbers that training makes of words are words again, as the data spell them", () => {
  const encoded = (more: object) => ({
    scripts: [script("train.py", { ...trains, saves: [{ by: "joblib", path: "models/m.joblib" }], ...more })],
    tables: { "a.csv": ["x", "kind"] },
  });
  const codes = (more: object): ReadonlyMap<number, string> => {
    const found = findings(encoded({ labels: ["kind"], ...more }));
    const tables = found.data[0]?.tables.map((one) => ({ ...one, rows: 3, classes: { kind: [" B", "A", "C"] } })) ?? [];
    return planOf({ ...found, data: [{ folder: "data", endings: {}, pointers: [], tables }] }, {}).codes;
  };
  expect([...codes({ encoded: ["kind"] })]).toEqual([
    [0, " B"],
    [1, "A"],
    [2, "C"],
  ]);
  expect([...codes({ encoded: ["y"] })]).toHaveLength(3);
  expect([...codes({ encoded: ["x"] })]).toEqual([]);
  expect([...codes({ codes: { b: 1, a: 0 } })]).toEqual([
    [1, " B"],
    [0, "A"],
  ]);
});

test("a model that is only logged to MLflow is copied from there", () => {
  const logs = script("train.py", { does: ["fits", "saves"], saves: [{ by: "mlflow-run", path: "" }] });
  const programs = adoption({}, findings({ scripts: [logs], tables: { "t.csv": ["a", "y"] } }));
  expect(programs.get("ml_pipeline/train.py")).toContain('rglob("MLmodel")');
  expect(programs.get("ml_pipeline/evaluate.py")).toContain("mlflow.pyfunc.load_model");
});

test("an evaluation is written beside training that writes predictions, and says so", () => {
  const why = (more: object): string | undefined =>
    settingsFor(
      planOf(findings({ scripts: [script("run_it.py", { ...trains, ...more })], tables: { "a.csv": ["x", "y"] } }), {}),
    ).find(({ path }) => path[1] === "evaluate")?.why;
  const predicts = { written_columns: [["date", "y_true", "y_pred"]], written_tables: ["test_predictions.csv"] };
  expect(why(predicts)).toMatch(/^run_it\.py writes test_predictions\.csv as it trains/);
  expect(why({})).toMatch(/^the project has no program that writes a table of predictions/);
});

test("what training writes beside the model, and a table that it splits off each time, are told in an evaluation", () => {
  const made = (seed: string): string => {
    const saves = ["m.joblib", "encoder.joblib", "lb.joblib"].map((name) => ({ by: "joblib", path: `models/${name}` }));
    const splits = [{ test_size: "0.2", random_state: seed, stratify: false }];
    const train = script("train.py", { ...trains, saves, splits, writes: ["data/train.csv", "data/test.csv"] });
    const tables = { "train.csv": ["x", "y"], "test.csv": ["x", "y"] };
    return adoption({}, findings({ scripts: [train], tables })).get("ml_pipeline/evaluate.py") ?? "";
  };
  const open = made("");
  expect(open).toContain("# Beside it are encoder.joblib, lb.joblib: where rows go through them");
  expect(open).toContain("# train.py writes test.csv itself, by a split without a seed:\n");
  expect(made("42")).not.toContain("by a split without a seed");
});

test("a model that is saved in a dictionary is taken out of it", () => {
  const made = (bundled: string[], read: string[] = []): string => {
    const train = script("train.py", { ...trains, saves: [{ by: "joblib", path: "models/m.joblib" }], bundled });
    const app = script("app.py", { server: server(), does: ["loads", "predicts"], columns: read });
    const found = findings({ scripts: [train, app], tables: { "a.csv": ["x", "y"] } });
    return adoption({}, found).get("ml_pipeline/evaluate.py") ?? "";
  };
  const plain = made(["model", "columns", "version"]);
  expect(plain).toContain('    # Beside the model it has columns, version.\n    return bundle["model"]\n');
  expect(plain).toContain("    # app.py asks the model as well");
  expect(made([])).toContain("return joblib.load(path)");
  expect(made(["best_model", "threshold"])).toContain('return bundle["best_model"]');
  expect(made(["a", "b"])).toContain("# Which of them predicts: a, b?");
  // A threshold that nothing uses changes no answer.
  const used = made(["clf", "threshold"], ["threshold"]);
  expect(used).toContain('    chosen = estimator.predict_proba(rows)[:, 1] >= model["threshold"]\n');
  expect(used).toContain('    model = model["clf"]\n');
});

test("a server of a model whose label is not known says what is to be decided", () => {
  const scripts = [
    withArguments("train.py", ["--data", "--model"], trains),
    withArguments("evaluate.py", ["--model", "--data", "--output"], { written_columns: [["id", "prediction"]] }),
  ];
  const text = (tables: NonNullable<Made["tables"]>): string =>
    adoption({}, findings({ scripts, tables })).get("ml_pipeline/serve.py") ?? "";
  expect(text({ "a.csv": ["x", "z"] })).toContain('# Which column is predicted: z, x?\nLABEL = ""');
  expect(text({})).toContain('# Which column is predicted?\nLABEL = ""');
});

test("training that keeps no model is told so", () => {
  const [setting] = settingsFor(planOf(findings({ scripts: [script("train.py", { does: ["fits"] })] }), {}));
  expect(setting?.why).toMatch(/keeps no model/);
});

test("limits of the project's tests are its thresholds, by the metric's one name", () => {
  const thresholds = [
    { metric: "acc", comparison: ">", value: 0.7, line: 3 },
    { metric: "mean_absolute_error", comparison: "<", value: 12, line: 4 },
    { metric: "accuracy", comparison: ">=", value: 0, line: 5 },
    { metric: "recall", comparison: "<", value: 0.9, line: 6 },
    { metric: "n_rows", comparison: ">", value: 10, line: 7 },
  ];
  expect(
    settings({
      scripts: [
        script("tests/test_model.py", { thresholds }),
        script("src/x.py", { thresholds: [{ metric: "f1", comparison: ">", value: 0.6, line: 1 }] }),
      ],
    }),
  ).toEqual({
    "gates.metrics.accuracy": 0.7,
    "gates.metrics.mae": { max: 12 },
  });
});

test("columns of predictions under other names are told", () => {
  const evaluate = withArguments("src/evaluate.py", ["--model", "--data", "--output"], {
    roots: ["."],
    written_columns: [["y_true", "y_pred", "proba"]],
    written_tables: ["scores.csv"],
  });
  expect(settings({ scripts: [convention[0] ?? evaluate, evaluate, convention[2] ?? evaluate] })).toEqual({
    "predictions.files": ["scores.csv"],
    "predictions.label": "y_true",
    "predictions.prediction": "y_pred",
    "predictions.score": "proba",
  });
});

describe("quantiles and groups of predictions", () => {
  const writes = (columns: readonly string[], train: Partial<Script> = {}): Made => {
    const [first, , last] = convention as [Script, Script, Script];
    const evaluate = withArguments("src/evaluate.py", ["--model", "--data", "--output"], {
      ...{ roots: ["."], written_columns: [[...columns]], written_tables: ["predictions.csv"] },
    });
    return { scripts: [{ ...first, ...train }, evaluate, last] };
  };
  const proposed = (columns: readonly string[], configured: unknown = {}) => settings(writes(columns), configured);

  test("are proposed, the median as the answer where there is no other one", () => {
    expect(proposed(["label", "prediction", "q10", "q90"])).toEqual({ "predictions.quantiles": "q{quantile}" });
    expect(proposed(["y_true", "y_p10", "y_p50", "y_p90"])).toEqual({
      ...{ "predictions.label": "y_true", "predictions.prediction": "y_p50", "predictions.quantiles": "y_p{quantile}" },
    });
    expect(proposed(["label", "prediction", "prediction_q10", "prediction_q90"])).toEqual({});
    const [setting] = settingsFor(planOf(findings(writes(["label", "prediction", "q10", "q90"])), {}));
    expect(setting?.why).toBe("src/evaluate.py writes q10, q90");
  });

  test("are asked about where the names do not say of which quantiles they are, or whether rows are ranked", () => {
    expect(proposed(["label", "prediction", "lower", "upper"])).toEqual({ "? predictions.quantiles": "…{quantile}" });
    expect(proposed(["label", "prediction", "qid"])).toEqual({ "? predictions.group": "qid" });
    const text =
      adoption({}, findings(writes(["session_id", "relevance", "prediction"]))).get("ml-pipeline.toml") ?? "";
    expect(text).toContain(
      '# group = "session_id"  # src/evaluate.py has session_id beside relevance: are rows ranked within each session_id? Then ndcg, map and mrr are measured by it',
    );
    expect(loadConfig({ mlPipeline: text }).predictions.group).toBeUndefined();
  });

  test("are proposed with what the answer is, and that grades are numbers", () => {
    expect(proposed(["query_id", "relevance", "score"])).toEqual({
      ...{ "predictions.label": "relevance", "predictions.prediction": "score", "predictions.group": "query_id" },
      "evaluation.task": "regression",
    });
    // Of yes and no, the score orders the rows.
    expect(proposed(["query_id", "clicked", "prediction", "score"])).toEqual({
      ...{ "predictions.label": "clicked", "predictions.group": "query_id" },
    });
  });

  test("are left alone where they are set, and of classifiers", () => {
    const configured = { predictions: { group: "query_id", label: "relevance", prediction: "score" } };
    expect(proposed(["query_id", "relevance", "score"], configured)).toEqual({ "evaluation.task": "regression" });
    expect(proposed(["id", "label", "prediction", "user_id"])).toEqual({});
  });

  test("are in the evaluation that is written, where the data say that rows are ranked", () => {
    const scripts = [
      withArguments("train.py", ["--data", "--model"], {
        ...trains,
        labels: ["relevance"],
        estimators: ["lightgbm.LGBMRanker"],
      }),
    ];
    const made: Made = { scripts, tables: { "rows.csv": ["qid", "price", "relevance"] } };
    const text = adoption({}, findings(made)).get("ml_pipeline/evaluate.py") ?? "";
    expect(text).toContain('    table["qid"] = rows["qid"].to_numpy()\n');
    expect(settings(made)).toMatchObject({ "predictions.group": "qid", "evaluation.task": "regression" });
    const plain: Made = { scripts, tables: { "rows.csv": ["id", "price", "relevance"] } };
    expect(adoption({}, findings(plain)).get("ml_pipeline/evaluate.py")).not.toContain("qid");
    expect(settings(plain)).not.toHaveProperty("predictions.group");
  });
});

test.each<[string, string, string, string]>([
  ["--predictions-path=data/out/test_predictions.csv", "predictions_path", "table", "predictions.csv"],
  ["--out-file", "out_file", "table", "predictions.csv"],
  ["--output=scored.parquet", "output", "table", "predictions.parquet"],
  ["--metrics-file=scores.json", "metrics_file", "file", "scores.json"],
  ["--report-file", "report_file", "file", "metrics.json"],
])("an evaluation that writes %s, used as a %s, is told a file by what it writes", (name, variable, use, file) => {
  const evaluate = withArguments("src/evaluate.py", ["--model", "--data", name], {
    ...{ roots: ["."], used_as: { [variable]: use }, written_columns: [["id", "actual", "predicted"]] },
  });
  expect(
    settings({ scripts: [...convention.slice(0, 1), evaluate, ...convention.slice(2)] })["commands.evaluate"],
  ).toBe(`python -m src.evaluate --model {model} --data {data} ${name.split("=")[0]} {output}/${file}`);
});

test.each<[readonly string[], boolean]>([
  [["sklearn.linear_model.LinearRegression"], true],
  [["xgboost.XGBRegressor", "sklearn.linear_model.Ridge"], true],
  [["sklearn.linear_model.ElasticNet"], true],
  [["sklearn.linear_model.LassoCV", "sklearn.pipeline.Pipeline"], true],
  [["sklearn.linear_model.LogisticRegression"], false],
  [["sklearn.linear_model.LogisticRegressionCV"], false],
  [["sklearn.linear_model.RidgeClassifierCV"], false],
  [["sklearn.ensemble.RandomForestRegressor", "sklearn.svm.SVC"], false],
])("%j is a regression: %s", (estimators, isRegression) =>
  expect(
    settings({ scripts: [script("train.py", { ...trains, estimators: [...estimators] })] })["evaluation.task"],
  ).toBe(isRegression ? "regression" : undefined),
);

test("what is configured is not proposed", () => {
  const configured = { commands: { train: "python other.py" }, data: { label: "a" } };
  const made: Made = { scripts: [script("train.py", { ...trains, labels: ["b"] })], tables: { "t.csv": ["a", "b"] } };
  const found = settings(made, configured);
  expect(Object.keys(found)).not.toContain("commands.train");
  expect(Object.keys(found)).not.toContain("data.label");
});

test.each<[string, Made, { pyproject?: string; mlPipeline?: string }]>([
  [
    "a file of its own",
    {
      scripts: [script("train.py", { ...trains, saves: [{ by: "joblib", path: "m.pkl" }] })],
      tables: { "t.csv": ["a", "y"] },
    },
    {},
  ],
  [
    "pyproject.toml",
    { scripts: [withArguments("train.py", ["--data", "--out"], trains)], tables: { "t.csv": ["a", "b"] } },
    { pyproject: '[project]\nname = "p"\n' },
  ],
  [
    "its own settings",
    { scripts: [withArguments("train.py", ["--data"], trains)] },
    { mlPipeline: '[commands]\nserve = "python s.py"\n' },
  ],
])("what is written to %s is valid, and written once", (_what, made, files) => {
  const first = adoption(files, findings(made));
  const { file } = written(files);
  const text = first.get(file) ?? "";
  const after = file === "pyproject.toml" ? { pyproject: text } : { mlPipeline: text };
  expect(text).not.toBe("");
  expect(() => loadConfig(after)).not.toThrow();
  // The programs that were written are found the next time.
  const stubs = [...first.keys()].filter((path) => path.endsWith(".py"));
  expect(adoption(after, findings({ ...made, files: stubs }))).toEqual(new Map());
});

test("settings in inline tables are refused, naming the file", () => {
  const made: Made = { scripts: [withArguments("train.py", ["--data"], trains)] };
  expect(() => adoption({ mlPipeline: 'commands = { serve = "x" }\n' }, findings(made))).toThrow(
    /ml-pipeline\.toml has its settings in a form/,
  );
});

test("a model that is saved in a tuple comes after what prepares its features", () => {
  const made = (more: Partial<Script>): string => {
    const train = script("train.py", { ...trains, saves: [{ by: "pickle", path: "models/m.pkl" }], ...more });
    return (
      adoption({}, findings({ scripts: [train], tables: { "a.csv": ["x", "y"] } })).get("ml_pipeline/evaluate.py") ?? ""
    );
  };
  const both = made({ tupled: ["MultinomialNB", "CountVectorizer"] });
  expect(both).toContain(
    "    # It has MultinomialNB, CountVectorizer, in this order.\n    return make_pipeline(bundle[1], bundle[0])\n",
  );
  expect(both).toContain("import pickle\nfrom pathlib import Path");
  expect(both).toContain("from sklearn.pipeline import make_pipeline\n");
  expect(made({ tupled: ["model", "LabelEncoder"] })).toContain("return bundle[0]");
  expect(made({ tupled: ["a", "b"] })).toContain(
    "# It has a, b, in this order: which of them predicts?\n    return bundle",
  );
  expect(made({ bundled: ["clf", "vectorizer", "version"] })).toContain(
    'return make_pipeline(bundle["vectorizer"], bundle["clf"])',
  );
});

test("what a program imports may save other things than the model", () => {
  const train = script("train.py", {
    ...trains,
    saves: [{ by: "joblib", path: "models/m.pkl" }],
    reaches: ["features.py"],
  });
  const own = script("features.py", {
    saves: [{ by: "joblib", path: "artifacts/f.pkl" }],
    bundled: ["scalers", "columns"],
  });
  const made = adoption({}, findings({ scripts: [train, own], tables: { "a.csv": ["x", "y"] } }));
  expect(made.get("ml_pipeline/evaluate.py")).toContain("return joblib.load(path)");
});

test("a method of the project that saves the model has the form that it saves", () => {
  const scripts = (does: string[]): Script[] => [
    script("train.py", {
      does: ["saves", ...does],
      saves: [{ by: "native", path: "models/m.pkl" }],
      reaches: ["lib.py"],
    }),
    script("lib.py", { runs: false, does: ["fits"], saves: [{ by: "pickle", path: "" }] }),
  ];
  const made = (does: string[]): string =>
    adoption({}, findings({ scripts: scripts(does), tables: { "a.csv": ["x", "y"] } })).get(
      "ml_pipeline/evaluate.py",
    ) ?? "";
  expect(made(["uses sklearn"])).toContain(
    'path = folder / "m.pkl"\n    with path.open("rb") as file:\n        return pickle.load(file)',
  );
  expect(made(["uses xgboost"])).toContain("model.load_model(path)");
});

test("a comparison with one word tells both classes of two", () => {
  const made = (classes: string[], codes: Record<string, number>): string => {
    const given = findings({
      scripts: [script("train.py", { ...trains, saves: [{ by: "joblib", path: "m/a.pkl" }], labels: ["y"], codes })],
      tables: { "a.csv": ["x", "y"] },
    });
    const [folder] = given.data;
    const tables = folder?.tables.map((table) => ({ ...table, classes: { y: classes } })) ?? [];
    return (
      adoption({}, { ...given, data: folder === undefined ? [] : [{ ...folder, tables }] }).get(
        "ml_pipeline/evaluate.py",
      ) ?? ""
    );
  };
  expect(made(["ham", "spam"], { spam: 1 })).toContain('CLASSES = {0: "ham", 1: "spam"}');
  expect(made(["ham", "spam"], { ham: 1 })).toContain('CLASSES = {0: "spam", 1: "ham"}');
  expect(made(["a", "b", "c"], { a: 1 })).not.toContain("CLASSES");
  expect(made(["a", "b"], { z: 1 })).not.toContain("CLASSES");
});

test("of tables with the label, those that training reads are the data", () => {
  const tables = { "spam.csv": ["text", "label"], "copy.csv": ["text", "label"] };
  const files = (more: Partial<Script>): unknown =>
    settings({ scripts: [script("train.py", { ...trains, ...more })], tables })["data.files"];
  expect(files({ reads: ["data/spam.csv"] })).toEqual(["spam.csv"]);
  expect(files({ reads: ["data/spam.csv", "./data/copy.csv"] })).toBeUndefined();
  expect(files({ reads: [] })).toBeUndefined();
  expect(files({ reads: ["elsewhere/spam.csv"] })).toBeUndefined();
  expect(files({ reads: ["data/spam.csv"], folders: ["data"] })).toBeUndefined();
  // What is made of a table is not counted beside it.
  const prepare = script("prepare.py", { reads: ["data/raw/a.csv"], writes: ["data/processed/b.csv"] });
  const train = script("train.py", { ...trains, reads: ["data/processed/b.csv"] });
  const made = settings({ scripts: [train, prepare], tables: { "raw/a.csv": ["text", "label"] } });
  expect(made).toMatchObject({
    "commands.prepare": { "output-folder": "data/processed" },
    "data.files": ["processed/b.csv"],
  });
});

test("samples that are no rows of tables are served as they are", () => {
  const network = script("net.py", { networks: ["Net"] });
  const made = (more: Partial<Script>): string =>
    adoption(
      {},
      findings({
        scripts: [script("train.py", { ...trains, folders: ["images"], ...more }), network],
        files: ["images/a.png"],
      }),
    ).get("ml_pipeline/serve.py") ?? "";
  const plain = made({ saves: [{ by: "pickle", path: "sav/m.sav" }] });
  expect(plain).toContain('instances = list(body["instances"])');
  expect(plain).not.toMatch(/pandas|pd\.|LABEL/);
  const torch = made({
    saves: [{ by: "torch", path: "models/m.pth" }],
    reaches: ["net.py"],
    bundled: ["model_state", "names"],
  });
  expect(torch).toContain("# Beside the weights it has names.");
  expect(torch).toContain('model.load_state_dict(weights["model_state"])');
  expect(torch).toContain("torch.tensor(rows, dtype=torch.float32)");
});

test("a server that does something before it starts is started by its program", () => {
  const commands = (more: object): Record<string, unknown> => {
    const app = script("app.py", { server: server({ by: "flask", starts: true, port: "5000", ...more }) });
    const { "commands.serve": command, "serve.port": port } = settings({ scripts: [script("train.py", trains), app] });
    return { command, port };
  };
  const imported = { command: "python -m flask --app app:app run --host 0.0.0.0 --port {port}", port: undefined };
  expect(commands({ before: ["load_model"], open: true })).toEqual({ command: "python app.py", port: 5000 });
  // Nobody would reach it from outside of its container.
  expect(commands({ before: ["load_model"], open: false })).toEqual(imported);
  expect(commands({ before: [], open: true })).toEqual(imported);
});

test("a server that reads the query is asked by it", () => {
  const route = (
    query: string[],
    tables: NonNullable<Made["tables"]>,
    inputs: string[] = [],
  ): Record<string, unknown> => {
    const routes = [{ ...plainRoute, method: "POST", path: "/predict", answer: ["prediction"], query }];
    const app = script("app.py", { server: server({ routes }) });
    const all = settings({ scripts: [script("train.py", { ...trains, inputs }), app], tables });
    return Object.fromEntries(Object.entries(all).filter(([name]) => /serve\.(route|request|answer)/.test(name)));
  };
  const texts = { "a.csv": ["message", "label"] };
  expect(route(["message"], texts)).toEqual({
    "serve.route": "/predict?message={row.message}",
    "serve.answer": "prediction",
  });
  expect(route(["text"], texts, ["message"])).toMatchObject({ "serve.route": "/predict?text={row.message}" });
  expect(route(["Age", "sex"], { "a.csv": ["age", "sex"] })).toMatchObject({
    "serve.route": "/predict?Age={row.age}&sex={row.sex}",
  });
  expect(route(["token"], texts)).toMatchObject({ "? serve.route": "/predict?…" });
  expect(route([], texts)).not.toHaveProperty("serve.route");
});

test("images that a program makes are prepared, with its packages and a folder for the data", () => {
  const train = script("train.py", {
    ...trains,
    saves: [{ by: "pickle", path: "sav/m.sav" }],
    folders: ["new_data"],
    packages: ["cv2"],
  });
  const make = script("new-chars.py", { writes: ["_.png", "./new_data/?"], packages: ["PIL", "skimage"] });
  const other = script("chars.py", { writes: ["./chars/?"] });
  const made = findings({ scripts: [train, make, other] });
  expect(settings({ scripts: [train, make, other] })).toMatchObject({
    "commands.prepare": { command: "python new-chars.py", "output-folder": "new_data" },
  });
  const files = adoption({}, made);
  expect(files.get("requirements.txt")).toMatch(/\nopencv-python-headless\npillow\nscikit-image\n/);
  expect(files.get("data/.gitkeep")).toBe("");
  // What is there is not made again.
  expect(settings({ scripts: [train, make], files: ["new_data/A/1.png"] })).not.toHaveProperty("commands.prepare");
});

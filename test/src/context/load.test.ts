import fc from "fast-check";
import { stringify } from "smol-toml";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../../src/context/load.ts";
import { configOf, userError } from "../support.ts";

/** What is wrong, without where to read on, which is said of all mistakes alike. */
const mistakeIn = (call: () => unknown): string => {
  const [, text = "", last] = /^(.*)\n(.*)$/s.exec(userError(call)) ?? [];
  expect(last).toBe("See docs/configuration.md of ml-pipeline.");
  return text;
};
const mistake = (toml: string): string => mistakeIn(() => configOf(toml));

describe("where the configuration is", () => {
  test("without any, all defaults apply", () => {
    const evaluation = { confidence: 0.95, resamples: 1000 };
    const drift = { alpha: 0.05, "min-samples": 200, "min-effect": 0.05 };
    const retraining = {
      ...{ window: 7, join: "append", holdout: 0.3, "min-rows": 500, "cool-down": 12, "prefer-fresher": false },
      ...{ "max-test-overlap": 0.05, "max-chain-loss": 0.02, experiment: "weekly-retrain" },
    };
    const monitoring = { tolerance: 0.05, "min-labels": 200, "max-calibration-error": 0.05, id: "id" };
    // Limits that are guesses stay absent, so that messages can say what they are.
    const data = { finite: true, drift };
    const image = { include: [], "allow-secrets": [], "writable-folders": [] };
    const limits = {
      ...{
        "stage-seconds": 21_600,
        "train-seconds": 432_000,
        "install-seconds": 7_200,
        "query-seconds": 600,
        processes: 1000,
      },
      ...{ "output-megabytes": 500, "answer-megabytes": 100, "answer-seconds": 30 },
    };
    const environment = { extras: [], "system-packages": [] };
    const test = { folders: {}, args: [], "with-data": [] };
    const project = {
      environment,
      source: { include: [] },
      commands: {},
      serve: {
        port: 8080,
        health: "/health",
        "ready-seconds": 60,
        route: "/predict",
        request: "instances",
        "file-field": "file",
      },
      stages: { warn: [], off: [] },
      lint: {},
      test,
      evidence: { "require-signature": false },
      store: { journal: true },
      tracking: {
        aliases: { challenger: "challenger", champion: "champion" },
        ...{ promote: "delivered", required: false },
      },
      approval: { automatic: ["data", "configuration"], "needs-gain": true, "require-signature": false },
      deploy: {},
      release: {},
      training: {},
    };
    const cost = {
      ...{ currency: "USD", "cpu-minute": 0.05, "gpu-minute": { t4: 0.5, a100: 2, h100: 3 } },
      ...{ "transfer-gb": 0.09, "storage-gb-month": 0.023 },
    };
    const quick = { epochs: 1, sample: 1, gates: ["schema", "evaluated-rows", "served-answers", "failure-modes"] };
    const defaults = {
      ...project,
      data,
      evaluation,
      predictions: {},
      gates: {},
      image,
      monitoring,
      retraining,
      cost,
      limits,
      profile: { quick },
    };
    expect(loadConfig({})).toEqual(defaults);
    expect(loadConfig({ pyproject: '[project]\nname = "x"\n[tool.ruff]\nline-length = 100' })).toEqual(defaults);
    expect(configOf("")).toEqual(defaults);
  });

  test("in pyproject.toml or in ml-pipeline.toml, with the same keys", () => {
    const keys = 'python = "3.13"\ndata.required = ["age"]\n';
    expect(loadConfig({ pyproject: `[tool.ml-pipeline]\n${keys}` })).toEqual(configOf(keys));
    expect(configOf(keys)).toMatchObject({ python: "3.13", data: { required: ["age"], finite: true } });
  });

  test("in both it is refused", () => {
    const text = userError(() => loadConfig({ pyproject: "[tool.ml-pipeline]", mlPipeline: "" }));
    expect(text).toContain("ml-pipeline.toml, and [tool.ml-pipeline] in pyproject.toml. Keep one");
  });

  test("a pyproject.toml of other tools beside ml-pipeline.toml is fine", () => {
    expect(loadConfig({ pyproject: "[tool.black]", mlPipeline: 'python = "3.9"' }).python).toBe("3.9");
  });

  test.each(["tool = 1", "tool = []", "[[tool]]\na = 1"])("%j holds none", (pyproject) => {
    expect(loadConfig({ pyproject })).toEqual(configOf(""));
  });

  test("a value that is no table is refused with its name", () => {
    expect(mistakeIn(() => loadConfig({ pyproject: "tool.ml-pipeline = 5" }))).toBe(
      "pyproject.toml: tool.ml-pipeline: expected a table, got 5",
    );
  });
});

describe("defaults inside configured tables", () => {
  test("apply to keys that are absent", () => {
    const { gates, data } = configOf(
      ["latency", "regression", "shadow", "suspicious-gain", "failure-modes", "schema"]
        .map((gate) => `[gates.${gate}]\n`)
        .join("")
        .concat(
          '[gates.fairness]\ncolumns = ["sex"]\nfavorable = 1\n[data.leakage]\ntrain = ["a"]\nevaluation = ["b"]\n[data.text.words]\n',
        ),
    );
    expect(gates).toEqual({
      latency: {
        ...{ required: true, tolerance: 0.25, "tolerance-ms": 2 },
        ...{ proven: false, requests: 200, "batch-size": 32, users: 4 },
      },
      regression: { required: true, tolerance: 0.01, "min-rows": 100 },
      shadow: {
        ...{ required: true, "min-agreement": 0.95 },
        ...{ tolerance: 0.01, "max-errors": 0 },
      },
      "suspicious-gain": { required: true, "max-gain": 0.1, "column-power": 0.99 },
      "failure-modes": { required: true, "min-pass-rate": 1 },
      schema: { required: true },
      fairness: {
        ...{ required: true, columns: ["sex"], favorable: 1, "min-size": 50 },
        ...{ "disparate-impact": 0.8, "equalized-odds": 0.1 },
      },
    });
    expect(data).toEqual({
      finite: true,
      drift: { alpha: 0.05, "min-samples": 200, "min-effect": 0.05 },
      leakage: { train: ["a"], evaluation: ["b"], "max-share": 0 },
      text: { words: { "min-length": 10, "max-length": 10_000, "min-median-length": 50 } },
    });
  });

  test("thresholds have three forms", () => {
    const { metrics } = configOf(
      "[gates.metrics]\nrequired = false\naccuracy = 0.9\nloss = { max = 1 }\nx = { min = 0, max = 2 }",
    ).gates;
    const limits = { accuracy: 0.9, loss: { max: 1 }, x: { min: 0, max: 2 } };
    expect(metrics).toEqual({ required: false, "claim-tolerance": 0.001, ...limits });
  });
});

describe("mistakes name the file, the key and what was expected", () => {
  test.each([
    ["python = 3.11", "python: expected a string, got 3.11"],
    ['python = "3"', 'python: expected a Python version such as "3.11", got "3"'],
    ["data = 1", "data: expected a table, got 1"],
    ["gates = []", "gates: expected a table, got an empty list"],
    ["[data]\nmin-rows = -1", "data.min-rows: -1 is below the least possible, 0"],
    ["[data]\nmin-rows = 1.5", "data.min-rows: expected a whole number, got 1.5"],
    ["[data]\nmin-rows = inf", "data.min-rows: expected a number, got Infinity"],
    ["[data]\nmin-rows = nan", "data.min-rows: expected a number, got NaN"],
    ["[data]\nmax-duplicates = 1.01", "data.max-duplicates: 1.01 is above the greatest possible, 1"],
    ["[data]\nrequired = []", "data.required: expected a list of at least 1, got an empty list"],
    [
      '[store]\nurl = "s3://AKIAKEY:S3CR3T@models"',
      'store.url: expected s3://BUCKET/PREFIX, with ?region=REGION on AWS and ?endpoint=https://HOST elsewhere, and without any credentials, got "s3://…@models"',
    ],
    ['[data]\nrequired = [""]', 'data.required.0: expected text that is not empty, got ""'],
    ["[data]\nrequired = [1]", "data.required.0: expected a string, got 1"],
    ["[data]\nranges.age = [0]", "data.ranges.age: expected a list of at least 2, got a list of 1"],
    ["[data]\nranges.age = [0, 1, 2]", "data.ranges.age: expected a list of at most 2, got a list of 3"],
    ["[data]\nranges.age = [2, 1]", "data.ranges.age: the lower end is above the upper"],
    ["[data]\nranges.age = [-inf, 1]", "data.ranges.age.0: expected a number, got -Infinity"],
    ["[data]\nvalues.a = [1979-05-27]", "data.values.a.0: expected text, a number, true or false, got a date or time"],
    ["[gates.latency]\nsingle-ms = 0", "gates.latency.single-ms: 0 is below the least possible, more than 0"],
    [
      '[gates.fairness]\ncolumns = ["a"]',
      "gates.fairness.favorable: expected text, a number, true or false, got nothing",
    ],
    [
      "[gates.metrics]\nf1 = nan",
      "gates.metrics.f1: expected a number (at least), or { min = … } and { max = … }, got NaN",
    ],
    ["[gates.metrics]\nbias = { min = 2, max = 1 }", "gates.metrics.bias: min is greater than max"],
    ["[gates.metrics]\nf1 = 80", "gates.metrics.f1: expected a number from 0 to 1, which f1 is, got 80"],
    ["[gates.metrics]\nneg_mae = 3", "gates.metrics.neg_mae: expected a number of at most 0, which neg_mae is, got 3"],
    [
      "[gates.metrics]\ncost = 90",
      "gates.metrics.cost: expected { min = 90 } or { max = 90 }, since the name does not say whether lower values of cost are better, got 90",
    ],
    [
      '[gates.slices]\ncolumns = ["a"]\nmetrics = { fpr = 0.1 }',
      "gates.slices.metrics.fpr: expected { min = 0.1 } or { max = 0.1 }, since the name does not say whether lower values of fpr are better, got 0.1",
    ],
    [
      '[gates.regression]\nmetric = "fpr"',
      'gates.regression.metric: expected gates.regression.lower-is-better = true (or false) beside it, since the name does not say whether lower values of fpr are better, got "fpr"',
    ],
    [
      '[gates.suspicious-gain]\nmetric = "cost"',
      'gates.suspicious-gain.metric: expected gates.suspicious-gain.lower-is-better = true (or false) beside it, since the name does not say whether lower values of cost are better, got "cost"',
    ],
    [
      '[gates.regression]\nmetric = "Log-Loss"\nlower-is-better = false',
      "gates.regression.lower-is-better: expected no such key, since lower values of Log-Loss are better, got false",
    ],
    [
      "[gates.schema]\nclasses = [[0]]",
      "gates.schema.classes.0: expected text, a number, true or false, got a list of 1",
    ],
    ["[gates.metrics]\nf1 = {}", "gates.metrics.f1: expected { min = … }, { max = … } or both, got a table"],
    [
      '[deploy.staging]\nnamespace = "a"',
      "deploy.staging: one of deployment, rollout, inference-service, external names what is deployed to, and none of them is there",
    ],
    [
      '[commands]\ntrain = "python -m x {foo}"',
      "commands.train: {foo} is not known here; possible are {data}, {model}, {epochs}, {baseline}, and {{foo}} for the text itself",
    ],
    ['[commands.train]\nmodule = "x"\nfolder = "/a"', 'commands.train: expected a folder of the project, got "/a"'],
    ["[gates.metrics]\nrequired = 1", "gates.metrics.required: expected a boolean, got 1"],
  ])("%j", (toml, text) => {
    expect(mistake(toml)).toBe(`ml-pipeline.toml: ${text}`);
  });

  test("a value outside of a set shows the set", () => {
    expect(mistake('[data]\ntypes.a = "int"')).toMatch(/data\.types\.a: expected one of "integer", .*, got "int"$/);
  });

  test.each([
    ["[data.types]\n__proto__ = 'text'", "data.types.__proto__: no column or rule can have this name here"],
    ["[dta]", "dta: unknown key; did you mean data?"],
    ["[gates.latncy]", "gates.latncy: unknown key; did you mean latency?"],
    ["[data]\nmin_rows = 3", "data.min_rows: unknown key; did you mean min-rows?"],
    ["[gates.regression]\ntolerence = 0.1", "gates.regression.tolerence: unknown key; did you mean tolerance?"],
    ["[data.text.review]\nmin-lenght = 1", "data.text.review.min-lenght: unknown key; did you mean min-length?"],
    [
      "wholly-else = 1",
      "wholly-else: unknown key; possible are python, matrix, environment, source, commands, serve, stages, lint, test, data, training, evaluation, predictions, gates, profile, image, evidence, store, tracking, approval, deploy, release, monitoring, retraining, cost, limits",
    ],
    [
      "__proto__ = 1",
      "__proto__: unknown key; possible are python, matrix, environment, source, commands, serve, stages, lint, test, data, training, evaluation, predictions, gates, profile, image, evidence, store, tracking, approval, deploy, release, monitoring, retraining, cost, limits",
    ],
  ])("an unknown key: %j", (toml, text) => {
    expect(mistake(toml)).toBe(`ml-pipeline.toml: ${text}`);
  });

  test.each([
    ['train = { comand = "x" }', "train.comand: unknown key; did you mean command?"],
    ['train = ["python", 3]', "train.1: expected a string, got 3"],
    ["train = 3", "train: expected text or a list or a table, got 3"],
    ['train = { module = "a b" }', 'train.module: expected a Python module such as "package.train", got "a b"'],
    ['train = { command = "x", env = { A = 3 } }', "train.env.A: expected a string, got 3"],
    ['train = { command = "x", env = { "A=B" = "x" } }', "train.env.A=B: expected the name of an environment variable"],
  ])("where a value may have several forms, it is what is wrong with the one that is meant: %s", (toml, text) => {
    expect(mistake(`[commands]\n${toml}`).split("\n")[0]).toBe(`ml-pipeline.toml: commands.${text}`);
  });

  test.each(["data", "predictions"])("a delimiter of %s is no mark that a CSV has for something else", (table) => {
    for (const letter of ['\\"', "\\n"]) {
      expect(mistake(`[${table}]\ndelimiter = "${letter}"`)).toContain(
        `ml-pipeline.toml: ${table}.delimiter: expected a letter that is no quotation mark and no end of a line`,
      );
    }
  });

  test("all mistakes are reported at once", () => {
    const text = mistakeIn(() =>
      loadConfig({ pyproject: "[tool.ml-pipeline]\npython = 3\nx = 1\ndata.min-rows = -1" }),
    );
    expect(text.split("\n").map((line) => line.split(": ").slice(0, 2).join(": "))).toEqual([
      "pyproject.toml: tool.ml-pipeline.python",
      "pyproject.toml: tool.ml-pipeline.data.min-rows",
      "pyproject.toml: tool.ml-pipeline.x",
    ]);
  });

  test.each([
    ["python = ", "ml-pipeline.toml, line 1, column 10: not valid TOML: "],
    ["x = 1\nx = 2", "ml-pipeline.toml, line 2, column 1: not valid TOML: "],
    ["\n\n[data", "ml-pipeline.toml, line 3, column "],
  ])("what is not TOML has a line and a column: %j", (toml, text) => {
    const message = userError(() => configOf(toml));
    expect(message).toContain(text);
    expect(message).not.toContain("\n");
  });
});

describe("a configuration or a UserError", () => {
  const keys = fc.oneof(
    fc.constantFrom(
      ...["python", "data", "gates", "label", "required", "types", "values", "ranges", "text", "drift", "metrics"],
      ...["schema", "regression", "fairness", "min-rows", "accuracy", "min", "max", "favorable", "columns"],
      ...["__proto__", "constructor", "toString", "hasOwnProperty", "", "a.b", "\n"],
    ),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.date({ noInvalidDate: true, min: new Date("1970-01-01"), max: new Date("2100-01-01") }),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, "3.11", "integer"),
      fc.array(tie("value"), { maxLength: 3 }),
      tie("tree"),
    ),
    tree: fc.dictionary(keys, tie("value"), { maxKeys: 5 }),
  }));

  test("comes of any TOML", () => {
    fc.assert(
      fc.property(tree, (value) => {
        const toml = stringify(value as Record<string, unknown>);
        for (const files of [{ mlPipeline: toml }, { pyproject: toml }]) {
          try {
            expect(loadConfig(files).python ?? "3.11").toMatch(/^3\./);
          } catch (error) {
            expect((error as Error).name).toBe("UserError");
            expect((error as Error).message).toMatch(/^(ml-pipeline|pyproject)\.toml(: |, line)/);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("comes of any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."[]={}\"'#\n.,a1 ") })), (text) => {
        try {
          loadConfig({ mlPipeline: text });
        } catch (error) {
          expect((error as Error).name).toBe("UserError");
        }
      }),
      { numRuns: 500 },
    );
  });
});

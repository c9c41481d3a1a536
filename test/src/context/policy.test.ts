import type { Container, Directory, File } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { schemaAt, strictnessOf } from "../../../src/config/stricter.ts";
import { loadConfig } from "../../../src/context/load.ts";
import { parsePolicy, readPolicy, requiredGates } from "../../../src/context/policy/read.ts";
import { type Config, configSchema } from "../../../src/context/schema.ts";
import { configurationSchema, settingsIn } from "../../support/docs/settings.ts";
import { configOf, userError } from "../support.ts";

const NAME = "strict.toml (--policy)";
const policyOf = (toml: string) => parsePolicy(NAME, toml);
const held = (policy: string, project: string): Config => loadConfig({ mlPipeline: project }, policyOf(policy));
const refusal = (policy: string, project: string): string[] =>
  userError(() => held(policy, project))
    .split("\n")
    .slice(0, -1);

describe("what a project sets looser than the policy is refused, with its key, its value, the floor and the file", () => {
  test.each<[key: string, policy: string, project: string, words: string]>([
    ["python", '"3.11"', '"3.9"', "at least 3.11"],
    ["matrix", '["3.11", "3.13"]', '["3.11"]', 'all of ["3.11", "3.13"]'],
    ["data.min-rows", "5000", "4999", "at least 5000"],
    ["data.required", '["age", "sex"]', '["sex"]', 'all of ["age", "sex"]'],
    ["data.finite", "true", "false", "true"],
    ["data.types.age", '"integer"', '"number"', '"integer"'],
    ["data.values.sex", '["f", "m"]', '["f", "m", "?"]', 'none but ["f", "m"]'],
    ["data.ranges.age", "[0, 120]", "[0, 121]", "within [0, 120]"],
    ["data.ranges.age", "[0, 120]", "[-1, 100]", "within [0, 120]"],
    ["data.max-nulls.age", "0.1", "0.2", "at most 0.1"],
    ["data.unique", '["id", ["day", "shop"]]', '[["shop", "day"]]', 'all of ["id", ["day","shop"]]'],
    ["data.min-class-ratio", "0.2", "0.1", "at least 0.2"],
    ["data.max-duplicates", "0.01", "1", "at most 0.01"],
    ["data.label", '"income"', '"age"', '"income"'],
    ["data.rules.adult", '"age > 17"', '"age > 0"', '"age > 17"'],
    ["data.drift.min-effect", "0.1", "0.2", "at most 0.1"],
    ["evaluation.confidence", "0.95", "0.9", "0.95"],
    ["gates.schema.required", "true", "false", "true"],
    ["gates.schema.classes", '["a", "b"]', '["a", "c"]', 'none but ["a", "b"]'],
    ["gates.metrics.accuracy", "0.9", "0.8", "at least 0.9"],
    ["gates.metrics.accuracy", "0.9", "{ max = 1 }", "at least 0.9"],
    ["gates.metrics.log_loss", "{ max = 0.3 }", "{ max = 0.31 }", "at most 0.3"],
    ["gates.metrics.log_loss", "0.3", "{ max = 0.31 }", "at most 0.3"],
    ["gates.metrics.mae", "{ max = 5 }", "6", "at most 5"],
    ["gates.metrics.rmse", "{ max = 5 }", "{ min = 0 }", "at most 5"],
    ["gates.metrics.bias", "{ min = -0.1, max = 0.1 }", "{ min = -0.1 }", "at least -0.1, at most 0.1"],
    ["gates.metrics.claim-tolerance", "0.001", "1", "at most 0.001"],
    ["gates.regression.metric", '"roc_auc"', '"accuracy"', '"roc_auc"'],
    ["gates.latency.single-ms", "100", "100.5", "at most 100"],
    ["gates.latency.min-throughput", "50", "40", "at least 50"],
    ["gates.failure-modes.min-pass-rate", "1", "0.5", "at least 1"],
    ["gates.suspicious-gain.max-gain", "0.1", "9", "at most 0.1"],
    ["gates.shadow.min-agreement", "0.99", "0.95", "at least 0.99"],
    ["monitoring.tolerance", "0.05", "0.06", "at most 0.05"],
    ["limits.train-seconds", "3600", "3601", "at most 3600"],
    ["limits.memory-gigabytes", "8", "8.5", "at most 8"],
    ["limits.processes", "50", "51", "at most 50"],
  ])("%s: %s, not %s", (key, floor, value, words) => {
    const [text = ""] = refusal(`${key} = ${floor}`, `${key} = ${value}`);
    expect(text).toContain(`ml-pipeline.toml: ${key}: `);
    expect(text).toContain(` is looser than the policy, which asks for ${words} (${key} in ${NAME})`);
    // The floor itself is kept.
    held(`${key} = ${floor}`, `${key} = ${floor}`);
  });

  test("all of them at once, in pyproject.toml with its table", () => {
    const pyproject = "[tool.ml-pipeline]\ndata.min-rows = 1\ngates.metrics.accuracy = 0.1";
    const text = userError(() =>
      loadConfig({ pyproject }, policyOf("data.min-rows = 10\ngates.metrics.accuracy = 0.5")),
    );
    expect(text).toBe(
      [
        `pyproject.toml: tool.ml-pipeline.data.min-rows: 1 is looser than the policy, which asks for at least 10 (data.min-rows in ${NAME})`,
        `pyproject.toml: tool.ml-pipeline.gates.metrics.accuracy: 0.1 is looser than the policy, which asks for at least 0.5 (gates.metrics.accuracy in ${NAME})`,
        "See docs/policy.md of ml-pipeline.",
      ].join("\n"),
    );
  });

  test("by whatever name of the metric, and with the policy's own key", () => {
    expect(refusal("gates.metrics.roc_auc = 0.9", "gates.metrics.auc = 0.5")).toEqual([
      `ml-pipeline.toml: gates.metrics.auc: 0.5 is looser than the policy, which asks for at least 0.9 (gates.metrics.roc_auc in ${NAME})`,
    ]);
    expect(held("gates.metrics.roc_auc = 0.9", "gates.metrics.auc = 0.95").gates.metrics).toMatchObject({
      auc: 0.95,
    });
    // Columns are not metrics.
    expect(held("data.ranges.auc = [0, 1]", "data.ranges.roc_auc = [0, 9]").data.ranges).toEqual({
      ...{ auc: [0, 1], roc_auc: [0, 9] },
    });
  });

  test.each<[allowed: string[], own: string[], isLooser: boolean]>([
    [["a.pem"], [], false],
    [["a.pem", "b.pem"], ["b.pem"], false],
    [["a.pem"], ["**"], true],
    [["*.pem", "!prod.pem"], ["*.pem", "!prod.pem"], false],
    [["*.pem", "!prod.pem"], [], false],
    [["*.pem", "!prod.pem"], ["*.pem"], true],
    [["*.pem", "!prod.pem"], ["!prod.pem", "*.pem"], true],
    [["*.pem", "!prod.pem", "prod.pem"], ["*.pem", "prod.pem"], true],
    [["*.pem", "!*.pem", "x"], ["x"], false],
  ])("patterns of files: %j, and a project with %j", (allowed, own, isLooser) => {
    const setting = (patterns: string[]): string => `image.allow-secrets = ${JSON.stringify(patterns)}`;
    if (isLooser) expect(refusal(setting(allowed), setting(own))).toHaveLength(1);
    else expect(held(setting(allowed), setting(own)).image["allow-secrets"]).toEqual(own);
  });

  test("a gate that only warns, where the policy has a table of it", () => {
    expect(refusal("[gates.latency]\nsingle-ms = 50", "[gates.latency]\nrequired = false\nsingle-ms = 50")).toEqual([
      expect.stringContaining("gates.latency.required: false is looser than the policy, which asks for true"),
    ]);
    held("[gates.latency]\nrequired = false", "[gates.latency]\nrequired = false");
  });
});

describe("what a project leaves open is set by the policy", () => {
  test("and stricter settings of the project stay", () => {
    const { data, gates, python } = held(
      'python = "3.9"\ndata.min-rows = 5000\n[gates.metrics]\naccuracy = 0.9\nlog_loss = 0.3\nmae = 5',
      "[gates.metrics]\naccuracy = 0.95\nmae = 4",
    );
    expect(data["min-rows"]).toBe(5000);
    expect(gates.metrics).toMatchObject({ required: true, accuracy: 0.95, log_loss: { max: 0.3 }, mae: { max: 4 } });
    // Which version it is depends on the project's files; the floor is held against that one.
    expect(python).toBeUndefined();
  });

  test("and a smaller limit is stricter, whether the limit has a default or not", () => {
    const policy = "[limits]\ntrain-seconds = 3600\nmemory-gigabytes = 8\nprocesses = 5000";
    expect(held(policy, "limits.train-seconds = 60\nlimits.memory-gigabytes = 1").limits).toMatchObject({
      ...{ "train-seconds": 60, "memory-gigabytes": 1, processes: 1000 },
    });
    expect(held(policy, "").limits).toMatchObject({ "train-seconds": 3600, "memory-gigabytes": 8, processes: 1000 });
  });

  test("but never loosens a default", () => {
    const { data, gates } = held(
      "data.min-rows = 10\ndata.max-duplicates = 1\ndata.min-class-ratio = 0.01\n[gates.latency]\nsingle-ms = 5000",
      "",
    );
    expect(data).toEqual(configOf("").data);
    // Of a limit that is a guess, absent is what it was.
    expect(gates.latency).not.toHaveProperty("single-ms");
  });

  test("so a gate that it requires is configured, and the project says what only it can say", () => {
    const policy = "[gates.fairness]\ndisparate-impact = 0.9";
    expect(refusal(policy, "")).toEqual([
      `ml-pipeline.toml: gates.fairness.columns: expected a list, got nothing; ${NAME} asks for gates.fairness`,
      expect.stringContaining("gates.fairness.favorable"),
    ]);
    expect(held(policy, '[gates.fairness]\ncolumns = ["sex"]\nfavorable = "yes"').gates.fairness).toMatchObject({
      "disparate-impact": 0.9,
      "equalized-odds": 0.1,
    });
    expect(requiredGates(policyOf(`${policy}\n[gates.shadow]\nrequired = false`))).toEqual(["fairness"]);
  });

  test("nothing changes for a project without a policy", () => {
    expect(loadConfig({ mlPipeline: "data.min-rows = 1" })).toEqual(configOf("data.min-rows = 1"));
  });
});

describe("each setting of a number says which way is stricter", () => {
  /** Neither way is stricter: each says what is measured, or holds a model back on one side and lets one through on the other. */
  const UNDIRECTED = [
    "retraining.window",
    "retraining.max-rows",
    "retraining.holdout",
    "cost.cpu-minute",
    "cost.gpu-minute",
    "cost.storage-gb-month",
    "cost.transfer-gb",
    "deploy.*.canary.confidence",
    "evaluation.confidence",
    "gates.latency.batch-size",
    "gates.latency.users",
    "gates.regression.min-rows",
    "gates.shadow.rate",
    "profile.quick.epochs",
    "profile.quick.sample",
    "serve.port",
    "training.kubernetes.cpu",
    "training.kubernetes.memory",
  ];
  const numbers = settingsIn(configurationSchema()).flatMap(({ path, schema }): string[] => {
    const isNumber = [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === "number" || type === "integer");
    return isNumber ? [path.join(".")] : [];
  });

  test.each(numbers)("%s", (key) => {
    const schema = key
      .split(".")
      .reduce<z.core.$ZodType | undefined>((at, one) => at && schemaAt(at, one), configSchema);
    expect(schema && strictnessOf(schema)?.direction === "same").toBe(UNDIRECTED.includes(key));
  });
});

describe("a policy", () => {
  test("may be written as in pyproject.toml", () => {
    expect(policyOf("[tool.ml-pipeline.data]\nmin-rows = 7").floors).toEqual({ data: { "min-rows": 7 } });
  });

  test.each([
    ["signing = true", "signing: unknown key"],
    ["gates.metrcs.accuracy = 1", "gates.metrcs: unknown key; did you mean metrics?"],
    ['data.min-rows = "many"', "data.min-rows: expected a "],
    ["gates.metrics.accuracy = {}", "gates.metrics.accuracy: "],
    ["tool.ml-pipeline = 5", "tool.ml-pipeline: expected a table, got 5"],
    ["", "it sets nothing"],
    ["gates = {}", "it sets nothing"],
    ["[data]\n[data.leakage]\n[limits]", "it sets nothing"],
    ["a = ", "line 1, column"],
  ])("that is none is refused: %s", (toml, words) => {
    const text = userError(() => policyOf(toml));
    expect(text).toContain("strict.toml (--policy)");
    expect(text).toContain(words);
  });

  const file = { name: async () => "strict.toml", contents: async () => "data.min-rows = 7" } as unknown as File;
  const folder = (has: boolean) =>
    ({ exists: async (name: string) => has && name === "policy.toml", file: () => file }) as unknown as Directory;
  const image = { rootfs: () => folder(true) } as unknown as Container;

  test("is a file, a file of a folder, or one at the root of an image", async () => {
    expect(await readPolicy({})).toBeUndefined();
    expect(await readPolicy({ file })).toMatchObject({ name: "strict.toml (--policy)" });
    expect(await readPolicy({ folder: folder(true) })).toMatchObject({ name: "policy.toml (--policy-folder)" });
    expect(await readPolicy({ image })).toMatchObject({ name: "policy.toml (--policy-image)" });
  });

  test("that is missing, or is given twice, is told with the flags", async () => {
    await expect(readPolicy({ folder: folder(false) })).rejects.toThrow(
      "There is no file policy.toml at the top of what --policy-folder names.",
    );
    await expect(readPolicy({ file, image })).rejects.toThrow("--policy and --policy-image both name a policy");
  });
});

describe("rules on data hold for the tables that a project names", () => {
  const POLICY = '[data]\nmax-duplicates = 0.02\nrequired = ["id"]\nmin-rows = 2000';

  test("what is of every table for each, what is of columns for the one that the model is about", () => {
    const { data } = held(
      POLICY,
      '[data.tables.a]\nlabel = "y"\nrequired = ["id", "y"]\nmax-duplicates = 0\n[data.tables.b]\nmin-rows = 1',
    );
    expect(data.tables?.a).toMatchObject({ required: ["id", "y"], "min-rows": 2000, "max-duplicates": 0 });
    expect(data.tables?.b).toMatchObject({ "min-rows": 1, finite: true });
    expect(data.tables?.b?.required).toBeUndefined();
    expect([data.required, data["min-rows"]]).toEqual([undefined, undefined]);
  });

  test("and a looser one is refused with the floor as the policy writes it", () => {
    const [text = "", other = ""] = refusal(
      POLICY,
      '[data.tables.b]\nmax-duplicates = 1\n[data.tables.a]\nlabel = "y"\nmin-rows = 10',
    );
    expect(text).toContain("data.tables.b.max-duplicates: 1 is looser");
    expect(text).toContain(`(data.max-duplicates in ${NAME})`);
    expect(other).toContain("data.tables.a.min-rows: 10 is looser");
    const [own = ""] = refusal("[data.tables.b]\nmin-rows = 5", "[data.tables.b]\nmin-rows = 4");
    expect(own).toContain(`(data.tables.b.min-rows in ${NAME})`);
  });

  test("files without a name keep them when the model is about those", () => {
    const { data } = held(POLICY, '[data]\nlabel = "y"\n[data.tables.b]');
    expect([data.required, data["min-rows"]]).toEqual([["id"], 2000]);
    expect(data.tables?.b?.["min-rows"]).toBeUndefined();
  });
});

describe("a program of the policy's", () => {
  const policy =
    '[gates.external.keep]\ncommand = "python checks/keep.py"\n[data.external.rows]\ncommand = "python checks/rows.py"\n';
  const project = (table: string, more: string): string =>
    `[${table}]\ncommand = "python checks/${table.startsWith("gates") ? "keep" : "rows"}.py"\n${more}\n`;

  test.each([
    ["gates.external.keep", 'folder = "evil"', "folder"],
    ["gates.external.keep", 'image = "python:3.12"', "image"],
    ["gates.external.keep", 'env = { PYTHONPATH = "evil" }', "env"],
    ["gates.external.keep", "settings = { least = 0 }", "settings"],
    ["gates.external.keep", "required = false", "required"],
    ["gates.external.keep", "seconds = 601", "seconds"],
    ["data.external.rows", 'folder = "evil"', "folder"],
  ])("is told nothing else by a project: %s, %s", (table, more, key) => {
    const raw = (toml: string) => parsePolicy(NAME, toml);
    const message = userError(() => loadConfig({ mlPipeline: project(table, more) }, raw(policy)));
    expect(message).toContain(`${table}.${key}`);
    expect(message).toContain("is looser than the policy, which asks for");
  });

  test.each(["", "seconds = 10", "env = {}"])("may be repeated as it is: %j", (more) => {
    const table = project("gates.external.keep", more);
    expect(() => loadConfig({ mlPipeline: table }, parsePolicy(NAME, policy))).not.toThrow();
  });
});

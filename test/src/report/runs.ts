import type { Check } from "../../../src/checks/check.ts";
import { statusOf } from "../../../src/checks/decide.ts";
import { messageOf as messageOfChecks } from "../../../src/checks/findings.ts";
import { actionOf, decideTests } from "../../../src/drift/decide.ts";
import { withMessages } from "../../../src/drift/words.ts";
import { type Gate, settingsOf } from "../../../src/gates/gate.ts";
import { GATES } from "../../../src/gates/list.ts";
import type { GateResult } from "../../../src/gates/result.ts";
import type { Measurements } from "../../../src/measurements/measurements.ts";
import type {
  GroupResults,
  ModelFairness,
  ModelResults,
  PredictionResults,
} from "../../../src/measurements/predictions/results.ts";
import type { CaseResults } from "../../../src/measurements/serving/cases.ts";
import type { LoadTest, ServedLoad } from "../../../src/measurements/serving/load.ts";
import type { ShadowReplay } from "../../../src/measurements/serving/shadow.ts";
import { reportedMeasurements, reportedMetrics } from "../../../src/report/measured.ts";
import type { Report } from "../../../src/report/report.ts";
import type { Estimate } from "../../../src/statistics/estimate.ts";
import { configOf, predictionSummary, report, stageReport } from "../support.ts";

/** A name that does harm wherever it is not escaped. */
export const HOSTILE = "<script>globalThis.hacked=1</script>\"'><img src=x onerror=hacked=2>&amp;</svg>`|*[a](b)";

/* Reports as runs of examples/census make them, with figures of that size. */

const around = (value: number, half: number): Estimate => ({
  value,
  interval: { low: value - half, high: value + half },
});

/** The same numbers each time: a linear congruential generator from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** About normal: the sum of twelve. */
const normal = (next: () => number): number => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6);

const POSITIVE = [95, 90, 88, 85, 84, 86, 88, 92, 98, 104, 108, 112, 120, 128, 136, 148, 160, 178, 205, 245];
const NEGATIVE = [3380, 1010, 640, 430, 300, 238, 190, 160, 132, 112, 96, 82, 70, 62, 50, 42, 34, 26, 20, 12];

const classifier = (accuracy: number, shift: number): ModelResults => ({
  metrics: {
    accuracy: around(accuracy, 0.0068),
    balanced_accuracy: around(accuracy - 0.078, 0.011),
    "precision[>50K]": around(0.772 + shift, 0.019),
    "recall[>50K]": around(0.664 + shift, 0.021),
    f1: around(0.7139 + shift, 0.0172),
    roc_auc: around(0.9262 + shift / 2, 0.0054),
    pr_auc: around(0.8281 + shift, 0.0131),
    log_loss: around(0.2791 - shift, 0.0094),
    brier: around(0.0879 - shift / 3, 0.0031),
    calibration_error: around(0.0113 - shift / 3, 0.004),
  },
  confusion: [
    [6986 + Math.round(2000 * shift), 466 - Math.round(2000 * shift)],
    [779 - Math.round(3000 * shift), 1538 + Math.round(3000 * shift)],
  ],
  calibration: Array.from({ length: 10 }, (_, bin) => {
    const score = 0.05 + bin / 10 + 0.004;
    const observed = Math.min(1, Math.max(0, score + 0.05 * Math.sin(bin + shift * 90)));
    return {
      score,
      observed,
      rows: 1900 - 165 * bin,
      interval: { low: Math.max(0, observed - 0.03 - bin / 300), high: Math.min(1, observed + 0.03 + bin / 300) },
    };
  }),
  scores: {
    positive: POSITIVE.map((count, bin) => Math.max(0, Math.round(count * (1 + (6 * shift * (bin - 10)) / 10)))),
    negative: NEGATIVE.map((count, bin) => Math.max(0, Math.round(count * (1 - (6 * shift * (bin - 10)) / 10)))),
  },
});

const group = (values: readonly string[], rows: number, accuracy: number, before: number): GroupResults => {
  const half = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / rows);
  return {
    values,
    rows,
    candidate: { accuracy: around(accuracy, half) },
    baseline: { accuracy: around(before, half) },
    differences: { accuracy: around(accuracy - before, half / 3) },
  };
};

const fairness = (female: number, male: number): ModelFairness => ({
  groups: [
    { values: ["Male"], rows: 6527, selectionRate: male, truePositiveRate: 0.68, falsePositiveRate: 0.09 },
    { values: ["Female"], rows: 3242, selectionRate: female, truePositiveRate: 0.58 + female, falsePositiveRate: 0.02 },
  ],
  measures: {
    disparate_impact: around(female / male, 0.026),
    demographic_parity: around(male - female, 0.013),
    equalized_odds: around(0.103, 0.047),
  },
});

/** The results of a census model's predictions. */
export function censusResults(fair: boolean): PredictionResults {
  const candidate = classifier(0.8726, 0.004);
  const baseline = classifier(0.8702, 0);
  return {
    task: "classification",
    rows: 9769,
    classes: ["<=50K", ">50K"],
    positive: ">50K",
    confidence: 0.95,
    resamples: 1000,
    candidate,
    baseline,
    pairs: {
      rows: 9769,
      differences: Object.fromEntries(
        Object.entries(candidate.metrics).map(([name, { value }]) => [
          name,
          around(value - (baseline.metrics[name]?.value ?? 0), 0.0021),
        ]),
      ),
      resampled: {
        metric: "accuracy",
        low: -0.0018,
        high: 0.0066,
        counts: Array.from({ length: 40 }, (_, bin) => Math.round(62 * Math.exp(-(((bin - 20) / 8.2) ** 2)))),
      },
      mcnemar: { onlyCandidate: 141, onlyBaseline: 118, pValue: 0.172 },
    },
    slices: [
      {
        columns: ["sex"],
        groups: [group(["Male"], 6527, 0.8395, 0.8381), group(["Female"], 3242, 0.9331, 0.9303)],
        tooSmall: [],
        unlisted: 0,
      },
      {
        columns: ["sex", "race"],
        groups: [
          group(["Male", "White"], 5754, 0.8351, 0.8344),
          group(["Female", "White"], 2621, 0.9279, 0.9251),
          group(["Female", "Black"], 469, 0.9616, 0.9595),
          group(["Male", "Black"], 465, 0.8925, 0.8882),
          group(["Male", "Asian-Pac-Islander"], 214, 0.8037, 0.8224),
          group(["Female", "Asian-Pac-Islander"], 102, 0.9118, 0.902),
          group(["Male", "Amer-Indian-Eskimo"], 57, 0.8947, 0.8947),
        ],
        tooSmall: [
          { values: ["Male", "Other"], rows: 46 },
          { values: ["Female", "Amer-Indian-Eskimo"], rows: 31 },
        ],
        unlisted: 0,
      },
    ],
    absentColumns: [],
    fairness: [
      {
        columns: ["sex"],
        favorable: ">50K",
        candidate: fair ? fairness(0.178, 0.2005) : fairness(0.092, 0.2613),
        baseline: fairness(0.181, 0.2011),
        tooSmall: [],
      },
    ],
  };
}

function served(seed: number, median: number): ServedLoad {
  const next = numbers(seed);
  const samples = Array.from(
    { length: 400 },
    () => median * Math.exp(0.16 * normal(next)) + (next() < 0.02 ? median * 1.5 : 0),
  );
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;
  const latencies = (factor: number) => ({
    p50: at(0.5) * factor,
    p95: at(0.95) * factor,
    p99: at(0.99) * factor,
    interval: { low: at(0.93) * factor, high: at(0.97) * factor },
    samples: samples.map((one) => one * factor),
  });
  return {
    single: latencies(1),
    batch: { ...latencies(3.1), size: 32, perSample: (at(0.95) * 3.1) / 32 },
    throughput: { users: 4, perSecond: 3400 / median },
    peakMemoryBytes: 187_400_000,
    readySeconds: 1.42,
    errors: { count: 0, examples: [] },
  };
}

export const censusLoad: LoadTest = {
  candidate: served(1, 6.4),
  baseline: served(2, 6.1),
  comparison: {
    p50: {
      ratio: 1.05,
      ratioInterval: { low: 1.02, high: 1.08 },
      difference: 0.3,
      differenceInterval: { low: 0.12, high: 0.48 },
    },
    p95: {
      ratio: 1.06,
      ratioInterval: { low: 0.98, high: 1.15 },
      difference: 0.5,
      differenceInterval: { low: -0.2, high: 1.2 },
    },
  },
};

export const censusCases: CaseResults = {
  cases: [
    {
      kind: "minorities",
      name: "a young doctor",
      held: true,
      instance: '{"age": 29}',
      expected: '">50K"',
      given: '">50K"',
    },
    {
      kind: "minorities",
      name: "a woman with a doctorate and 60 hours",
      held: false,
      instance:
        '{"age": 48, "workclass": "Private", "education_num": 16, "marital_status": "Never-married", "sex": "Female", "hours_per_week": 60}',
      expected: '">50K"',
      given: '"<=50K"',
    },
    {
      kind: "adversarial",
      name: "line 3",
      held: false,
      instance: '{"age": 17, "capital_gain": 99999, "hours_per_week": 4}',
      expected: '"<=50K"',
      given: '">50K"',
    },
  ],
};

export const censusShadow: ShadowReplay = {
  requests: 500,
  agreed: 489,
  repeated: 500,
  agreement: { value: 0.978, interval: { low: 0.961, high: 0.988 } },
  errors: { candidate: 0, production: 0, examples: [] },
  scores: { meanDifference: 0.0011, meanAbsoluteDifference: 0.0094, largestDifference: 0.2417 },
  latency: {
    candidate: { p50: 6.6, p95: 9.9 },
    production: { p50: 6.3, p95: 9.4 },
    p50: {
      ratio: 1.05,
      ratioInterval: { low: 1.01, high: 1.09 },
      difference: 0.3,
      differenceInterval: { low: 0.1, high: 0.5 },
    },
  },
  rate: "as fast as answered",
  differing: [
    {
      line: 212,
      instance: '{"age": 44, "education_num": 13, "sex": "Male"}',
      production: '"<=50K" (0.3811)',
      candidate: '">50K" (0.6228)',
      difference: 0.2417,
    },
    {
      line: 17,
      instance: '{"age": 61, "education_num": 9, "sex": "Female"}',
      production: '">50K" (0.5713)',
      candidate: '"<=50K" (0.4102)',
      difference: 0.1611,
    },
  ],
};

export const gate = (id: string, changes: Partial<GateResult> = {}): GateResult => ({
  ...{ id, status: "passed", required: true, message: "well", checks: [] },
  ...changes,
});

/** A gate's result, derived from its checks. */
export function gateOf(id: string, checks: readonly Check[], changes: Partial<GateResult> = {}): GateResult {
  const status = statusOf(checks, true);
  return gate(id, { status, message: messageOfChecks(status, checks), checks, ...changes });
}

/** A gate's result under a configuration. */
export function judgedBy(
  id: GateResult["id"],
  measured: Partial<Measurements>,
  config = CONFIG,
  changes: Partial<GateResult> = {},
): GateResult {
  const asked: Gate | undefined = GATES.find((one) => one.id === id);
  if (asked === undefined) throw new Error(`there is no gate ${id}`);
  const { settings } = settingsOf(asked, config.gates);
  return gateOf(id, asked.decide(measured as Measurements, settings), changes);
}

/** A gate that did not run. */
const notRun = (id: string, after: string, status: "failed" | "inconclusive"): GateResult => {
  const checks = [{ what: id, outcome: "missing", reason: { code: "not-run", after, status } }] as const;
  return gate(id, { status: "skipped", message: messageOfChecks("skipped", checks), checks });
};

const CONFIG = configOf(`
[data]
label = "income"
[gates.schema]
classes = ["<=50K", ">50K"]
[gates.metrics]
accuracy = 0.84
f1 = 0.67
[gates.regression]
tolerance = 0.01
[gates.latency]
single-ms = 100
[gates.slices]
columns = ["sex", ["sex", "race"]]
min-accuracy = 0.82
required = false
[gates.fairness]
columns = ["sex"]
favorable = ">50K"
equalized-odds = 0.3
[gates.failure-modes]
[gates.shadow]
`);

const DIGEST = "sha256:9d7e9bd0cf4f9a5d0f1bb5c1f8ba6ddf7a4a0ee1a6a5e4bb6fd1ea3a1c2f4e55";

const MODEL = { claimed: { accuracy: 0.8726 }, claimedBy: "src.evaluate" } as const;

function measuredOf(fair: boolean): Partial<Measurements> {
  const predictions = censusResults(fair);
  const baseline = predictions.baseline ?? predictions.candidate;
  const metrics = { ...MODEL, computed: predictions.candidate.metrics };
  return {
    summary: predictionSummary({
      ...{ rows: 9769, numeric: { label: 0, prediction: 0, score: 9769 } },
      answers: predictions.classes?.map((answer, index) => ({ answer, rows: [7765, 2004][index] ?? 0 })) ?? [],
      labels: predictions.classes?.map((answer, index) => ({ answer, rows: [7427, 2342][index] ?? 0 })) ?? [],
    }),
    predictions,
    metrics,
    load: censusLoad,
    comparison: {
      candidate: metrics,
      baseline: { ...MODEL, claimed: {}, computed: baseline.metrics },
      confidence: 0.95,
      ...(predictions.pairs === undefined ? {} : { pairs: predictions.pairs }),
    },
    cases: censusCases,
    shadow: censusShadow,
  };
}

function reportedOf(measured: Partial<Measurements>): Pick<Report, "metrics" | "measurements"> {
  const measurements = reportedMeasurements(measured);
  return { metrics: reportedMetrics(measured), ...(measurements === undefined ? {} : { measurements }) };
}

const BEFORE_FAIRNESS = ["schema", "metrics", "regression", "latency", "slices"];

/** Gates that ran, of which slices and failure-modes only warn. */
const asked = (ids: readonly string[], measured: Partial<Measurements>): GateResult[] =>
  ids.map((id) => judgedBy(id, measured, CONFIG, { required: id !== "slices" && id !== "failure-modes" }));

const PASSED_STAGES = [
  stageReport("lint", { seconds: 0.4, cached: true, message: "ruff check, black, mypy: nothing to say" }),
  stageReport("test unit", { seconds: 0.3, cached: true, message: "42 tests passed" }),
  stageReport("test integration", { seconds: 9.8, message: "11 tests passed" }),
  stageReport("validate data", {
    seconds: 0.9,
    cached: true,
    message: "48,842 rows in 2 files: columns, nulls, NaN and row count as they should be",
  }),
  stageReport("test data", { status: "skipped", seconds: 0, message: "the project has no tests/data" }),
  stageReport("train", { seconds: 31.7, message: "trained in 30.9 s on the CPU" }),
  stageReport("test model", { seconds: 4.1, message: "7 tests passed" }),
  stageReport("evaluate candidate", { seconds: 3.6, message: "10 metrics, 9,769 predictions" }),
  stageReport("evaluate baseline", { seconds: 0.2, cached: true, message: "10 metrics, 9,769 predictions" }),
];

/** What the runs are runs of. */
export const CHECKOUT = {
  name: "census",
  commit: "1b2c3d4e5f60718293a4b5c6d7e8f90112233445",
  branch: "better-features",
};

const REST = {
  project: CHECKOUT,
  tests: [
    { layer: "unit", tests: 42, failed: 0, skipped: 1, lineCoverage: 0.934 },
    { layer: "integration", tests: 11, failed: 0, skipped: 0, lineCoverage: 0.81 },
    { layer: "model", tests: 7, failed: 0, skipped: 0 },
  ],
  seconds: 84.2,
  hashes: { source: DIGEST, data: DIGEST, model: DIGEST, trainingInputs: DIGEST },
  data: {
    rows: 48_842,
    files: [
      { file: "test.csv", rows: 16_281 },
      { file: "train.csv", rows: 32_561 },
    ],
    findings: [],
    profiledRows: 48_842,
    columns: [
      {
        ...{ name: "age", type: "integer", nulls: 0, distinct: 74, min: 17, max: 90, mean: 38.6 },
        ...{ quantiles: [19, 28, 37, 48, 63], histogram: [4321, 5678, 6012, 0, 12, 3] },
      },
      {
        ...{ name: "workclass", type: "text", nulls: 2799, distinct: 9, min: 1, max: 16 },
        top: [{ value: "Private", rows: 33_906 }],
      },
    ],
  },
  environment: {
    python: "3.11",
    image: `docker.io/library/python:3.11-slim@${DIGEST}`,
    tools: { uv: "0.13.9", "duckdb-cli": "1.5.6" },
  },
  training: { epochs: 10, device: "cpu", reused: false },
  config: CONFIG,
} satisfies Partial<Report>;

/** A run that passed, with a warning and a baseline. */
export function passedRun(): Report {
  const measured = measuredOf(true);
  return report({
    ...REST,
    ...reportedOf(measured),
    image: {
      ...{ id: DIGEST, published: `registry.example.com/census@${DIGEST}`, bytes: 412_345_678 },
      folders: [
        { path: "/opt/venv/lib/python3.11/site-packages/sklearn", bytes: 41_234_567 },
        { path: "/app/models", bytes: 34_567 },
      ],
    },
    stages: [
      ...PASSED_STAGES,
      stageReport("gates", {
        seconds: 26.3,
        message: "passed: schema, metrics, regression, latency, fairness, failure-modes, shadow; warning from slices",
      }),
      stageReport("build image", { seconds: 2.2, message: DIGEST }),
      stageReport("serve", { seconds: 2.9, message: "ready after 1.4 s, one prediction in 6 ms" }),
      stageReport("test e2e", { status: "skipped", seconds: 0, message: "the project has no tests/e2e" }),
      stageReport("publish", { seconds: 1.1, message: `registry.example.com/census@${DIGEST}` }),
    ],
    gates: asked([...BEFORE_FAIRNESS, "fairness", "failure-modes", "suspicious-gain", "shadow"], measured),
  });
}

/** A run that the fairness gate stopped. */
export function failedRun(): Report {
  const { cases: _cases, shadow: _shadow, ...measured } = measuredOf(false);
  const fairness = judgedBy("fairness", measured);
  const message = `fairness failed: ${fairness.message}`;
  const { image: _image, ...rest } = report({
    ...REST,
    ...reportedOf(measured),
    verdict: "failed",
    failure: { stage: "gates", message, gate: "fairness" },
    stages: [
      ...PASSED_STAGES,
      stageReport("gates", { status: "failed", seconds: 21.4, message }),
      ...["build image", "serve", "test e2e", "publish"].map((name) =>
        stageReport(name, { status: "skipped", seconds: 0, message: "after gates failed" }),
      ),
    ],
    gates: [
      ...asked(BEFORE_FAIRNESS, measured),
      fairness,
      ...["failure-modes", "suspicious-gain", "shadow"].map((id) => notRun(id, "fairness", "failed")),
    ],
  });
  return rest;
}

/** A run that an inconclusive gate blocks. */
export function heldRun(): Report {
  const held = gateOf("regression", [
    {
      ...{ what: "accuracy", value: 0.8626, baseline: 0.8702, limit: { min: 0.8615 }, outcome: "unsure" },
      reason: {
        ...{ code: "loss-not-excluded", rowsNeeded: 31_000, difference: -0.0076, confidence: 0.95, rows: 9769 },
        differenceInterval: { low: -0.0112, high: -0.004 },
      },
    },
  ]);
  const run = failedRun();
  return {
    ...run,
    failure: { stage: "gates", message: `regression inconclusive: ${held.message}`, gate: "regression" },
    gates: run.gates.map((one) => {
      if (["schema", "metrics"].includes(one.id)) return one;
      return one.id === "regression" ? held : notRun(one.id, "regression", "inconclusive");
    }),
  };
}

/** A run whose tests failed: nothing was trained or measured. */
export function brokenRun(): Report {
  const { image: _image, ...rest } = report({
    verdict: "failed",
    hashes: {},
    failure: { stage: "test unit", message: "python -m pytest -v --tb=short tests/unit: exit code 1" },
    stages: [
      stageReport("lint"),
      stageReport("test unit", {
        status: "failed",
        message: "python -m pytest -v --tb=short tests/unit: exit code 1",
        output:
          "tests/unit/test_model.py::test_shape FAILED\n\n=================================== FAILURES ===================================\nE       assert (3, 2) == (3, 1)\nE         At index 1 diff: 2 != 1\n\ntests/unit/test_model.py:14: AssertionError\n========================= 2 failed, 40 passed in 1.73s =========================",
        commands: [
          { name: "pytest", command: "python -m pytest", exitCode: 1, seconds: 1.7, peakMemoryBytes: 1, tail: "" },
        ],
      }),
      ...["train", "evaluate candidate", "gates", "build image", "serve"].map((name) =>
        stageReport(name, { status: "skipped", message: "after test unit failed", seconds: 0 }),
      ),
    ],
    tests: [{ layer: "unit", tests: 42, failed: 2, skipped: 0 }],
  });
  return rest;
}

/** The results of a classifier of many classes, which are named by their numbers. */
export function manyClasses(count: number): PredictionResults {
  const next = numbers(11);
  const classes = Array.from({ length: count }, (_, index) => `kind number ${index}`);
  const model = (right: number): ModelResults => ({
    metrics: { accuracy: around(right, 0.01) },
    confusion: classes.map((_, label) =>
      classes.map((_, answer) => Math.floor(label === answer ? 900 * right : next() < 0.3 ? 90 * next() : 0)),
    ),
  });
  const { baseline: _baseline, pairs: _pairs, positive: _positive, ...rest } = censusResults(true);
  return { ...rest, classes, candidate: model(0.9), baseline: model(0.8), slices: [], fairness: [] };
}

/** The results of a regression model's predictions. */
export function diabetesResults(): PredictionResults {
  const next = numbers(7);
  const labels = Array.from({ length: 600 }, () => 60 + 260 * next());
  const model = (spread: number): ModelResults => ({
    metrics: { mae: around(spread * 0.8, 2), rmse: around(spread, 3), r2: around(0.48, 0.05) },
    scatter: labels.map((label) => ({ label, prediction: 150 + 0.55 * (label - 150) + spread * normal(next) })),
  });
  return {
    ...{
      task: "regression",
      rows: 442,
      confidence: 0.95,
      resamples: 1000,
      slices: [],
      fairness: [],
      absentColumns: [],
    },
    candidate: model(42),
    baseline: model(55),
  };
}

/**
 * A drift result with the given text as every name and every value: a number, a category and a text drifted, a metric
 * decayed.
 */
export function driftedRun(text = "income"): Report {
  const limits = { alpha: 0.05, minSamples: 200, minEffect: 0.05 };
  const base = { role: "feature", reference: 10_000, current: 9000, p: 1e-12 } as const;
  const bins = (shift: number): number[] => Array.from({ length: 30 }, (_, bin) => (bin + shift) / (435 + 30 * shift));
  const number = { kind: "number", test: "Kolmogorov–Smirnov" } as const;
  const moved = { code: "mean", before: 38.5, now: 41.2 } as const;
  const found = {
    tests: decideTests(
      [
        {
          ...{ ...base, ...number, column: text, effect: 0.12, stability: 0.31, wasserstein: 0.27, change: moved },
          shares: { low: 17, high: 77, reference: bins(0), current: bins(9) },
        },
        {
          ...{ ...base, column: `${text} of`, kind: "category", test: "chi-square", effect: 0.2, stability: 0.4 },
          change: { code: "share-of-category", category: text, before: 0.4, now: 0.6 },
          shares: { categories: [text, "all others"], reference: [0.4, 0.6], current: [0.6, 0.4] },
        },
        {
          ...base,
          column: `${text} about`,
          kind: "text",
          test: "words of texts",
          effect: 0.3,
          change: { code: "share-with-word", word: text, before: 0.05, now: 0.35 },
        },
        { ...base, column: "few", kind: "text", test: "unseen words", effect: 0.3, current: 3 },
        { ...base, role: "label", column: text, kind: "category", test: "chi-square", effect: 0.01, p: 0.4 },
      ],
      limits,
    ),
    faults: [{ column: text, fault: "gone" }] as const,
    metric: {
      ...{ metric: text, accepted: around(0.88, 0.01), live: around(0.79, 0.02), labelled: 1500, drop: 0.09, z: 7.9 },
      ...{ tolerance: 0.05, outcome: "decayed" as const },
    } as const,
  };
  const drift = withMessages({
    ...{ action: actionOf(found), limits, ...found, rows: { reference: 10_000, current: 9000, live: 9000 } },
    skipped: [{ column: text, code: "names-rows" }],
  });
  const { message } = drift;
  return report({
    verdict: "failed",
    failure: { stage: "drift", message },
    stages: [stageReport("evaluate baseline"), stageReport("drift", { status: "failed", message })],
    drift,
  });
}

const hostileChecks = (text: string): Check[] => [
  {
    ...{ what: text, group: { [text]: text }, value: 0.5, limit: { min: 0.9 }, outcome: "broken" },
    reason: { code: "metric-of-group", rows: 9 },
  },
  {
    ...{ what: text, outcome: "broken" },
    reason: { code: "unexpected-answer", kind: text, name: text, instance: text, expected: text, given: text },
  },
  { what: text, outcome: "missing", reason: { code: "not-measured", why: text } },
];

/** A run in which every text that comes from the project is hostile: names of columns, groups, classes, metrics and cases. */
export function hostileRun(text = HOSTILE): Report {
  const results = censusResults(true);
  const named = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value], index) => [
        [name, value],
        [`${text}${index}`, value],
      ]),
    );
  const model = (one: ModelResults): ModelResults => ({ ...one, metrics: named(one.metrics) });
  const groups = (all: readonly GroupResults[]): GroupResults[] =>
    all.map((one, index) => ({
      ...one,
      values: one.values.map((value, at) => (index % 2 === 0 ? text : `${text}${value}${at}`)),
    }));
  const fair = (one: ModelFairness): ModelFairness => ({
    measures: named(one.measures),
    groups: one.groups.map((group, index) => ({ ...group, values: [`${text}${index}`] })),
  });
  const predictions: PredictionResults = {
    ...results,
    classes: [text, `${text} other`],
    positive: text,
    candidate: model(results.candidate),
    ...(results.baseline === undefined ? {} : { baseline: model(results.baseline) }),
    ...(results.pairs?.resampled === undefined
      ? {}
      : {
          pairs: {
            ...results.pairs,
            differences: named(results.pairs.differences),
            resampled: { ...results.pairs.resampled, metric: text },
          },
        }),
    slices: results.slices.map((one) => ({
      ...one,
      columns: one.columns.map(() => text),
      groups: groups(one.groups),
      tooSmall: [{ values: [text], rows: 3 }],
    })),
    fairness: results.fairness.map((one) => ({
      columns: [text],
      favorable: text,
      candidate: fair(one.candidate),
      ...(one.baseline === undefined ? {} : { baseline: fair(one.baseline) }),
      tooSmall: [{ values: [text], rows: 2 }],
    })),
  };
  const base = passedRun();
  return {
    ...base,
    verdict: "failed",
    failure: { stage: text, message: text },
    runId: text,
    project: { name: text, commit: text, branch: text },
    stages: [...base.stages, stageReport(text, { status: "failed", message: text, output: text })],
    gates: base.gates.map((one) => ({ ...one, message: text, checks: hostileChecks(text) })),
    metrics: {
      candidate: named(base.metrics.candidate ?? {}),
      baseline: named(base.metrics.baseline ?? {}),
      measuredBy: text,
    },
    measurements: {
      predictions,
      load: { ...censusLoad, candidate: { ...censusLoad.candidate, errors: { count: 1, examples: [text] } } },
      cases: { cases: [{ kind: text, name: text, held: false, instance: text, expected: text, given: text }] },
      shadow: {
        ...censusShadow,
        errors: { candidate: 1, production: 0, examples: [text] },
        differing: [{ line: 1, instance: text, production: text, candidate: text }],
      },
    },
    data: {
      rows: 1,
      files: [{ file: text, rows: 1 }],
      findings: [
        {
          rule: text,
          reason: { code: "predicate-false", name: text, sql: text, columns: [text], rows: 1, of: 1 },
          message: text,
          ...{ rows: 1, of: 1, share: 1 },
          examples: [{ file: text, row: 1, line: 2, values: { [text]: text } }],
        },
      ],
      profiledRows: 1,
      columns: [
        { name: text, type: "text", nulls: 0, distinct: 1, top: [{ value: text, rows: 1 }], histogram: [1, 0] },
      ],
    },
    tests: [{ layer: text, tests: 1, failed: 1, skipped: 0 }],
    environment: { python: text, image: text, tools: { [text]: text } },
    config: { ...CONFIG, data: { ...CONFIG.data, label: text, required: [text] } },
  };
}

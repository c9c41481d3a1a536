import { isObject } from "../json.ts";
import { runKey } from "./identity.ts";
import { cut, MAX_PARAM, MAX_TAG, named } from "./names.ts";
import type { StepMetric } from "./steps.ts";
import type { TrackedReport } from "./tracked-report.ts";

/* What is logged of a run, in the words of MLflow. `mlflow_log.py` sends it. */

export interface Metric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  /** Whether it says something of the model, and not only of the run. */
  readonly ofModel: boolean;
}

export interface Dataset {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema: string;
  readonly profile: string;
  readonly context: string;
}

export interface LoggedRun {
  readonly key: string;
  readonly name: string;
  readonly started: number;
  /** Null for a run that goes on. */
  readonly ended: number | null;
  readonly status: "RUNNING" | "FINISHED" | "FAILED";
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
  readonly tags: Readonly<Record<string, string>>;
  readonly datasets: readonly Dataset[];
}

/** The run that a report is about. */
export function loggedRun(report: TrackedReport, steps: readonly StepMetric[]): LoggedRun {
  const { verdict, startedAt, seconds, hashes, project, runId } = report;
  const started = Date.parse(startedAt);
  return {
    key: runKey({
      ...{ project: project?.name, commit: project?.commit, runId, startedAt },
      ...{ source: hashes.source, data: hashes.data, model: hashes.model },
    }),
    name: runName(report),
    started,
    ended: started + Math.round(1000 * seconds),
    status: verdict === "passed" ? "FINISHED" : "FAILED",
    params: paramsOf(report),
    metrics: metricsOf(report, steps),
    tags: tagsOf(report),
    datasets: datasetsOf(report),
  };
}

/** What of a run is known before its gates decide. */
export type Candidate = Pick<TrackedReport, "startedAt" | "runId" | "project" | "hashes" | "config">;

/** A run that goes on, of which the model is known. */
export function candidateRun(candidate: Candidate): LoggedRun {
  const known = { ...candidate, verdict: "passed", seconds: 0, stages: [], gates: [], metrics: {}, tests: [] } as const;
  const run = loggedRun({ ...known, environment: { tools: {} } }, []);
  const { "ml-pipeline.verdict": _verdict, "mlflow.note.content": _note, ...tags } = run.tags;
  return { ...run, ended: null, status: "RUNNING", metrics: [], tags };
}

const runName = ({ runId, project, startedAt }: Pick<TrackedReport, "runId" | "project" | "startedAt">): string =>
  cut(runId || project?.commit?.slice(0, 12) || startedAt, 250);

/** What a run was told: nothing of it comes of the run, so that it is the same when the run goes on in another call. */
function paramsOf({ config, training, hashes }: TrackedReport): Record<string, string> {
  const told = {
    ...(training?.epochs === undefined ? {} : { epochs: training.epochs }),
    hash: { source: hashes.source, data: hashes.data, "training-inputs": hashes.trainingInputs },
  };
  const params = [...flat(told, ""), ...flat(isObject(config) ? config : {}, "")];
  return Object.fromEntries(named(params).map(([key, value]) => [key, cut(value, MAX_PARAM)]));
}

/** The values of a table of tables, by their names in all of them. */
const flat = (table: Readonly<Record<string, unknown>>, prefix: string): [string, string][] =>
  Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (value === undefined || value === null || value === "") return [];
    if (isObject(value)) return flat(value, `${name}.`);
    return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
  });

interface Measured {
  readonly value: number;
  readonly interval?: { readonly low: number; readonly high: number } | undefined;
}

/** A value, and the ends of its interval beside it. */
const withEnds = (name: string, { value, interval }: Measured): [string, number][] => [
  [name, value],
  ...(interval === undefined
    ? []
    : [[`${name}.low`, interval.low] as [string, number], [`${name}.high`, interval.high] as [string, number]]),
];

function metricsOf(report: TrackedReport, steps: readonly StepMetric[]): Metric[] {
  const ofModel = named([...modelMetrics(report), ...latencyOf(report)]);
  const taken = new Set(ofModel.map(([name]) => name));
  const ofRun = named(runMetrics(report)).filter(([name]) => !taken.has(name));
  const at =
    (model: boolean) =>
    ([key, value]: readonly [string, number]) => ({ key, value, step: 0, ofModel: model });
  const series = new Map(
    named([...new Set(steps.map(({ name }) => name))].map((name) => [name, name])).map(([key, name]) => [name, key]),
  );
  return [
    ...[...ofModel.map(at(true)), ...ofRun.map(at(false))],
    ...steps.map(({ name, value, step }) => ({
      key: stepKey(series.get(name) ?? name, taken),
      value,
      step,
      ofModel: true,
    })),
  ].filter(({ value }) => Number.isFinite(value));
}

/** A curve of the training is none of what the evaluation found. */
const stepKey = (name: string, taken: ReadonlySet<string>): string => (taken.has(name) ? `training/${name}` : name);

function modelMetrics({ metrics: { candidate, baseline, intervals, differences } }: TrackedReport): [string, number][] {
  const of = (
    numbers: Readonly<Record<string, number>> = {},
    ends: Readonly<Record<string, Measured["interval"]>> = {},
  ) => Object.entries(numbers).map(([name, value]) => [name, { value, interval: ends[name] }] as const);
  return [
    ...of(candidate, intervals?.candidate).flatMap(([name, found]) => withEnds(name, found)),
    ...of(baseline, intervals?.baseline).flatMap(([name, found]) => withEnds(`baseline/${name}`, found)),
    ...Object.entries(differences ?? {}).flatMap(([name, found]) => withEnds(`difference/${name}`, found)),
  ];
}

/** In milliseconds, and answers a second. */
function latencyOf({ measurements }: TrackedReport): [string, number][] {
  const served = measurements?.load?.candidate;
  if (served === undefined) return [];
  const { p50, p95, interval } = served.single;
  return [
    ["latency/p50", p50],
    ...withEnds("latency/p95", { value: p95, interval }),
    ["latency/per-second", served.throughput.perSecond],
  ];
}

const runMetrics = ({ seconds, stages, cost, tests, data }: TrackedReport): [string, number][] => [
  ["seconds", seconds],
  ...stages
    .filter(({ status }) => status !== "skipped")
    .map((stage): [string, number] => [`seconds/${stage.name}`, stage.seconds]),
  ...(cost === undefined ? [] : [["cost", cost.actual.total] as [string, number]]),
  ...(data === undefined ? [] : [["data/rows", data.rows] as [string, number]]),
  ...tests.flatMap(({ layer, lineCoverage }): [string, number][] =>
    lineCoverage === undefined ? [] : [[`coverage/${layer}`, lineCoverage]],
  ),
];

function tagsOf(report: TrackedReport): Record<string, string> {
  const { verdict, failure, project, image, hashes, training, environment, gates, runId, cost, dvc } = report;
  const tags: Readonly<Record<string, string | undefined>> = {
    ...{ "mlflow.source.name": "ml-pipeline", "mlflow.source.type": "JOB" },
    ...{ "mlflow.source.git.commit": project?.commit, "mlflow.source.git.branch": project?.branch },
    "mlflow.note.content": noteOf(report),
    ...{ "ml-pipeline.verdict": verdict, "ml-pipeline.failure": failure?.stage, "ml-pipeline.run-id": runId },
    ...{ "ml-pipeline.source": hashes.source, "ml-pipeline.data": hashes.data, "ml-pipeline.model": hashes.model },
    ...{ "ml-pipeline.dvc": dvc, "ml-pipeline.image": image?.published },
    ...{ "ml-pipeline.device": training?.device, "ml-pipeline.reused": training && String(training.reused) },
    ...{ "ml-pipeline.python": environment.python, "ml-pipeline.base-image": environment.image },
    "ml-pipeline.currency": cost?.currency,
    ...Object.fromEntries(gates.map(({ id, status }) => [`ml-pipeline.gate.${id}`, status])),
    ...Object.fromEntries(
      Object.entries(environment.tools).map(([name, version]) => [`ml-pipeline.tool.${name}`, version]),
    ),
  };
  const given = Object.entries(tags).flatMap(([key, value]): [string, string][] =>
    value === undefined || value === "" ? [] : [[key, cut(value, MAX_TAG)]],
  );
  return Object.fromEntries(named(given));
}

/** What MLflow shows as the description of a run. */
function noteOf({ verdict, failure, gates }: TrackedReport): string {
  const first =
    verdict === "passed"
      ? "**Passed**"
      : `**Failed** at ${failure?.stage ?? "an unknown stage"}: ${failure?.message ?? ""}`;
  const lines = gates.map(({ id, status, message }) => `- ${id}: ${status}: ${message}`);
  return [
    first,
    ...(lines.length === 0 ? [] : ["", ...lines]),
    "",
    "The whole report is `report/index.html` of the artifacts.",
  ].join("\n");
}

const KINDS: Readonly<Record<string, string>> = {
  integer: "long",
  number: "double",
  boolean: "boolean",
  timestamp: "datetime",
};

/** MLflow keeps no longer digest. */
const MAX_DIGEST = 32;
/** Nor a longer schema. */
const MAX_SCHEMA = 60_000;

/** The data that the model was trained on, by their hash. */
function datasetsOf({ data, hashes, dvc, project }: TrackedReport): Dataset[] {
  if (hashes.data === undefined) return [];
  const columns = (data?.columns ?? []).map(({ name, type }) => ({
    name,
    type: KINDS[type] ?? "string",
    required: false,
  }));
  const schema = JSON.stringify({ mlflow_colspec: columns });
  return [
    {
      name: cut(project?.name ?? "data", 400),
      digest: hashes.data.replace(/^sha256:/, "").slice(0, MAX_DIGEST),
      source_type: dvc === undefined ? "local" : "dvc",
      source: JSON.stringify({ uri: dvc ?? hashes.data, sha256: hashes.data }),
      schema: columns.length === 0 || schema.length > MAX_SCHEMA ? "" : schema,
      profile: data === undefined ? "" : JSON.stringify({ num_rows: data.rows, num_files: data.files.length }),
      context: "training",
    },
  ];
}

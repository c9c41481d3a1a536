import type { Container, Directory } from "@dagger.io/dagger";
import type { CommandsResult } from "../containers/commands.ts";
import { evaluatedTable } from "../data/data-tables.ts";
import type { MeasurementContext } from "./context.ts";
import { measureDoubtfulRows } from "./doubtful-rows/measure.ts";
import type { DoubtfulRows } from "./doubtful-rows/results.ts";
import type { Evaluated } from "./evaluated.ts";
import { measureExternal } from "./external/measure.ts";
import { measureLeaks } from "./leaks/measure.ts";
import type { Leaks } from "./leaks/results.ts";
import { excusablyMissing, type Measured, missing, present } from "./measured.ts";
import type { Measure, Measurements } from "./measurements.ts";
import type { ModelMetrics } from "./model-metrics.ts";
import { measurePredictions, type PredictionFile, summarizePredictions } from "./predictions/measure.ts";
import type { PredictionResults } from "./predictions/results.ts";
import type { PredictionSummary } from "./predictions/summary.ts";
import type { MeasurementRequest, Requests } from "./request.ts";
import type { EvaluatedRows } from "./rows/evaluated-rows.ts";
import { measureRows } from "./rows/measure.ts";
import { measureCases } from "./serving/measure-cases.ts";
import { measureLoad } from "./serving/measure-load.ts";
import { measureServed } from "./serving/measure-served.ts";
import { measureShadow } from "./serving/measure-shadow.ts";
import { measureWorstSlices } from "./worst-slices/measure.ts";
import type { WorstSlices } from "./worst-slices/results.ts";

/** The model that gates judge, or the one that it is compared with. */
export interface ModelUnderTest {
  readonly evaluated: Evaluated;
  /** Its files, which commands from outside look at. */
  readonly model?: Directory | undefined;
  /** Its serving image; absent when the project has no `src.serve`. */
  readonly image?: Container | undefined;
}

/** Takes the measurements that gates need, each once, and records them. */
export interface Measurer {
  readonly measure: Measure;
  /** Everything that was measured so far. */
  measured(): Partial<Measurements>;
  /** What was counted in the predictions of candidate and baseline. */
  summaries(): Promise<Measured<PredictionSummary[]>>;
  /** The commands that were run for them. */
  runs(): readonly CommandsResult[];
}

const NO_BASELINE = excusablyMissing("no baseline was given (--baseline)");
const NO_PRODUCTION = excusablyMissing(
  "neither a baseline (--baseline) nor an image in production (--production) was given",
);

/** Why there are no predictions: what the project evaluates with writes none, or it has nothing that evaluates. */
export function noPredictions({ project }: Pick<MeasurementContext, "project">): string {
  const title = project.entryPoints.evaluate?.title;
  return title === undefined
    ? "the project has no evaluation that writes predictions (src/evaluate.py, or commands.evaluate)"
    : `${title} writes no predictions.csv or predictions.parquet, and nothing that predictions.files names`;
}
const NO_SERVER = missing("the project has no server (src/serve.py, or commands.serve)");

/**
 * @param request the measurements of all gates that will run, with their settings
 * @param production the image that latency and answers are compared with; the baseline's when absent
 * @param alike the measurements of a candidate whose rows, columns and classes are the same: what depends on these alone is not
 *   measured once more
 */
export function measurer(
  context: MeasurementContext,
  request: MeasurementRequest,
  candidate: ModelUnderTest,
  baseline: ModelUnderTest | undefined,
  production: Container | undefined = baseline?.image,
  alike?: Measurer,
): Measurer {
  const results = new Map<keyof Measurements, unknown>();
  const runs: CommandsResult[] = [];
  const recordingRuns = <T>(work: () => Promise<Measured<T>>): (() => Promise<Measured<T>>) =>
    once(async () => {
      const taken = await work();
      runs.push(...taken.runs);
      return taken;
    });
  const summaries = alike?.summaries ?? recordingRuns(() => summariesOf(context, request, candidate, baseline));
  const predictions = recordingRuns(async () => {
    const taken = await predictionsOf(context, request, candidate, baseline, summaries);
    // The metrics are taken from them, so they are measured, and the report draws them, whether or not a gate asks for them itself.
    if (!("missing" in taken)) results.set("predictions", taken.value);
    return taken;
  });
  const rows = recordingRuns(() => rowsOf(context, request, candidate, summaries));
  const measure: Measure = {
    rows,
    served: recordingRuns(() => servedOf(context, request, candidate, { rows, summaries })),
    summary: () =>
      chain(summaries(), ([summary]) => (summary === undefined ? missing(noPredictions(context)) : present(summary))),
    predictions,
    doubtfulRows: recordingRuns(() => doubtfulRowsOf(context, candidate, summaries)),
    worstSlices: recordingRuns(() => worstSlicesOf(context, request, candidate, summaries)),
    leaks: alike?.measure.leaks ?? recordingRuns(() => leaksOf(context, request, candidate, summaries)),
    metrics: async () => metricsOf(candidate, await predictions(), "candidate"),
    comparison: once(async () => compare(candidate, baseline, await predictions(), context)),
    load: recordingRuns(() => loadOf(context, settingsOf(request, "load"), candidate, production)),
    cases: recordingRuns(async () =>
      candidate.image === undefined ? NO_SERVER : measureCases(context, candidate.image),
    ),
    shadow: recordingRuns(() => shadowOf(context, settingsOf(request, "shadow"), candidate, production)),
    external: recordingRuns(async () => {
      const taken = await predictions();
      const metrics = [candidate, ...(baseline === undefined ? [] : [baseline])].map((one, index) =>
        metricsOf(one, taken, index === 0 ? "candidate" : "baseline"),
      );
      return measureExternal(context, settingsOf(request, "external"), { candidate, baseline, metrics });
    }),
  };
  return {
    measure: recordingValues(measure, results),
    measured: () => Object.fromEntries(results) as Partial<Measurements>,
    summaries,
    runs: () => runs,
  };
}

const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
};

async function chain<T, U>(taken: Promise<Measured<T>>, next: (value: T) => Measured<U>): Promise<Measured<U>> {
  const first = await taken;
  return "missing" in first ? first : next(first.value);
}

function recordingValues(measure: Measure, results: Map<keyof Measurements, unknown>): Measure {
  const entries = Object.entries(measure).map(([name, take]: [string, () => Promise<Measured<unknown>>]) => [
    name,
    async () => {
      const taken = await take();
      if (!("missing" in taken)) results.set(name as keyof Measurements, taken.value);
      return taken;
    },
  ]);
  return Object.fromEntries(entries) as Measure;
}

function filesOf({ evaluated: ours }: ModelUnderTest, baseline: ModelUnderTest | undefined): PredictionFile[] {
  const theirs = baseline?.evaluated.predictions;
  return [
    ...(ours.predictions === undefined ? [] : [ours.predictions]),
    ...(theirs === undefined ? [] : [{ ...theirs, owner: "the baseline" as const }]),
  ];
}

async function summariesOf(
  context: MeasurementContext,
  request: MeasurementRequest,
  candidate: ModelUnderTest,
  baseline: ModelUnderTest | undefined,
): Promise<Measured<PredictionSummary[]>> {
  if (candidate.evaluated.predictions === undefined) return missing(noPredictions(context));
  const { data, config } = context;
  const patterns = request.summary?.rowsOf;
  return summarizePredictions(context, filesOf(candidate, baseline), {
    task: config.evaluation.task,
    expected:
      patterns === undefined ? undefined : { directory: data, patterns, dialect: evaluatedTable(config.data).config },
  });
}

async function predictionsOf(
  context: MeasurementContext,
  request: MeasurementRequest,
  candidate: ModelUnderTest,
  baseline: ModelUnderTest | undefined,
  takeSummaries: () => Promise<Measured<PredictionSummary[]>>,
): Promise<Measured<PredictionResults>> {
  const summaries = await takeSummaries();
  if ("missing" in summaries) return { ...summaries, runs: [] };
  return measurePredictions(
    context,
    { files: filesOf(candidate, baseline), summaries: summaries.value },
    { evaluation: context.config.evaluation, columns: context.config.predictions, request },
  );
}

/**
 * When there are predictions that cannot be measured, claims do not replace them, since nothing confirms the claims.
 */
function metricsOf(
  { evaluated }: ModelUnderTest,
  predictions: Measured<PredictionResults>,
  role: "candidate" | "baseline",
): Measured<ModelMetrics> {
  if ("missing" in predictions && evaluated.predictions !== undefined) return { ...predictions, runs: [] };
  const computed = "missing" in predictions ? {} : (predictions.value[role]?.metrics ?? {});
  const metrics: ModelMetrics = {
    ...{ computed, claimed: evaluated.claims, claimedBy: evaluated.claimedBy },
    ...("missing" in predictions ? {} : { predictions: predictions.value }),
  };
  return Object.keys(computed).length + Object.keys(evaluated.claims).length === 0
    ? missing(
        "nothing was measured: the project has neither src/evaluate.py nor commands.evaluate, and training wrote no metrics.json",
      )
    : present(metrics);
}

function compare(
  candidate: ModelUnderTest,
  baseline: ModelUnderTest | undefined,
  predictions: Measured<PredictionResults>,
  context: MeasurementContext,
): Measured<Measurements["comparison"]> {
  if (baseline === undefined) return NO_BASELINE;
  const [ours, theirs] = [metricsOf(candidate, predictions, "candidate"), metricsOf(baseline, predictions, "baseline")];
  if ("missing" in ours) return ours;
  if ("missing" in theirs) return { ...theirs, missing: `of the baseline: ${theirs.missing}` };
  const { pairs, unpaired } = "missing" in predictions ? ({} as Partial<PredictionResults>) : predictions.value;
  return present({
    candidate: ours.value,
    baseline: theirs.value,
    ...(pairs === undefined ? {} : { pairs }),
    ...(unpaired === undefined ? {} : { unpaired }),
    confidence: context.config.evaluation.confidence,
  });
}

type Summaries = () => Promise<Measured<PredictionSummary[]>>;

async function rowsOf(
  context: MeasurementContext,
  request: MeasurementRequest,
  { evaluated }: ModelUnderTest,
  takeSummaries: Summaries,
): Promise<Measured<EvaluatedRows>> {
  if (evaluated.predictions === undefined) return present({ unheld: noPredictions(context) });
  const summaries = await takeSummaries();
  if ("missing" in summaries) return { ...summaries, runs: [] };
  const [summary] = summaries.value;
  if (summary === undefined) return present({ unheld: noPredictions(context) });
  return measureRows(context, evaluated.predictions, summary, settingsOf(request, "rows"), request.summary?.rowsOf);
}

async function leaksOf(
  context: MeasurementContext,
  request: MeasurementRequest,
  { evaluated }: ModelUnderTest,
  takeSummaries: Summaries,
): Promise<Measured<Leaks>> {
  const file = evaluated.predictions;
  if (file === undefined) return present({ unmeasured: noPredictions(context) });
  const summaries = await takeSummaries();
  if ("missing" in summaries) return present({ unmeasured: summaries.missing });
  const [summary] = summaries.value;
  if (summary === undefined) return present({ unmeasured: noPredictions(context) });
  return measureLeaks(context, file, summary, settingsOf(request, "leaks"));
}

async function doubtfulRowsOf(
  context: MeasurementContext,
  { evaluated }: ModelUnderTest,
  takeSummaries: Summaries,
): Promise<Measured<DoubtfulRows>> {
  const file = evaluated.predictions;
  const summaries = file === undefined ? undefined : await takeSummaries();
  const [summary] = summaries === undefined || "missing" in summaries ? [] : summaries.value;
  return measureDoubtfulRows(context, file === undefined || summary === undefined ? undefined : { file, summary });
}

async function worstSlicesOf(
  { config, ...context }: MeasurementContext,
  { worstSlices = {} }: MeasurementRequest,
  { evaluated }: ModelUnderTest,
  takeSummaries: Summaries,
): Promise<Measured<WorstSlices>> {
  const summaries = await takeSummaries();
  if ("missing" in summaries) return { ...summaries, runs: [] };
  const [summary] = summaries.value;
  const file = evaluated.predictions;
  if (summary === undefined || file === undefined) return missing(noPredictions(context));
  const settings = { evaluation: config.evaluation, columns: config.predictions };
  return measureWorstSlices(context, { file, summary }, settings, worstSlices);
}

async function servedOf(
  context: MeasurementContext,
  request: MeasurementRequest,
  { image }: ModelUnderTest,
  { rows: takeRows, summaries: takeSummaries }: { rows: () => Promise<Measured<EvaluatedRows>>; summaries: Summaries },
): Promise<Measured<Measurements["served"]>> {
  if (image === undefined) return NO_SERVER;
  const rows = await takeRows();
  if ("missing" in rows) return { ...rows, runs: [] };
  if ("unheld" in rows.value) return present({ uncompared: "the evaluated rows are not known" });
  if (rows.value.sample.length === 0) return present({ uncompared: "the rows that were left out are not known" });
  const summaries = await takeSummaries();
  const regression = "value" in summaries && summaries.value[0]?.task === "regression";
  return measureServed(context, image, rows.value, { ...settingsOf(request, "served"), regression });
}

async function loadOf(
  context: MeasurementContext,
  settings: Requests["load"],
  candidate: ModelUnderTest,
  production: Container | undefined,
): Promise<Measured<Measurements["load"]>> {
  if (candidate.image === undefined) return NO_SERVER;
  return measureLoad(context, { candidate: candidate.image, baseline: production }, settings);
}

async function shadowOf(
  context: MeasurementContext,
  settings: Requests["shadow"],
  candidate: ModelUnderTest,
  production: Container | undefined,
): Promise<Measured<Measurements["shadow"]>> {
  if (candidate.image === undefined) return NO_SERVER;
  if (production === undefined) return NO_PRODUCTION;
  return measureShadow(context, { candidate: candidate.image, baseline: production }, settings);
}

/** A gate requests each measurement that it takes, so its settings are there. */
function settingsOf<Name extends keyof Requests>(request: MeasurementRequest, name: Name): Requests[Name] {
  const settings: MeasurementRequest[Name] = request[name];
  if (settings === undefined) throw new Error(`the measurement ${name} was taken without a request`);
  return settings;
}

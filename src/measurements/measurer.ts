import type { Container } from "@dagger.io/dagger";
import type { CommandsResult } from "../containers/commands.ts";
import type { MeasurementContext } from "./context.ts";
import type { Evaluated } from "./evaluated.ts";
import type { Measure, Measurements } from "./measurements.ts";
import type { MetricReadings } from "./metric-readings.ts";
import type { PredictionReadings } from "./predictions/readings.ts";
import type { PredictionSummary } from "./predictions/summary.ts";
import { type PredictionFile, takeForms, takeReadings } from "./predictions/take.ts";
import type { MeasurementRequest, Requests } from "./request.ts";
import { takeCases } from "./serving/take-cases.ts";
import { takeLoad } from "./serving/take-load.ts";
import { takeShadow } from "./serving/take-shadow.ts";
import { excusablyMissing, missing, present, type Taken } from "./taken.ts";

/** A model that gates are asked about, or that it is compared with. */
export interface Subject {
  readonly evaluated: Evaluated;
  /** Its serving image; absent where the project has no `src.serve`. */
  readonly image?: Container | undefined;
}

/** Takes what gates ask for, each measurement once, and remembers what was taken. */
export interface Measurer {
  readonly measure: Measure;
  /** Everything that was measured so far. */
  taken(): Partial<Measurements>;
  /** What was run for it. */
  runs(): readonly CommandsResult[];
}

const NO_BASELINE = excusablyMissing("no baseline was given (--baseline)");
const NO_PRODUCTION = excusablyMissing(
  "neither a baseline (--baseline) nor an image in production (--production) was given",
);
const NO_PREDICTIONS = "src.evaluate writes no predictions.csv or predictions.parquet";
const NO_SERVER = missing("the project has no src/serve.py");

/**
 * @param request what is measured with which settings, for all who will ask
 * @param production the image that latency and answers are compared with; the baseline's when absent
 */
export function measurer(
  context: MeasurementContext,
  request: MeasurementRequest,
  candidate: Subject,
  baseline: Subject | undefined,
  production: Container | undefined = baseline?.image,
): Measurer {
  const results = new Map<keyof Measurements, unknown>();
  const runs: CommandsResult[] = [];
  const noting = <T>(work: () => Promise<Taken<T>>): (() => Promise<Taken<T>>) =>
    once(async () => {
      const taken = await work();
      runs.push(...taken.runs);
      return taken;
    });
  const forms = noting(() => takeFormsOf(context, request, candidate, baseline));
  const readings = noting(() => takeReadingsOf(context, request, candidate, baseline, forms));
  const measure: Measure = {
    form: () => chain(forms(), ([form]) => (form === undefined ? missing(NO_PREDICTIONS) : present(form))),
    predictions: readings,
    metrics: async () => metricsOf(candidate, await readings(), "candidate"),
    comparison: once(async () => compare(candidate, baseline, await readings(), context)),
    load: noting(() => takeLoadOf(context, settingsOf(request, "load"), candidate, production)),
    cases: noting(async () => (candidate.image === undefined ? NO_SERVER : takeCases(context, candidate.image))),
    shadow: noting(() => takeShadowOf(context, settingsOf(request, "shadow"), candidate, production)),
  };
  return {
    measure: remembering(measure, results),
    taken: () => Object.fromEntries(results) as Partial<Measurements>,
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

async function chain<T, U>(taken: Promise<Taken<T>>, next: (value: T) => Taken<U>): Promise<Taken<U>> {
  const first = await taken;
  return "missing" in first ? first : next(first.value);
}

function remembering(measure: Measure, results: Map<keyof Measurements, unknown>): Measure {
  const entries = Object.entries(measure).map(([name, take]: [string, () => Promise<Taken<unknown>>]) => [
    name,
    async () => {
      const taken = await take();
      if (!("missing" in taken)) results.set(name as keyof Measurements, taken.value);
      return taken;
    },
  ]);
  return Object.fromEntries(entries) as Measure;
}

const filesOf = (...subjects: (Subject | undefined)[]): PredictionFile[] =>
  subjects.flatMap((subject) => subject?.evaluated.predictions ?? []);

async function takeFormsOf(
  context: MeasurementContext,
  request: MeasurementRequest,
  candidate: Subject,
  baseline: Subject | undefined,
): Promise<Taken<PredictionSummary[]>> {
  if (candidate.evaluated.predictions === undefined) return missing(NO_PREDICTIONS);
  const { data, config } = context;
  const patterns = request.form?.rowsOf;
  return takeForms(context, filesOf(candidate, baseline), {
    task: config.evaluation.task,
    expected: patterns === undefined ? undefined : { directory: data, patterns, form: config.data },
  });
}

async function takeReadingsOf(
  context: MeasurementContext,
  request: MeasurementRequest,
  candidate: Subject,
  baseline: Subject | undefined,
  forms: () => Promise<Taken<PredictionSummary[]>>,
): Promise<Taken<PredictionReadings>> {
  const summaries = await forms();
  if ("missing" in summaries) return { ...summaries, runs: [] };
  return takeReadings(
    context,
    { files: filesOf(candidate, baseline), forms: summaries.value },
    { evaluation: context.config.evaluation, request },
  );
}

/** Predictions that cannot be measured leave the claims unproved: they are not used in their place. */
function metricsOf(
  { evaluated }: Subject,
  readings: Taken<PredictionReadings>,
  role: "candidate" | "baseline",
): Taken<MetricReadings> {
  if ("missing" in readings && evaluated.predictions !== undefined) return { ...readings, runs: [] };
  const computed = "missing" in readings ? {} : (readings.value[role]?.metrics ?? {});
  const metrics: MetricReadings = { computed, claimed: evaluated.claims, claimedBy: evaluated.claimedBy };
  return Object.keys(computed).length + Object.keys(evaluated.claims).length === 0
    ? missing("nothing was measured: there is no src/evaluate.py, and training wrote no metrics.json")
    : present(metrics);
}

function compare(
  candidate: Subject,
  baseline: Subject | undefined,
  readings: Taken<PredictionReadings>,
  context: MeasurementContext,
): Taken<Measurements["comparison"]> {
  if (baseline === undefined) return NO_BASELINE;
  const [ours, theirs] = [metricsOf(candidate, readings, "candidate"), metricsOf(baseline, readings, "baseline")];
  if ("missing" in ours) return ours;
  if ("missing" in theirs) return { ...theirs, missing: `of the baseline: ${theirs.missing}` };
  const { pairs, unpaired } = "missing" in readings ? ({} as Partial<PredictionReadings>) : readings.value;
  return present({
    candidate: ours.value,
    baseline: theirs.value,
    ...(pairs === undefined ? {} : { pairs }),
    ...(unpaired === undefined ? {} : { unpaired }),
    confidence: context.config.evaluation.confidence,
  });
}

async function takeLoadOf(
  context: MeasurementContext,
  settings: Requests["load"],
  candidate: Subject,
  production: Container | undefined,
): Promise<Taken<Measurements["load"]>> {
  if (candidate.image === undefined) return NO_SERVER;
  return takeLoad(context, { candidate: candidate.image, baseline: production }, settings);
}

async function takeShadowOf(
  context: MeasurementContext,
  settings: Requests["shadow"],
  candidate: Subject,
  production: Container | undefined,
): Promise<Taken<Measurements["shadow"]>> {
  if (candidate.image === undefined) return NO_SERVER;
  if (production === undefined) return NO_PRODUCTION;
  return takeShadow(context, { candidate: candidate.image, baseline: production }, settings);
}

/** Whoever takes a measurement has asked for it before. */
function settingsOf<Name extends keyof Requests>(request: MeasurementRequest, name: Name): Requests[Name] {
  const settings: MeasurementRequest[Name] = request[name];
  if (settings === undefined) throw new Error(`the measurement ${name} is taken and was not asked for`);
  return settings;
}

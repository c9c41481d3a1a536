import { type JournalEntry, nameOf } from "../journal/entry.ts";
import { lookup } from "../lookup.ts";
import { normalQuantile } from "../statistics/normal.ts";
import { lossOutcomes, rowsToExclude } from "../statistics/power.ts";

/* Whether the regression gate will be able to tell, before a model is trained for it to judge. */

/** What the gate is set to. */
export interface GateSettings {
  /** Names that the metric goes by: the first that an earlier run has is taken. */
  readonly metrics: readonly string[];
  readonly tolerance: number;
  readonly minRows: number;
}

/** How often the gate will say what of a model that is exactly as good as the accepted one. */
export interface GatePower {
  readonly metric: string;
  /** The loss that is accepted, in units of the metric. */
  readonly allowedLoss: number;
  /** How many rows the last run predicted. */
  readonly rows: number;
  /** The share of such models that pass with those rows. */
  readonly passes: number;
  /** The share that the gate cannot decide. */
  readonly undecided: number;
  /** With so many rows `power` of them pass. */
  readonly rowsNeeded: number;
  readonly power: number;
  /** How far two models are apart on a row: by the last two that were compared, or at most, by one alone. */
  readonly by: "pairs" | "one model";
  /** The run that it is known from. */
  readonly run: string;
}

const POWER = 0.8;

/**
 * By earlier runs, the newest first; undefined where none has intervals from predictions.
 */
export function gatePower(entries: readonly JournalEntry[], settings: GateSettings): GatePower | undefined {
  const last = entries.find((entry) => metricIn(entry, settings.metrics) !== undefined && rowsOf(entry) > 0);
  const metric = last === undefined ? undefined : metricIn(last, settings.metrics);
  if (last === undefined || metric === undefined) return undefined;
  const accepted =
    entries.find((entry) => entry.verdict === "passed" && candidateOf(entry, metric) !== undefined) ?? last;
  const allowedLoss = settings.tolerance * Math.abs(candidateOf(accepted, metric) ?? 0);
  const spread = spreadIn(entries, metric);
  if (spread === undefined || allowedLoss === 0) return undefined;
  const test = { deviation: spread.deviation, allowedLoss, confidence: spread.confidence };
  const rows = rowsOf(last);
  const { excluded, shown } = lossOutcomes(test, rows);
  // With too few rows the gate lets nothing pass.
  const passes = rows < settings.minRows ? 0 : excluded;
  return {
    ...{ metric, allowedLoss, rows, passes, undecided: Math.max(0, 1 - passes - shown) },
    rowsNeeded: Math.max(settings.minRows, rowsToExclude(test, POWER)),
    ...{ power: POWER, by: spread.by, run: spread.run },
  };
}

const candidateOf = ({ metrics }: JournalEntry, metric: string): number | undefined =>
  lookup(metrics?.candidate ?? {}, metric);

const metricIn = (entry: JournalEntry, names: readonly string[]): string | undefined =>
  names.find((name) => candidateOf(entry, name) !== undefined);

const rowsOf = ({ measurements }: JournalEntry): number => measurements?.predictions?.rows ?? 0;

interface RowSpread {
  readonly deviation: number;
  readonly confidence: number;
  readonly by: GatePower["by"];
  readonly run: string;
}

/** How far two models are apart on one row: of the last two that differ at all, or else of one model and another that errs by itself. */
function spreadIn(entries: readonly JournalEntry[], metric: string): RowSpread | undefined {
  return firstOf(entries, (entry) => ofPairs(entry, metric)) ?? firstOf(entries, (entry) => ofOne(entry, metric));
}

function firstOf<T>(entries: readonly JournalEntry[], read: (entry: JournalEntry) => T | undefined): T | undefined {
  for (const entry of entries) {
    const found = read(entry);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofPairs(entry: JournalEntry, metric: string): RowSpread | undefined {
  const pairs = entry.measurements?.predictions?.pairs;
  const difference = lookup(entry.metrics?.differences ?? {}, metric);
  const confidence = entry.metrics?.intervals?.confidence;
  if (pairs === undefined || difference === undefined || confidence === undefined) return undefined;
  const { mcnemar, rows } = pairs;
  const discordant = mcnemar === undefined ? 0 : (mcnemar.onlyCandidate + mcnemar.onlyBaseline) / rows;
  const deviation =
    metric === "accuracy" && mcnemar !== undefined
      ? Math.sqrt(Math.max(0, discordant - difference.value ** 2))
      : deviationOf(difference.interval, rows, confidence);
  return deviation > 0 ? { deviation, confidence, by: "pairs", run: nameOf(entry) } : undefined;
}

function ofOne(entry: JournalEntry, metric: string): RowSpread | undefined {
  const { intervals } = entry.metrics ?? {};
  const { confidence } = intervals ?? {};
  if (confidence === undefined) return undefined;
  const deviation = Math.SQRT2 * deviationOf(lookup(intervals?.candidate ?? {}, metric), rowsOf(entry), confidence);
  return deviation > 0 ? { deviation, confidence, by: "one model", run: nameOf(entry) } : undefined;
}

/** Of one row, by the interval of the mean of so many. */
const deviationOf = (
  interval: { readonly low: number; readonly high: number } | undefined,
  rows: number,
  confidence: number,
): number =>
  interval === undefined
    ? 0
    : ((interval.high - interval.low) * Math.sqrt(rows)) / (2 * normalQuantile((1 + confidence) / 2));

import { lookup } from "../../lookup.ts";
import type { Estimate } from "../../statistics/estimate.ts";
import { classNamed, sameClass } from "./class-names.ts";
import { CLAIMED_METRICS, COMPUTED_METRICS, type KnownMetric, type MetricNeed } from "./known-metrics.ts";

/** A metric by its one name. Value, direction and possible values follow from it, however the metric is spelled. */
export interface MetricName {
  /** `roc_auc`, or `f1[yes]` of one class. */
  readonly canonical: string;
  /** scikit-learn's scorers negate a loss, so that more is better: `neg_log_loss`. */
  readonly negated: boolean;
}

const KNOWN: Readonly<Record<string, KnownMetric>> = { ...COMPUTED_METRICS, ...CLAIMED_METRICS };

/** `Log-Loss`, `logLoss` and `log loss` are one name. A sign in front is kept, since it makes another number. */
const squashed = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/(?<=.)[\s._/^-]+/g, "");

const CANONICAL: ReadonlyMap<string, string> = new Map(
  Object.entries(KNOWN).flatMap(([name, { aliases }]) =>
    [name, ...aliases].map((alias) => [squashed(alias), name] as const),
  ),
);

/** `precision[yes]` is the metric of one class, whose name is kept as it is. */
const OF_CLASS = /^([^[\]]+)\[(.*)\]$/s;
const BY_CLASS: ReadonlySet<string> = new Set(["precision", "recall", "f1"]);
const NEGATED = /^neg[\s._-]/i;

/**
 * The metric that a name means; undefined for one that is not known. Parts of a name are not matched, since `train_auc`
 * (of other data) is another number.
 */
export function metricNamed(name: string): MetricName | undefined {
  const ofClass = OF_CLASS.exec(name);
  if (ofClass !== null) {
    const metric = CANONICAL.get(squashed(ofClass[1] ?? ""));
    return metric !== undefined && BY_CLASS.has(metric)
      ? { canonical: `${metric}[${ofClass[2]}]`, negated: false }
      : undefined;
  }
  const canonical = CANONICAL.get(squashed(name));
  if (canonical !== undefined) return { canonical, negated: false };
  const inner = NEGATED.test(name) ? CANONICAL.get(squashed(name.replace(NEGATED, ""))) : undefined;
  return inner === undefined ? undefined : { canonical: inner, negated: true };
}

/**
 * The one name of a metric; the name as it is for one that is not known.
 *
 * @param classes among which the class of `f1[1.0]` is looked up by its value
 */
export function canonicalMetric(name: string, classes: readonly string[] = []): string {
  const canonical = metricNamed(name)?.canonical ?? name;
  const ofClass = OF_CLASS.exec(canonical);
  const named = ofClass === null ? undefined : classNamed(classes, ofClass[2] ?? "");
  return named === undefined ? canonical : `${ofClass?.[1]}[${named}]`;
}

/** Whether a metric is computed from predictions, where these allow it. */
export const isComputed = (name: string): boolean => {
  const metric = metricNamed(name);
  return metric !== undefined && Object.hasOwn(COMPUTED_METRICS, baseOf(metric));
};

const baseOf = ({ canonical }: MetricName): string => OF_CLASS.exec(canonical)?.[1] ?? canonical;

/** What predictions need for a metric beside labels and answers; undefined where that is nothing of its own. */
export function needOf(name: string): MetricNeed | undefined {
  const metric = metricNamed(name);
  return metric === undefined ? undefined : lookup(KNOWN, baseOf(metric))?.needs;
}

/** Whether a metric is a mean over groups that rows are ranked within. */
export const isRanking = (name: string): boolean => needOf(name) === "group";

/** The least and the greatest value that a metric can have; undefined when that is not known. */
export function possibleRange(name: string): readonly [low: number, high: number] | undefined {
  const metric = metricNamed(name);
  const range = metric === undefined ? undefined : lookup(KNOWN, baseOf(metric))?.range;
  return range === undefined || metric?.negated === false ? range : [-range[1], -range[0]];
}

/** A metric, or a difference of it, among computed ones; with the other sign for a negated one. */
export function estimateOf(computed: Readonly<Record<string, Estimate>>, name: string): Estimate | undefined {
  const metric = metricNamed(name);
  if (metric === undefined) return lookup(computed, name);
  const found = lookup(computed, metric.canonical) ?? ofSameClass(computed, metric);
  return found === undefined || !metric.negated ? found : negated(found);
}

/** `f1[1]` of a class that is called 1.0 elsewhere. */
function ofSameClass(computed: Readonly<Record<string, Estimate>>, metric: MetricName): Estimate | undefined {
  if (!OF_CLASS.test(metric.canonical)) return undefined;
  const same = Object.keys(computed).find((canonical) => isSameMetric(metric, { canonical, negated: false }));
  return same === undefined ? undefined : computed[same];
}

/** The same estimate with the other sign: of a loss as a gain. */
export const negated = ({ value, interval }: Estimate): Estimate => ({
  value: -value,
  ...(interval === undefined ? {} : { interval: { low: -interval.high, high: -interval.low } }),
});

/** Whether two metrics, but for their sign, are the same number. The class of `f1[1.0]` is compared by its value. */
export function isSameMetric(one: MetricName, other: MetricName): boolean {
  const [a, b] = [OF_CLASS.exec(one.canonical), OF_CLASS.exec(other.canonical)];
  return a === null || b === null
    ? one.canonical === other.canonical
    : a[1] === b[1] && sameClass(a[2] ?? "", b[2] ?? "");
}

/** Words around a metric's name that say which rows it is of. */
const ROWS: ReadonlySet<string> = new Set([
  ...["train", "training", "val", "valid", "validation", "test", "eval", "evaluation", "dev", "holdout", "cv", "oof"],
]);

/** Words around a metric's name that change the rows or the mean, and not which direction is better. */
const AROUND: ReadonlySet<string> = new Set([
  ...ROWS,
  ...["macro", "micro", "weighted", "samples", "binary", "categorical", "ovr", "ovo", "mean", "avg", "average"],
]);

/** Whatever ends in one of these is a loss. */
const LOSSES: ReadonlySet<string> = new Set([
  ...["loss", "logloss", "error", "err", "mae", "mse", "rmse", "msle", "rmsle", "mape", "smape", "perplexity"],
  ...["deviance", "wer", "cer", "brier", "hinge"],
]);

/** `-loss` and `1 - error` are better the other way round, and so may be a loss that is not there. */
const TURNED = /^\s*1?\s*-/;
const NEGATIONS: ReadonlySet<string> = new Set([
  ...["no", "non", "not", "without", "neg", "negative", "negated", "minus", "inverse", "inverted", "reciprocal"],
  ...["complement", "flipped"],
]);

/** Errors with a sign are best at zero: the mean of them is a bias. */
const SIGNED: ReadonlySet<string> = new Set(["bias", "biased", "signed"]);
const MEANS_OF_SIGNED: ReadonlySet<string> = new Set(
  ["mean", "avg", "average"].flatMap((mean) => ["error", "percentageerror"].map((error) => `${mean}${error}`)),
);

/** Whether lower values of a metric are better; undefined where its name does not say it. */
export function lowerIsBetter(name: string): boolean | undefined {
  const metric = metricNamed(name);
  if (metric !== undefined) {
    const better = lookup(KNOWN, baseOf(metric))?.better;
    return better === undefined ? undefined : (better === "lower") !== metric.negated;
  }
  return TURNED.test(name) ? undefined : lowerByWords(wordsOf(name));
}

function lowerByWords(words: readonly string[]): boolean | undefined {
  const core = withoutWordsAround(words, AROUND);
  // scikit-learn names the scores of a cross-validation `mean_test_neg_log_loss`.
  if (core[0] === "neg") {
    const inner = lowerByWords(core.slice(1));
    return inner === undefined ? undefined : !inner;
  }
  if (MEANS_OF_SIGNED.has(withoutWordsAround(words, ROWS).join("")) || words.some((word) => SIGNED.has(word)))
    return undefined;
  const known = CANONICAL.get(core.join(""));
  const better = known === undefined ? undefined : KNOWN[known]?.better;
  if (known !== undefined) return better === undefined ? undefined : better === "lower";
  return !words.some((word) => NEGATIONS.has(word)) && LOSSES.has(words.at(-1) ?? "") ? true : undefined;
}

/** `val/topK_accuracy@5` in words: the place in a ranking says nothing of the direction. */
const wordsOf = (name: string): string[] =>
  name
    .normalize("NFKC")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/(?:@|_at_?)(k|\d+)$/, "")
    .split(/[\s._/-]+/)
    .filter(Boolean);

function withoutWordsAround(words: readonly string[], around: ReadonlySet<string>): readonly string[] {
  if (words.length > 1 && around.has(words[0] ?? "")) return withoutWordsAround(words.slice(1), around);
  if (words.length > 1 && around.has(words.at(-1) ?? "")) return withoutWordsAround(words.slice(0, -1), around);
  return words;
}

import { type Evaluator, joined } from "./evaluator.ts";
import { type ClassAnswers, type ClassRows, outcomesOf } from "./rows.ts";
import { CALIBRATION_BINS, scoreBin } from "./score-bins.ts";

/** The places up to which the label may be, of the classes by score, for an answer to count as right. */
export const TOP_CUTS: readonly number[] = [2, 3, 5];
export const topAccuracy = (cut: number): string => `top_${cut}_accuracy`;

/** The metrics that need more of a row than its label and prediction. */
export const SCORE_METRICS: ReadonlySet<string> = new Set([
  "roc_auc",
  "pr_auc",
  "log_loss",
  "brier",
  "calibration_error",
  ...TOP_CUTS.map(topAccuracy),
]);

/**
 * A classifier's metrics, as scikit-learn 1.9 defines them with `zero_division=0`:
 *
 * - `accuracy`, `balanced_accuracy`
 * - `precision`, `recall`, `f1`: of the positive class; where there is none, their `_macro` means
 * - `precision_macro`, `precision_weighted` and so on: means over the classes that are among these labels or answers,
 *   weighted by the labels of each class
 * - `precision[CLASS]`, `recall[CLASS]`, `f1[CLASS]`
 * - `roc_auc`, `pr_auc` (average_precision_score), `brier`; `log_loss`
 * - `calibration_error`: |mean score - share of positives| over ten equal bins of the score, each weighted by its rows;
 *   the expected calibration error of M. Naeini et al. (2015), with the bins' edges as in `scoreBin`
 *
 * - `top_2_accuracy` and so on (top_k_accuracy_score), with more classes than that: of equal scores the class that is later in order is
 *   before the others
 *
 * With more than two classes, `roc_auc` is the mean over the classes, each against the rest, and the score of a row is that of
 * its answer, which comes true when the answer is right. There is no `pr_auc` and no `brier` then.
 *
 * `roc_auc` is undefined with labels of one class, `pr_auc` without positives, and every metric without rows.
 */
export function classificationEvaluator(rows: ClassRows, model: number, wanted?: ReadonlySet<string>): Evaluator {
  const answers = rows.models[model] as ClassAnswers;
  const { scores } = answers;
  const evaluators = [answerMetrics(rows, answers.predictions)];
  if (scores !== undefined && rows.positive !== undefined) evaluators.push(rankMetrics(rows, scores, rows.positive));
  if (answers.areas !== undefined) evaluators.push(meanOf("roc_auc", answers.areas));
  const { labelPlaces } = answers;
  if (labelPlaces !== undefined) {
    for (const cut of TOP_CUTS.filter((one) => one < rows.classes.length))
      evaluators.push(
        meanOf(
          topAccuracy(cut),
          labelPlaces.map((place) => Number(place <= cut)),
        ),
      );
  }
  // A score that is not a probability only has rank metrics.
  if (answers.logLosses !== undefined && scores !== undefined) {
    evaluators.push(calibrationError(scores, outcomesOf(rows, model)));
  }
  if (answers.logLosses !== undefined) evaluators.push(meanOf("log_loss", answers.logLosses));
  if (answers.squaredErrors !== undefined) evaluators.push(meanOf("brier", answers.squaredErrors));
  return joined(evaluators, wanted);
}

const OVERALL = [
  "accuracy",
  "balanced_accuracy",
  "precision",
  "recall",
  "f1",
  "precision_macro",
  "recall_macro",
  "f1_macro",
  "precision_weighted",
  "recall_weighted",
  "f1_weighted",
];

/** The metrics of labels and predictions alone. */
function answerMetrics({ classes, positive, labels }: ClassRows, predictions: Int32Array): Evaluator {
  const names = [...OVERALL, ...classes.flatMap((name) => [`precision[${name}]`, `recall[${name}]`, `f1[${name}]`])];
  const pairs = pairsOf(classes.length, labels, predictions);
  const ofPair = new Float64Array(pairs.labels.length);
  const right = new Float64Array(classes.length);
  const labelled = new Float64Array(classes.length);
  const predicted = new Float64Array(classes.length);

  return {
    names,
    evaluate(counts, into) {
      ofPair.fill(0);
      for (let cell = 0; cell < counts.length; cell++) {
        const pair = pairs.ofCell[cell] as number;
        ofPair[pair] = (ofPair[pair] as number) + (counts[cell] as number);
      }
      right.fill(0);
      labelled.fill(0);
      predicted.fill(0);
      for (let pair = 0; pair < ofPair.length; pair++) {
        const count = ofPair[pair] as number;
        const label = pairs.labels[pair] as number;
        const prediction = pairs.predictions[pair] as number;
        labelled[label] = (labelled[label] as number) + count;
        predicted[prediction] = (predicted[prediction] as number) + count;
        if (label === prediction) right[label] = (right[label] as number) + count;
      }
      fromClassCounts(right, labelled, predicted, positive, into);
    },
  };
}

/** The different pairs of label and prediction, and the pair of each cell. */
function pairsOf(classes: number, labels: Int32Array, predictions: Int32Array) {
  const pairs = new Map<number, number>();
  const ofCell = labels.map((label, cell) => {
    const key = label * classes + (predictions[cell] as number);
    const known = pairs.get(key) ?? pairs.size;
    pairs.set(key, known);
    return known;
  });
  const keys = [...pairs.keys()];
  return {
    ofCell,
    labels: Int32Array.from(keys, (key) => Math.floor(key / classes)),
    predictions: Int32Array.from(keys, (key) => key % classes),
  };
}

/** @param into in the order of `OVERALL`, then three for each class */
function fromClassCounts(
  right: Float64Array,
  labelled: Float64Array,
  predicted: Float64Array,
  positive: number | undefined,
  into: Float64Array,
): void {
  let [rows, hits, present, withLabels] = [0, 0, 0, 0];
  const sums = { precision: 0, recall: 0, f1: 0 };
  const weighted = { precision: 0, recall: 0, f1: 0 };
  for (let at = 0; at < right.length; at++) {
    const labels = labelled[at] as number;
    const answers = predicted[at] as number;
    const precision = ratio(right[at] as number, answers);
    const recall = ratio(right[at] as number, labels);
    const f1 = ratio(2 * (right[at] as number), labels + answers);
    into[OVERALL.length + 3 * at] = precision;
    into[OVERALL.length + 3 * at + 1] = recall;
    into[OVERALL.length + 3 * at + 2] = f1;
    rows += labels;
    hits += right[at] as number;
    if (labels + answers > 0) present++;
    if (labels > 0) withLabels++;
    sums.precision += precision;
    sums.recall += recall;
    sums.f1 += f1;
    weighted.precision += labels * precision;
    weighted.recall += labels * recall;
    weighted.f1 += labels * f1;
  }
  if (rows === 0) {
    into.fill(Number.NaN);
    return;
  }
  into[0] = hits / rows;
  // A class without labels has no recall: the macro mean counts it as zero, balanced accuracy leaves it out.
  into[1] = sums.recall / withLabels;
  into[5] = sums.precision / present;
  into[6] = sums.recall / present;
  into[7] = sums.f1 / present;
  into[8] = weighted.precision / rows;
  into[9] = weighted.recall / rows;
  into[10] = weighted.f1 / rows;
  const first = positive === undefined ? 5 : OVERALL.length + 3 * positive;
  into.copyWithin(2, first, first + 3);
}

/** Zero when the divisor is zero, as scikit-learn's `zero_division=0`. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The metrics of the order of the scores. */
function rankMetrics({ labels }: ClassRows, scores: Float64Array, positive: number): Evaluator {
  const order = Int32Array.from(scores.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const positives = Float64Array.from(order, (cell) => (labels[cell] === positive ? 1 : 0));
  // 1 where the next score differs: equal scores are one step of the curves.
  const ends = Uint8Array.from(order, (cell, at) => (scores[cell] === scores[order[at + 1] as number] ? 0 : 1));

  return {
    names: ["roc_auc", "pr_auc"],
    evaluate(counts, into) {
      let [hits, falseHits, hitsBefore, falseHitsBefore] = [0, 0, 0, 0];
      let area = 0;
      let precisions = 0;
      for (let at = 0; at < order.length; at++) {
        const count = counts[order[at] as number] as number;
        const hit = count * (positives[at] as number);
        hits += hit;
        falseHits += count - hit;
        if (ends[at] === 1) {
          area += ((falseHits - falseHitsBefore) * (hits + hitsBefore)) / 2;
          if (hits > hitsBefore) precisions += ((hits - hitsBefore) * hits) / (hits + falseHits);
          hitsBefore = hits;
          falseHitsBefore = falseHits;
        }
      }
      // 0 / 0 is the NaN of an undefined metric.
      into[0] = area / (hits * falseHits);
      into[1] = precisions / hits;
    },
  };
}

/** The distance of the mean score from the share of rows where it came true, over ten equal bins weighted by their rows. */
function calibrationError(scores: Float64Array, outcomes: Uint8Array): Evaluator {
  const gaps = scores.map((score, cell) => score - (outcomes[cell] as number));
  const bins = Uint8Array.from(scores, (score) => scoreBin(score, CALIBRATION_BINS));
  const gapOfBin = new Float64Array(CALIBRATION_BINS);
  return {
    names: ["calibration_error"],
    evaluate(counts, into) {
      gapOfBin.fill(0);
      let rows = 0;
      for (let cell = 0; cell < counts.length; cell++) {
        const count = counts[cell] as number;
        const bin = bins[cell] as number;
        rows += count;
        gapOfBin[bin] = (gapOfBin[bin] as number) + count * (gaps[cell] as number);
      }
      into[0] = gapOfBin.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows;
    },
  };
}

/** A metric that is the mean of one number a row. */
export function meanOf(name: string, values: Float64Array): Evaluator {
  return {
    names: [name],
    evaluate(counts, into) {
      let rows = 0;
      let sum = 0;
      for (let cell = 0; cell < counts.length; cell++) {
        const count = counts[cell] as number;
        rows += count;
        sum += count * (values[cell] as number);
      }
      into[0] = sum / rows;
    },
  };
}

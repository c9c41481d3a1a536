import { type Estimate, holding } from "../../statistics/estimate.ts";
import { middle } from "../../statistics/quantile.ts";
import { randomOf } from "../../statistics/random.ts";
import { resampler } from "../../statistics/resample.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import type { FairnessGroup, ModelFairness } from "./results.ts";
import type { ClassAnswers, ClassRows } from "./rows.ts";

export interface ProtectedGroup {
  readonly values: readonly string[];
  readonly cells: ClassRows;
}

/** Counts of a group, each row as its weight: all rows, those with the favourable answer, and both among the rows with the favourable label. */
const COUNTS = 4;
const MEASURES = ["disparate_impact", "demographic_parity", "equalized_odds"] as const;

/**
 * How each model treats the groups, by the definitions of Fairlearn 0.15:
 *
 * - `disparate_impact`: lowest divided by highest share of favourable answers (`demographic_parity_ratio`); undefined
 *   when no group gets any, since no group is treated worse then
 * - `demographic_parity`: highest minus lowest share (`demographic_parity_difference`)
 * - `equalized_odds`: the larger of the differences in the true-positive and in the false-positive rate
 *   (`equalized_odds_difference`); a group without labels of one kind has no such rate and is left out
 *
 * The rows of all groups are resampled together, so that the groups' sizes vary as they would in another sample.
 *
 * @param favorable index of the favourable class
 * @returns one for each model of the cells; without measures when there are fewer than two groups
 */
export function fairnessOf(
  groups: readonly ProtectedGroup[],
  favorable: number,
  options: Omit<BootstrapOptions, "metrics">,
): ModelFairness[] {
  const models = groups[0]?.cells.models.length ?? 0;
  return Array.from({ length: models }, (_unused, model) => {
    const tally = new Tally(groups, model, favorable);
    return {
      groups: groups.map(({ values }, index) => tally.group(index, values)),
      measures: groups.length < 2 ? {} : estimates(tally, options),
    };
  });
}

function estimates(tally: Tally, { resamples, confidence, seed }: Omit<BootstrapOptions, "metrics">) {
  const observed = tally.measures();
  const draw = resampler(tally.counts, randomOf(seed));
  const columns = MEASURES.map(() => new Float64Array(resamples));
  const counts = new Float64Array(tally.counts.length);
  for (let resample = 0; resample < resamples; resample++) {
    draw(counts);
    tally.count(counts);
    tally.measures().forEach((value, at) => {
      (columns[at] as Float64Array)[resample] = value;
    });
  }
  return Object.fromEntries(
    MEASURES.flatMap((name, at): [string, Estimate][] => {
      const value = observed[at] as number;
      if (Number.isNaN(value)) return [];
      const drawn = (columns[at] as Float64Array).filter((one) => !Number.isNaN(one)).sort();
      return [
        [
          name,
          { value, ...(drawn.length * 2 > resamples ? { interval: holding(middle(drawn, confidence), value) } : {}) },
        ],
      ];
    }),
  );
}

/** Counts favourable answers and labels by group, for the observed rows and for each resample of them. */
class Tally {
  /** Rows of all cells of all groups, one group after the other. */
  readonly counts: Float64Array;
  readonly #weights: Float64Array;
  readonly #rows: readonly number[];
  readonly #group: Int32Array;
  readonly #selected: Uint8Array;
  readonly #deserving: Uint8Array;
  readonly #sums: Float64Array;
  readonly #groups: number;

  constructor(groups: readonly ProtectedGroup[], model: number, favorable: number) {
    this.counts = Float64Array.from(groups.flatMap(({ cells }) => [...cells.counts]));
    this.#weights = Float64Array.from(
      groups.flatMap(({ cells: { counts, weights } }) => [...(weights ?? counts.map(() => 1))]),
    );
    this.#rows = groups.map(({ cells }) => cells.counts.reduce((sum, count) => sum + count, 0));
    this.#group = Int32Array.from(groups.flatMap(({ cells }, index) => Array.from(cells.counts, () => index)));
    this.#selected = Uint8Array.from(
      groups.flatMap(({ cells }) =>
        Array.from((cells.models[model] as ClassAnswers).predictions, (one) => Number(one === favorable)),
      ),
    );
    this.#deserving = Uint8Array.from(
      groups.flatMap(({ cells }) => Array.from(cells.labels, (one) => Number(one === favorable))),
    );
    this.#groups = groups.length;
    this.#sums = new Float64Array(COUNTS * groups.length);
    this.count(this.counts);
  }

  count(counts: Float64Array): void {
    this.#sums.fill(0);
    for (let cell = 0; cell < counts.length; cell++) {
      const count = (counts[cell] as number) * (this.#weights[cell] as number);
      const base = COUNTS * (this.#group[cell] as number);
      const selected = count * (this.#selected[cell] as number);
      const deserving = this.#deserving[cell] as number;
      this.#sums[base] = (this.#sums[base] as number) + count;
      this.#sums[base + 1] = (this.#sums[base + 1] as number) + selected;
      this.#sums[base + 2] = (this.#sums[base + 2] as number) + count * deserving;
      this.#sums[base + 3] = (this.#sums[base + 3] as number) + selected * deserving;
    }
  }

  group(index: number, values: readonly string[]): FairnessGroup {
    const { selectionRate, truePositiveRate, falsePositiveRate } = this.#rates(index);
    return {
      values,
      rows: this.#rows[index] ?? 0,
      selectionRate,
      ...(Number.isNaN(truePositiveRate) ? {} : { truePositiveRate }),
      ...(Number.isNaN(falsePositiveRate) ? {} : { falsePositiveRate }),
    };
  }

  /** In the order of `MEASURES`; NaN for one that is undefined. */
  measures(): number[] {
    const rates = Array.from({ length: this.#groups }, (_unused, index) => this.#rates(index));
    const shares = spread(rates.map((one) => one.selectionRate));
    const truePositives = spread(rates.map((one) => one.truePositiveRate));
    const falsePositives = spread(rates.map((one) => one.falsePositiveRate));
    return [
      shares.high === 0 ? Number.NaN : shares.low / shares.high,
      shares.high - shares.low,
      Math.max(truePositives.high - truePositives.low, falsePositives.high - falsePositives.low),
    ];
  }

  #rates(index: number) {
    const [rows = 0, selected = 0, deserving = 0, both = 0] = this.#sums.subarray(COUNTS * index, COUNTS * (index + 1));
    return {
      selectionRate: selected / rows,
      truePositiveRate: both / deserving,
      falsePositiveRate: (selected - both) / (rows - deserving),
    };
  }
}

/** The lowest and the highest defined rate; NaN when none is defined. */
function spread(rates: readonly number[]): { readonly low: number; readonly high: number } {
  const defined = rates.filter((rate) => !Number.isNaN(rate));
  return defined.length === 0
    ? { low: Number.NaN, high: Number.NaN }
    : { low: Math.min(...defined), high: Math.max(...defined) };
}

import type { Estimate } from "../../statistics/estimate.ts";
import { adjustedByHolm } from "../../statistics/holm.ts";
import { moreHits } from "../../statistics/hypergeometric.ts";
import { differenceOfShares, wilson } from "../../statistics/proportion.ts";
import { type Moments, meanEstimate, welch } from "../../statistics/student.ts";
import { CLEARLY } from "./candidates.ts";
import type { WorstSlice, WorstSlices } from "./results.ts";
import { added, excess, NOTHING, without } from "./score.ts";

/** Rows that are in the same candidates. */
export interface MaskedRows extends Moments {
  readonly part: "searched" | "held" | "neither";
  /** The candidates that they are in, a bit for each. */
  readonly mask: number;
}

export interface Confirming {
  readonly metric: WorstSlices["metric"];
  /** The confidence of the intervals. */
  readonly confidence: number;
  /** The fewest searched rows of a group. */
  readonly minimum: number;
}

/** How often any group may be named of a model that treats all groups alike. */
const ANY_BY_CHANCE = 0.001;

/**
 * The candidates that say something beside those before them: what the searched rows of one have more than the others must not be that
 * they are in another one.
 *
 * @param count how many candidates there are, those with the highest score first
 * @returns their indices
 */
export function differentCandidates(masks: readonly MaskedRows[], count: number, minimum: number): number[] {
  const kept: number[] = [];
  for (let candidate = 0; candidate < count; candidate++) {
    const isFree = ({ mask }: MaskedRows): boolean => kept.every((one) => !has(mask, one));
    const free = masks.filter((one) => one.part === "searched" && isFree(one));
    const [own, others] = split(free, candidate);
    if (own.rows >= minimum / 2 && excess(own, others) >= CLEARLY) kept.push(candidate);
  }
  return kept;
}

const has = (mask: number, candidate: number): boolean => Math.floor(mask / 2 ** candidate) % 2 === 1;

/** The rows of a candidate, and the others. */
function split(masks: readonly MaskedRows[], candidate: number): [own: Moments, others: Moments] {
  const own = masks.filter(({ mask }) => has(mask, candidate)).reduce<Moments>(added, NOTHING);
  return [own, without(masks.reduce<Moments>(added, NOTHING), own)];
}

/**
 * The candidates that are worse than the other rows in the half of the rows that they were not chosen by, the worst first. The
 * p-values are corrected for their number by Holm's method. A candidate within another one is named where it is worse than the rest of
 * that, too.
 *
 * @param conditions what the rows of each candidate have in common, in words
 */
export function confirmedSlices(
  masks: readonly MaskedRows[],
  conditions: readonly (readonly string[])[],
  { metric, confidence, minimum }: Confirming,
): { readonly candidates: number; readonly slices: readonly WorstSlice[] } {
  const held = masks.filter(({ part }) => part === "held");
  const compare = COMPARED[metric];
  const candidates = differentCandidates(masks, conditions.length, minimum);
  const tested = candidates.flatMap((candidate) => {
    const [own, others] = split(held, candidate);
    if (own.rows === 0 || others.rows === 0) return [];
    const rows = masks.reduce((sum, one) => sum + (has(one.mask, candidate) ? one.rows : 0), 0);
    const slice = { conditions: conditions[candidate] ?? [], rows, heldRows: own.rows };
    return [{ candidate, slice: { ...slice, ...compare(own, others, confidence) } }];
  });
  const pValues = adjustedByHolm(tested.map(({ slice }) => slice.pValue));
  const confirmed = tested.flatMap(({ candidate, slice }, at) => {
    const pValue = pValues[at] as number;
    return pValue <= ANY_BY_CHANCE ? [{ candidate, slice: { ...slice, pValue } }] : [];
  });
  const named = confirmed.filter(({ candidate }) =>
    confirmed.every(({ candidate: wider }) => {
      if (wider === candidate || masks.some(({ mask }) => has(mask, candidate) && !has(mask, wider))) return true;
      const [own, rest] = split(
        held.filter(({ mask }) => has(mask, wider)),
        candidate,
      );
      return rest.rows > 0 && compare(own, rest, confidence).pValue <= ANY_BY_CHANCE;
    }),
  );
  return {
    candidates: candidates.length,
    slices: named
      .map(({ slice }) => slice)
      .sort((one, other) => Math.abs(other.difference.value) - Math.abs(one.difference.value)),
  };
}

type Compared = Pick<WorstSlice, "candidate" | "others" | "difference" | "pValue">;

const COMPARED: Readonly<
  Record<WorstSlices["metric"], (own: Moments, others: Moments, confidence: number) => Compared>
> = { accuracy: accuracies, mae: errors, ndcg: rankings };

function accuracies(own: Moments, others: Moments, confidence: number): Compared {
  const right = ({ rows, sum }: Moments) => ({ hits: Math.round(rows - sum), rows });
  const share = ({ hits, rows }: { hits: number; rows: number }): Estimate => ({
    value: hits / rows,
    interval: wilson(hits, rows, confidence),
  });
  return {
    candidate: share(right(own)),
    others: share(right(others)),
    difference: differenceOfShares(right(own), right(others), confidence),
    pValue: moreHits(
      { hits: Math.round(own.sum), rows: own.rows },
      { hits: Math.round(others.sum), rows: others.rows },
    ),
  };
}

function errors(own: Moments, others: Moments, confidence: number): Compared {
  const { pValue, ...difference } = welch(own, others, confidence);
  return { candidate: meanEstimate(own, confidence), others: meanEstimate(others, confidence), difference, pValue };
}

/** Of rankings the error is how far the ndcg is from 1. */
function rankings(own: Moments, others: Moments, confidence: number): Compared {
  const { candidate, others: rest, difference, pValue } = errors(own, others, confidence);
  return {
    candidate: turned(candidate, 1),
    others: turned(rest, 1),
    difference: turned(difference, 0),
    pValue,
  };
}

/** A number minus the estimate. */
const turned = ({ value, interval }: Estimate, from: number): Estimate => ({
  value: from - value,
  ...(interval === undefined ? {} : { interval: { low: from - interval.high, high: from - interval.low } }),
});

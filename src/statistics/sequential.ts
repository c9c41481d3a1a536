import type { Interval } from "./estimate.ts";

/*
 * Tests and intervals that stay valid however often one looks, and whenever one stops.
 *
 * Each is a game: money is bet against a limit, at odds that would be fair if the limit were just kept. While it is kept the money is
 * never expected to grow, so the probability that it ever reaches 1/α is at most α (J. Ville, 1939). The unit is spread over several
 * bets, since nobody knows how far the limit is broken (the mixture of H. Robbins, Annals of Mathematical Statistics 41, 1970; for
 * bounded values I. Waudby-Smith and A. Ramdas, Journal of the Royal Statistical Society B 86, 2024). They are finitely many, so this
 * holds exactly and not only for many trials.
 */

/** How often each of the three things happened that a trial can come out as: against the candidate, neither, against the other. */
export interface Outcomes {
  readonly against: number;
  readonly neither: number;
  readonly for: number;
}

/** What is to be shown: that a limit is broken (`over`), or that it is kept (`under`). */
export type Side = "over" | "under";

/** A bet: the logarithms of what it multiplies its money by, after a trial of each outcome. */
export type Bet = readonly [against: number, neither: number, other: number];

const BETS = 32;

const spread = <T>(from: (share: number) => T): T[] =>
  Array.from({ length: BETS }, (_, index) => from((index + 0.5) / BETS));

/**
 * Bets against a limit of the excess: the share of trials that come out against the candidate, less that of trials for it.
 *
 * @param limit between -1 and 1, without these
 */
export const excessBets = (limit: number, side: Side): readonly Bet[] =>
  spread((share) => {
    // A stake at which no outcome loses more than there is.
    const stake = side === "over" ? share / (1 + limit) : -share / (1 - limit);
    const grows = (value: number): number => Math.log1p(stake * (value - limit));
    return [grows(1), grows(0), grows(-1)];
  });

/** Bets against the coin being fair that says whether a value is above its median: `over` wins where too many are. */
export const medianBets = (side: Side): readonly Bet[] =>
  spread((share) => {
    const [more, less] = [Math.log1p(share), Math.log1p(-share)];
    return side === "over" ? [more, 0, less] : [less, 0, more];
  });

/** The logarithm of the money that trials make of a unit that is spread over bets. */
export function logWealth({ against, neither, for: other }: Outcomes, bets: readonly Bet[]): number {
  const logs = bets.map((bet) => against * bet[0] + neither * bet[1] + other * bet[2]);
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, one) => sum + Math.exp(one - most), 0) / logs.length);
}

/** Whether trials show something, with a probability of an error of at most `alpha` in all of the stream. */
export const isShown = (outcomes: Outcomes, bets: readonly Bet[], alpha: number): boolean =>
  logWealth(outcomes, bets) >= -Math.log(alpha);

/**
 * An interval for the excess that covers it at all times of a stream together, with a probability of 1 - 2 alpha at least.
 *
 * @param alpha of each end
 */
export function excessAtAnyTime(outcomes: Outcomes, alpha: number): Interval {
  const trials = outcomes.against + outcomes.neither + outcomes.for;
  const seen = trials === 0 ? 0 : (outcomes.against - outcomes.for) / trials;
  const end = (refuted: number, side: Side): number =>
    borderOf(refuted, seen, (limit) => isShown(outcomes, excessBets(limit, side), alpha));
  return { low: end(-1, "over"), high: end(1, "under") };
}

/** The border between limits that are refuted, at the side of `refuted`, and those that are not. */
function borderOf(refuted: number, kept: number, isRefuted: (limit: number) => boolean): number {
  let [out, within] = [refuted, kept];
  for (let halving = 0; halving < 50; halving++) {
    const at = (out + within) / 2;
    if (isRefuted(at)) out = at;
    else within = at;
  }
  return out;
}

/**
 * An interval for the median of a stream, valid at all of its times together; its ends are values of the stream (S. Howard and
 * A. Ramdas, Bernoulli 28, 2022). An end is infinite while there are too few values.
 *
 * @param alpha of each end
 */
export function medianAtAnyTime(values: readonly number[], alpha: number): Interval {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const bets = medianBets("over");
  let least = Math.ceil(n / 2);
  while (least <= n && !isShown({ against: least, neither: 0, for: n - least }, bets, alpha)) least++;
  // That so many values are above a number shows it to be below the median.
  return {
    low: sorted[n - least] ?? Number.NEGATIVE_INFINITY,
    high: sorted[least - 1] ?? Number.POSITIVE_INFINITY,
  };
}

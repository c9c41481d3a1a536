import { describe, expect, test } from "vitest";
import { normalQuantile } from "../../../src/statistics/normal.ts";
import { randomOf } from "../../../src/statistics/random.ts";
import {
  type Bet,
  excessAtAnyTime,
  excessBets,
  isShown,
  logWealth,
  medianAtAnyTime,
  medianBets,
  type Outcomes,
} from "../../../src/statistics/sequential.ts";

const STREAMS = 10_000;
const TRIALS = 600;
const ALPHA = 0.05;
/** Three standard errors above what is allowed. */
const MOST = ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / STREAMS);

/** The share of trials that come out against the candidate, and for it. */
type Shares = readonly [against: number, other: number];

const expectedAfterOne = (bets: readonly Bet[], [against, other]: Shares): number =>
  against * Math.exp(logWealth({ against: 1, neither: 0, for: 0 }, bets)) +
  (1 - against - other) * Math.exp(logWealth({ against: 0, neither: 1, for: 0 }, bets)) +
  other * Math.exp(logWealth({ against: 0, neither: 0, for: 1 }, bets));

describe("money bet against a limit", () => {
  test.each([
    ["over", [0.01, 0]],
    ["over", [0.06, 0.05]],
    ["under", [0.01, 0]],
    ["under", [0.06, 0.05]],
  ] as const)("is expected to stay a unit where the excess is the limit (%s, %j)", (side, shares) => {
    expect(expectedAfterOne(excessBets(0.01, side), shares)).toBeCloseTo(1, 12);
  });

  test("is expected to shrink where the limit is kept, and to grow where it is broken", () => {
    expect(expectedAfterOne(excessBets(0.01, "over"), [0.005, 0])).toBeLessThan(1);
    expect(expectedAfterOne(excessBets(0.01, "over"), [0.05, 0.05])).toBeLessThan(1);
    expect(expectedAfterOne(excessBets(0.01, "over"), [0.03, 0])).toBeGreaterThan(1);
    expect(expectedAfterOne(excessBets(0.01, "under"), [0, 0])).toBeGreaterThan(1);
    expect(expectedAfterOne(medianBets("over"), [0.5, 0.5])).toBeCloseTo(1, 12);
    expect(expectedAfterOne(medianBets("over"), [0.4, 0.6])).toBeLessThan(1);
  });

  test("is never less than nothing", () => {
    for (const side of ["over", "under"] as const) {
      for (const bet of [...excessBets(0.01, side), ...excessBets(0.9, side), ...medianBets(side)]) {
        expect(bet.every(Number.isFinite)).toBe(true);
      }
    }
  });
});

/** After how many trials a stream shows something; undefined where it never does. */
function shownAt(shares: Shares, bets: readonly Bet[], seed: number): number | undefined {
  const random = randomOf(seed);
  // As money of each bet, so that a stream costs one multiplication a trial and bet.
  const factors = bets.map((bet) => bet.map(Math.exp));
  const money = Float64Array.from(bets, () => 1 / bets.length);
  for (let trial = 1; trial <= TRIALS; trial++) {
    const toss = random();
    const outcome = toss < shares[0] ? 0 : toss > 1 - shares[1] ? 2 : 1;
    let sum = 0;
    for (let at = 0; at < money.length; at++) {
      money[at] = (money[at] as number) * (factors[at]?.[outcome] as number);
      sum += money[at] as number;
    }
    if (sum >= 1 / ALPHA) return trial;
  }
  return undefined;
}

describe(`of ${STREAMS} streams that are looked at after each of ${TRIALS} trials`, () => {
  test.each([
    ["an excess that is the limit, of rare outcomes", excessBets(0.01, "over"), [0.01, 0]],
    ["an excess that is the limit, of outcomes on both sides", excessBets(0.01, "over"), [0.06, 0.05]],
    ["an excess that is the limit and not below it", excessBets(0.01, "under"), [0.01, 0]],
    ["a fair coin", medianBets("over"), [0.5, 0.5]],
    ["candidates that are the same, with noise", excessBets(0.01, "over"), [0.05, 0.05]],
  ] as const)("few raise a false alarm: %s", (_name, bets, shares) => {
    let alarms = 0;
    for (let stream = 0; stream < STREAMS; stream++) if (shownAt(shares, bets, stream) !== undefined) alarms++;
    expect(alarms / STREAMS).toBeLessThanOrEqual(MOST);
  });

  test.each([
    ["3 % against a limit of 1 %", excessBets(0.01, "over"), [0.03, 0], 600],
    ["none against a limit of 1 %", excessBets(0.01, "under"), [0, 0], 600],
    ["a coin of 0.7", medianBets("over"), [0.7, 0.3], 100],
  ] as const)("most show what is so: %s", (_name, bets, shares, within) => {
    const found = Array.from({ length: 200 }, (_, stream) => shownAt(shares, bets, stream) ?? TRIALS).sort(
      (a, b) => a - b,
    );
    expect(found[100]).toBeLessThan(within);
  });
});

describe("the excess at any time", () => {
  const outcomes: Outcomes = { against: 30, neither: 960, for: 10 };

  test("has ends at which the limit is just not shown to be broken", () => {
    const { low, high } = excessAtAnyTime(outcomes, ALPHA);
    expect(isShown(outcomes, excessBets(low - 1e-6, "over"), ALPHA)).toBe(true);
    expect(isShown(outcomes, excessBets(low + 1e-6, "over"), ALPHA)).toBe(false);
    expect(isShown(outcomes, excessBets(high + 1e-6, "under"), ALPHA)).toBe(true);
    expect(isShown(outcomes, excessBets(high - 1e-6, "under"), ALPHA)).toBe(false);
  });

  test("holds what was seen, and is all there is without trials", () => {
    const { low, high } = excessAtAnyTime(outcomes, ALPHA);
    expect(low).toBeLessThan(0.02);
    expect(high).toBeGreaterThan(0.02);
    expect(high - low).toBeLessThan(0.06);
    const nothing = excessAtAnyTime({ against: 0, neither: 0, for: 0 }, ALPHA);
    expect(nothing.low).toBeCloseTo(-1, 9);
    expect(nothing.high).toBeCloseTo(1, 9);
  });
});

describe("a median at any time", () => {
  test("is left by at most twice alpha of the streams, at whatever time", () => {
    const streams = 300;
    let left = 0;
    for (let stream = 0; stream < streams; stream++) {
      const random = randomOf(stream);
      const values: number[] = [];
      for (let n = 1; n <= 200; n++) {
        values.push(Math.exp(normalQuantile(random() || 0.5)));
        if (n % 10 !== 0) continue;
        const { low, high } = medianAtAnyTime(values, ALPHA);
        if (low > 1 || high < 1) {
          left++;
          break;
        }
      }
    }
    expect(left / streams).toBeLessThanOrEqual(2 * ALPHA);
  });

  test("has no ends while there are too few values, and values of the stream then", () => {
    expect(medianAtAnyTime([1, 2], ALPHA)).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    const { low, high } = medianAtAnyTime([...Array(101).keys()], ALPHA);
    expect(low).toBe(100 - high);
    expect(low).toBeGreaterThan(25);
    expect(high).toBeLessThan(75);
  });
});

import { readFileSync } from "node:fs";
import { mcnemarPValue } from "../../src/measurements/predictions/mcnemar.ts";
import { binomialCdf, binomialProbability } from "../../src/statistics/binomial.ts";
import { moreHits } from "../../src/statistics/hypergeometric.ts";
import { quantileInterval } from "../../src/statistics/latency.ts";
import { normalCdf, normalQuantile } from "../../src/statistics/normal.ts";
import { wilson } from "../../src/statistics/proportion.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { studentTail } from "../../src/statistics/student.ts";
import { type Compared, EXACT } from "./compared.ts";
import { reference } from "./python.ts";

interface Call {
  readonly name: string;
  readonly arguments: readonly unknown[];
  readonly ours: readonly (number | undefined)[];
  /** Differences are shares of the number itself: a p-value of 1e-30 has digits too. */
  readonly relative?: boolean;
}

const SCRIPT = readFileSync(new URL("distributions.py", import.meta.url), "utf8");

export async function compareDistributions(seeds: readonly number[]): Promise<Compared[]> {
  const calls = seeds.flatMap(callsOf);
  const answers = (await reference(
    SCRIPT,
    calls.map((call) => [call.name, call.arguments]),
  )) as (number | null | (number | null)[])[];
  return calls.flatMap((call, at) => {
    const theirs = [answers[at] ?? null].flat();
    const input = `${call.name}(${JSON.stringify(call.arguments).slice(1, 80)})`;
    return theirs.map((their, index): Compared => {
      const size = Math.abs(their ?? 1);
      const scale = call.relative === true && size > 0 ? size : Math.max(1, size);
      return { what: call.name, input, ours: call.ours[index] ?? null, theirs: their, tolerance: EXACT, scale };
    });
  });
}

function callsOf(seed: number): Call[] {
  const random = randomOf(seed);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  return [
    ...[3, 40, 3000, 1_000_000].flatMap((most) => discrete(upTo(most), upTo(most))),
    // Close to each other, as two models of the same kind are.
    ...discrete(5000 + upTo(200), 5000 + upTo(200)),
    ...[0.5 * random(), 1e-8 * random(), 1 - 1e-6 * random()].map((p): Call => {
      return { name: "normal_quantile", arguments: [p], ours: [normalQuantile(p)], relative: true };
    }),
    ...[1, 2, 30, 1000, 100_000].flatMap((df) =>
      [-1.5, 0.3, 2, 6].map(
        (t): Call => ({ name: "student_tail", arguments: [t, df], ours: [studentTail(t, df)], relative: true }),
      ),
    ),
    ...[10, 300, 200_000].map((rows): Call => {
      const first = { hits: upTo(rows), rows };
      const second = { hits: Math.floor((first.hits * 3 * (0.8 + 0.4 * random())) / 1.2), rows: 3 * rows };
      const hits = first.hits + second.hits;
      return {
        name: "more_hits",
        arguments: [first.hits, first.rows, hits, 4 * rows],
        ours: [moreHits(first, second)],
      };
    }),
    ...[6 * random(), -6 * random(), -37 * random()].map((x): Call => {
      return { name: "normal_cdf", arguments: [x], ours: [normalCdf(x)], relative: true };
    }),
    ...[1, 7, 72, 100, 500].flatMap((length) => ofSamples(Array.from({ length }, random), random())),
  ];

  function discrete(ours: number, theirs: number): Call[] {
    const trials = ours + theirs;
    const p = random();
    // Near the mean and in both tails.
    const counts = [trials * p, trials * p * 0.9, trials * p + 0.1 * (1 - p) * trials].map(Math.floor);
    const { low, high } = wilson(ours, Math.max(1, trials), 0.95);
    return [
      { name: "mcnemar", arguments: [ours, theirs], ours: [mcnemarPValue(ours, theirs)], relative: true },
      { name: "wilson", arguments: [ours, Math.max(1, trials), 0.95], ours: [low, high] },
      ...counts.flatMap((k): Call[] => [
        {
          name: "binomial_probability",
          arguments: [k, trials, p],
          ours: [binomialProbability(k, trials, p)],
        },
        { name: "binomial_cdf", arguments: [k, trials, p], ours: [binomialCdf(k, trials, p)] },
      ]),
    ];
  }

  function ofSamples(samples: readonly number[], share: number): Call[] {
    const sorted = Float64Array.from(samples).sort();
    return [share, 0.5, 0.95, 0, 1].flatMap((at): Call[] => {
      const call: Call = { name: "quantile", arguments: [samples, at], ours: [quantile(sorted, at)] };
      const interval = quantileInterval(sorted, at, 0.95);
      // scipy gives the end that the samples do reach where they do not reach the other: ours is no interval then.
      return interval === undefined
        ? [call]
        : [call, { name: "quantile_interval", arguments: [samples, at, 0.95], ours: [interval.low, interval.high] }];
    });
  }
}

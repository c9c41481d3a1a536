import { readFileSync } from "node:fs";
import { compareCounts } from "../../src/statistics/contingency.ts";
import { distances } from "../../src/statistics/distribution-distance.ts";
import { adjusted } from "../../src/statistics/false-discovery.ts";
import { chiSquareTail } from "../../src/statistics/gamma.ts";
import { kolmogorovTail } from "../../src/statistics/kolmogorov.ts";
import { type Random, randomOf } from "../../src/statistics/random.ts";
import { type Compared, EXACT } from "./compared.ts";
import { reference } from "./python.ts";

interface Call {
  readonly what: string;
  readonly name: string;
  readonly arguments: readonly unknown[];
  readonly ours: readonly (number | undefined)[];
  readonly tolerance?: number;
}

const SCRIPT = readFileSync(new URL("drift.py", import.meta.url), "utf8");

/** Differences are shares of the number itself. */
export async function compareDrift(seeds: readonly number[]): Promise<Compared[]> {
  const calls = seeds.flatMap(callsOf);
  const answers = await reference(
    SCRIPT,
    calls.map((call) => [call.name, call.arguments]),
  );
  return calls.flatMap((call, at) =>
    [(answers as (number | null | (number | null)[])[])[at] ?? null].flat().map((theirs, index): Compared => {
      const input = `${call.name}(${JSON.stringify(call.arguments).slice(1, 120)})`;
      const scale = Math.abs(theirs ?? 1) || 1;
      return {
        what: call.what,
        input,
        ours: call.ours[index] ?? null,
        theirs,
        tolerance: call.tolerance ?? EXACT,
        scale,
      };
    }),
  );
}

function callsOf(seed: number): Call[] {
  const random = randomOf(seed);
  const pValues = Array.from({ length: 1 + Math.floor(30 * random()) }, () => random() ** 3);
  return [
    ...[1, 2, 5, 31, 400].map((df): Call => {
      // From far below the mean to tails of 1e-200 and less.
      const x = df * random() + (random() < 0.5 ? 0 : 1000 * random());
      return { what: "chi_square_tail", name: "chi_square_tail", arguments: [x, df], ours: [chiSquareTail(x, df)] };
    }),
    ...[400, 3000, 20_000].flatMap((most) => [0.9 + 0.5 * random(), 1.5 + 12 * random()].map((z) => tail(most, z))),
    ...[2, 5, 40].flatMap((cells) => ofCounts(cells)),
    { what: "false_discovery", name: "false_discovery", arguments: [pValues], ours: adjusted(pValues) },
  ];

  function tail(most: number, z: number): Call {
    const [n, m] = [most, most / 2 + Math.floor((most / 2) * random())];
    const size = (n * m) / (n + m);
    const distance = z / Math.sqrt(size);
    // Where the formula is the limit's; in the tail it leaves out what has 2e-6 of the probability.
    const body = Math.round(size) * distance ** 2 < 2.3;
    const what = body ? `kolmogorov_tail (${most} rows)` : "kolmogorov_tail (p < 0.02)";
    const ours = [kolmogorovTail(distance, n, m)];
    return { what, name: "kolmogorov_tail", arguments: [distance, n, m], ours, tolerance: body ? 0.6 / size : 5e-6 };
  }

  function ofCounts(cells: number): Call[] {
    const values = Array.from({ length: cells }, () => 100 * random() - 30).sort((a, b) => a - b);
    const [before, now] = [counts(random, cells), counts(random, cells)];
    const found = compareCounts(before, now);
    const apart = distances({
      values: Float64Array.from(values),
      reference: Float64Array.from(before),
      current: Float64Array.from(now),
    });
    return [
      {
        ...{ what: "distances", name: "distances", arguments: [values, before, now] },
        ours: [apart?.kolmogorov, apart?.wasserstein, apart?.referenceDeviation],
      },
      {
        ...{ what: "compare_counts", name: "compare_counts", arguments: [before, now] },
        ours: [found?.statistic, found?.df, found?.p, found?.cramersV],
      },
    ];
  }
}

/** Some none, some few, some many; the last cell sees to it that there are rows. */
const counts = (random: Random, cells: number): number[] =>
  Array.from({ length: cells }, (_, at) => {
    const count = Math.floor((random() < 0.3 ? 8 : 300) * random());
    return at < cells - 1 && random() < 0.2 ? 0 : count + 1;
  });

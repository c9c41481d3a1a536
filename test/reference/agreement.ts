import { compareIntervals } from "./bootstrap.ts";
import { type Agreement, agreement, disagreements } from "./compared.ts";
import { compareDistributions } from "./distributions.ts";
import { compareDrift } from "./drift.ts";
import { compareDriftedFiles } from "./drifted-files.ts";
import { compareFairness } from "./fairness.ts";
import { compareMetrics } from "./metrics.ts";
import { compareRankings } from "./rankings.ts";
import { compareWeights } from "./weights.ts";

/*
 * Prints how closely the module's statistics agree with scikit-learn, Fairlearn, SciPy and NumPy, as a Markdown table:
 *
 *     npx tsx test/reference/agreement.ts [SEEDS]
 *
 * A difference is absolute up to the size of 1 and relative beyond; of p-values, normal quantiles
 * and all of drift it is always relative, and of an interval's end it is a share of the interval's width.
 */

const seeds = Number(process.argv[2] ?? 50);
const RESAMPLES = 10_000;
/** Intervals take much longer than numbers. */
const INTERVAL_SEEDS = 5;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const row = ({ what, compared, largest, tolerance }: Agreement): string =>
  `| ${what} | ${compared} | ${largest.toExponential(1)} | ${tolerance.toExponential(1)} |`;

const numbers = upTo(seeds);
const compared = [
  ...(await compareMetrics(numbers)),
  ...(await compareRankings()),
  ...(await compareWeights()),
  ...(await compareFairness(numbers)),
  ...(await compareDistributions(numbers)),
  ...(await compareDrift(numbers)),
  ...(await compareDriftedFiles()),
  ...(await compareIntervals(upTo(Math.min(seeds, INTERVAL_SEEDS)), RESAMPLES)),
];
console.log(`${seeds} seeds; intervals ${Math.min(seeds, INTERVAL_SEEDS)} seeds, ${RESAMPLES} resamples\n`);
console.log("| metric | compared | largest difference | tolerance |\n|---|---:|---:|---:|");
for (const one of agreement(compared)) console.log(row(one));
if (disagreements(compared).length > 0) process.exitCode = 1;

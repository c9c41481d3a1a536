import { describe, expect, test } from "vitest";
import { planRun, type RunPlan, type StageToPlan } from "../../../src/cost/plan.ts";
import { entryOf, type JournalEntry } from "../../../src/journal/entry.ts";
import { configOf, report, stageReport } from "../support.ts";

/* Ten runs of a project that changes between them, each planned by those before it, by what they took. */

const NAMES = ["lint", "test unit", "train", "gates"];
const AFTER: Readonly<Record<string, readonly string[]>> = { train: ["lint", "test unit"], gates: ["train"] };

/** The seconds of a stage, whether they are those of an answer from the cache, and the number of its key. */
type Took = readonly [seconds: number, cached: boolean, key: number];

/** What changed, the seconds of the whole run, and its stages: as `npm run bench -- plans` measured them beside other work. */
const RUNS: readonly (readonly [what: string, seconds: number, ...stages: Took[]])[] = [
  ["the first", 258.6, [136.9, false, 1], [145.8, false, 1], [12.5, false, 1], [34.2, false, 1]],
  ["README", 14.8, [2.1, true, 1], [2.8, true, 1], [0.4, true, 1], [6.7, true, 1]],
  ["a unit test", 36.0, [2.2, true, 1], [23.8, false, 2], [0.5, true, 1], [6.0, true, 1]],
  ["training code", 179.2, [71.7, false, 2], [82.2, false, 3], [11.4, false, 2], [20.4, false, 2]],
  ["serving code", 227.2, [73.4, false, 3], [87.0, false, 4], [22.6, false, 3], [21.7, false, 3]],
  ["a gate's limit", 203.8, [100.9, false, 4], [123.6, false, 5], [0.7, true, 3], [10.7, true, 4]],
  ["rows of data", 70.7, [1.8, true, 4], [2.4, true, 5], [13.1, false, 4], [17.4, false, 5]],
  ["nothing", 6.8, [1.0, true, 4], [1.3, true, 5], [0.2, true, 4], [3.2, true, 5]],
  ["a dependency", 151.7, [82.0, false, 5], [89.5, false, 6], [7.8, false, 5], [10.8, false, 6]],
  ["training code and a test", 77.5, [27.4, false, 6], [34.1, false, 7], [6.3, false, 6], [8.6, false, 7]],
  ["rows of data", 58.2, [0.6, true, 6], [0.8, true, 7], [7.3, false, 7], [21.3, false, 8]],
];

const prices = configOf("[cost]\ncpu-minute = 1").cost;
const keyOf = (name: string, key: number): string => `${name} ${key}`;

const entries = RUNS.map(([, seconds, ...stages], index): JournalEntry => {
  const made = report({
    startedAt: `2026-11-${String(index + 1).padStart(2, "0")}T08:00:00.000Z`,
    seconds,
    training: { epochs: 10, device: "cpu", reused: false },
    stages: stages.map(([took, cached, key], at) => {
      const name = NAMES[at] ?? "";
      return stageReport(name, { seconds: took, cached, key: { hash: keyOf(name, key), parts: {} } });
    }),
  });
  const entry = entryOf(JSON.stringify(made));
  if (entry === undefined) throw new Error("the report is none");
  return entry;
});

/** The plan of each run but the first, before it began. */
const plans = RUNS.slice(1).map(([what, seconds, ...took], index) => {
  const stages = took.map(([, , key], at): StageToPlan => {
    const name = NAMES[at] ?? "";
    return { name, after: AFTER[name] ?? [], key: keyOf(name, key) };
  });
  const plan = planRun({ stages, hashes: {}, pushes: false, pulls: false }, entries.slice(0, index + 1), prices);
  return { what, seconds, plan };
});

const planOf = (index: number): RunPlan => {
  const found = plans[index]?.plan;
  if (found === undefined) throw new Error(`there is no run ${index}`);
  return found;
};

const holds = ({ seconds: planned, cost }: RunPlan, seconds: number): boolean =>
  planned !== undefined &&
  cost !== undefined &&
  planned.low <= seconds &&
  seconds <= planned.high &&
  cost.low <= seconds / 60 &&
  seconds / 60 <= cost.high;

describe("ten plans", () => {
  test("hold in most, in time and in cost", () => {
    expect(plans).toHaveLength(10);
    const held = plans.filter(({ plan, seconds }) => holds(plan, seconds)).map(({ what }) => what);
    expect(held.length).toBeGreaterThanOrEqual(8);
  });

  test("say what a change does not affect, and take it for done once the cache has shown that it has such results", () => {
    const states = (index: number) => planOf(index).stages.map(({ state }) => state);
    expect(states(0)).toEqual(["cached", "cached", "cached", "cached"]);
    expect(states(1)).toEqual(["cached", "runs", "cached", "cached"]);
    expect(states(5)).toEqual(["cached", "cached", "runs", "runs"]);
    const [unknown, warm] = [planOf(0), planOf(6)].map(({ seconds }) => seconds?.middle ?? Number.NaN);
    expect(unknown).toBeGreaterThan(200);
    expect(warm).toBeLessThan((unknown ?? 0) / 3);
  });

  test("are narrower the more they know", () => {
    const [early, late] = [3, 8].map((index) => {
      const { low, high } = planOf(index).seconds ?? { low: Number.NaN, high: Number.NaN };
      return high / low;
    });
    expect(late).toBeLessThan((early ?? 0) / 2);
  });
});

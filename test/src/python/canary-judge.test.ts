import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { canaryPlan, canarySettings } from "../../../src/delivery/canary.ts";
import { isShown, type Outcomes } from "../../../src/statistics/sequential.ts";
import { pathOf } from "./python.ts";

/* When a candidate is found to be worse, or no worse, by answers that are made up. */

const SETTINGS = canarySettings.parse({});
const RUNS = 20;

interface Seen {
  /** The number of the request; 0 where nothing was shown. */
  readonly at: number;
  readonly worse: string;
  readonly example?: string;
  readonly counts: Readonly<Record<string, Outcomes>>;
}

/** What the judge finds in streams of one kind. */
function seen(kind: string, requests = 1000, runs = RUNS): Promise<readonly Seen[]> {
  const plan = { ...canaryPlan(SETTINGS, []), requests };
  const program = fileURLToPath(new URL("canary_streams.py", import.meta.url));
  const env = { ...process.env, PYTHONPATH: dirname(pathOf("canary_judge.py")), PYTHONDONTWRITEBYTECODE: "1" };
  return new Promise((resolve, reject) => {
    const args = [program, JSON.stringify(plan), kind, String(runs)];
    execFile("python3", args, { env, encoding: "utf8", maxBuffer: 2 ** 26 }, (error, stdout) =>
      error === null ? resolve(JSON.parse(stdout)) : reject(error),
    );
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

describe(`in ${RUNS} runs of each`, () => {
  test.each([
    ["slower", ["slowdown", "slow"], 120],
    ["far slower", ["slowdown", "slow"], 200],
    ["otherwise", ["disagreement"], 600],
    ["failing", ["errors"], 600],
    ["stalling", ["slow"], 600],
  ] as const)("a candidate is found that is %s", async (kind, checks, within) => {
    const found = await seen(kind, 3000);
    for (const { worse } of found) expect(checks).toContain(worse);
    expect(median(found.map(({ at }) => at))).toBeLessThan(within);
  });

  test.each(["same", "far same"])("one that is the %s goes on, and none is taken for worse", async (kind) => {
    const found = await seen(kind);
    expect(found.map(({ worse }) => worse)).toEqual(Array(RUNS).fill(""));
    expect(found.every(({ at }) => at > 0)).toBe(true);
  });

  test("one that wavers as production does is not taken for worse", async () => {
    const found = await seen("wavering", 500);
    expect(found.map(({ worse }) => worse)).toEqual(Array(RUNS).fill(""));
  });
});

test("the first answer that is otherwise is kept as an example", async () => {
  const [one] = await seen("otherwise", 3000, 1);
  expect(one?.example).toMatch(/^\{"x": \d+\}: the candidate answered other, production answered (yes|no)$/);
});

test("both sides of the border come to the same conclusion", async () => {
  const plan = canaryPlan(SETTINGS, []);
  for (const { worse, counts } of await seen("otherwise", 3000, 5)) {
    for (const check of ["errors", "disagreement", "slowdown", "slow"] as const) {
      const outcomes = counts[check] as Outcomes;
      expect(isShown(outcomes, plan.games[check].over, Math.exp(-plan.enough.over))).toBe(check === worse);
    }
  }
});

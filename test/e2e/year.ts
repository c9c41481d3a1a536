import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { type TestProject, tinyProject } from "./project.ts";
import { FETCH_WEEK, weekRows } from "./weeks.ts";

/* Simulated weeks of a model in production: what each brings, and what is to come of it, wherever the model runs. */

export interface Week {
  readonly what: string;
  /** Its first day. */
  readonly day: string;
  readonly rows: string;
  /** Whether monitoring asks for a retraining. */
  readonly drifts?: boolean;
  readonly forcedBy?: string;
  readonly reason: string;
  readonly goesOut: boolean;
}

/** Those who labelled what production was trained on said yes too late. */
const TOO_LATE = 0.55;
const RIGHT = 0.5;

/** What the first model in production was trained on. */
export const YEAR_START = weekRows({ limit: TOO_LATE, seed: 7 });

const WORSE = { day: "2026-02-02", rows: weekRows({ limit: TOO_LATE, seed: 4 }), reason: "worse-fixed" };
const AGAIN = { day: "2026-02-09", rows: weekRows({ limit: RIGHT, seed: 5 }) };

export const YEAR: readonly Week[] = [
  {
    ...{ what: "as before", day: "2026-01-05", rows: weekRows({ limit: TOO_LATE, seed: 1 }) },
    ...{ reason: "not-better", goesOut: false },
  },
  {
    ...{ what: "poisoned", day: "2026-01-12", rows: `x,label\n${"NaN,yes\n".repeat(900)}${"0.25,no\n".repeat(900)}` },
    ...{ reason: "validate-window", goesOut: false },
  },
  {
    ...{ what: "starved", day: "2026-01-19", rows: weekRows({ limit: RIGHT, seed: 2, count: 120 }) },
    ...{ reason: "validate-window", goesOut: false },
  },
  {
    // Those in the middle above all, where production is wrong; and the labels are right from now on.
    ...{ what: "other customers", day: "2026-01-26", drifts: true },
    rows: weekRows({ limit: RIGHT, seed: 3, low: 0.25, high: 0.75 }),
    ...{ reason: "better", goesOut: true },
  },
  { ...WORSE, what: "labelled as once", goesOut: false },
  { ...WORSE, what: "the same, forced", forcedBy: "Ada", goesOut: true },
  { ...AGAIN, what: "labelled right", reason: "better", goesOut: true },
  // As a job that is started again calls it.
  { ...AGAIN, what: "the same again", reason: "guard-window", goesOut: false },
];

export interface YearProject {
  readonly project: TestProject;
  /** The folder of the fixed test set. */
  readonly testData: string;
}

/** The tiny project, which fetches those weeks. */
export async function yearProject(): Promise<YearProject> {
  const project = await tinyProject(YEAR_START);
  await project.edit(
    "pyproject.toml",
    "[tool.ml-pipeline.data]",
    '[tool.ml-pipeline.retraining]\njoin = "replace"\ncool-down = 0\nmax-test-overlap = 0.2\n\n[tool.ml-pipeline.data]',
  );
  await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.8");
  await project.write("src/data/fetch.py", FETCH_WEEK);
  for (const { day, rows } of YEAR) await project.write(`weeks/${day}.csv`, rows);
  const testData = join(project.out, "fixed");
  await mkdir(testData, { recursive: true });
  await writeFile(join(testData, "rows.csv"), weekRows({ limit: RIGHT, seed: 9, count: 2000 }));
  return { project, testData };
}

/** What `list-models` says of those who were in production. */
export function expectMoves(listed: string): void {
  const moves = listed
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => /^ *(\d+) .* accuracy (0\.\d+) .* (\S+)$/.exec(line)?.slice(1))
    .toReversed();
  expect(moves.map((move) => move?.[0])).toEqual(["1", "2", "3", "4"]);
  const [first, good, forced, again] = moves.map((move) => Number(move?.[1]));
  expect(first).toBeGreaterThan(0.9);
  expect(good).toBeGreaterThan(0.95);
  expect(forced).toBeLessThan(0.94);
  expect(again).toBeGreaterThan(0.95);
}

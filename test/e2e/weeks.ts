import { readFile } from "node:fs/promises";
import { join } from "node:path";

/* What weeks of a retraining's tests are made of. */

/** A week whose label follows from x by a limit, but for one row in thirty. */
export interface WeekOfRows {
  readonly limit: number;
  /** Weeks of different seeds have no row in common. */
  readonly seed: number;
  readonly count?: number;
  /** Where the values of x begin and end, which are from 0 to 1. */
  readonly low?: number;
  readonly high?: number;
}

export function weekRows({ limit, seed, count = 1800, low = 0, high = 1 }: WeekOfRows): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const place = ((index * 7919 + seed * 104_729) % 10_007) / 10_007;
    // The last digits tell the weeks from each other.
    const x = low + (high - low) * place + seed / 1_000_000;
    const label = x > limit !== (index % 30 === 0) ? "yes" : "no";
    return `${x.toFixed(6)},${label}`;
  });
  return `x,label\n${rows.join("\n")}\n`;
}

/** `src/data/fetch.py` of a project that has each week as a file of its first day: it stands for another system. */
export const FETCH_WEEK = `import argparse
import shutil
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--start-date", required=True)
parser.add_argument("--end-date", required=True)
parser.add_argument("--output", type=Path, required=True)
options = parser.parse_args()
shutil.copy(Path("weeks") / f"{options.start_date}.csv", options.output / "rows.csv")
`;

/** The variables that a report leaves for later jobs. */
export async function outputsOf(report: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(join(report, "outputs.env"), "utf8")).trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

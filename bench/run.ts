/**
 * `npm run bench [-- NAME …]` measures and prints one table. Figures are printed beside their limits and never
 * asserted, because the machine may be busy. The exit code only tells whether all measurements could be made.
 * | `ML_PIPELINE_BENCH_DIR` names a working folder that is kept, so that the next run finds caches, the image and the
 * peers. By default a temporary folder is used and removed.
 */
import { availableParallelism, loadavg } from "node:os";
import type { Measurement, Row } from "./measurement.ts";
import { cold } from "./measurements/cold.ts";
import { dagger } from "./measurements/dagger.ts";
import { data } from "./measurements/data.ts";
import { drift } from "./measurements/drift.ts";
import { edits } from "./measurements/edits.ts";
import { execs } from "./measurements/execs.ts";
import { gates } from "./measurements/gates.ts";
import { memory } from "./measurements/memory.ts";
import { noise } from "./measurements/noise.ts";
import { plans } from "./measurements/plans.ts";
import { rerun } from "./measurements/rerun.ts";
import { shared } from "./measurements/shared.ts";
import { slices } from "./measurements/slices.ts";
import { messageOf } from "./support/process.ts";
import { table } from "./support/table.ts";
import { Workspace } from "./support/workspace.ts";

/** Measurements in the order of the table. The cold run comes first, because the others use the cache that it fills. */
const measurements: Readonly<Record<string, Measurement>> = {
  cold,
  memory,
  rerun,
  execs,
  edits,
  shared,
  plans,
  gates,
  slices,
  data,
  drift,
  noise,
  dagger,
};

process.exitCode = await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(measurements, name));
  if (unknown.length > 0) {
    const known = Object.entries(measurements).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
    process.stderr.write(`bench: no measurement ${unknown.join(", ")}. There are:\n${known.join("\n")}\n`);
    return 2;
  }
  const chosen = Object.entries(measurements).filter(([name]) => names.length === 0 || names.includes(name));
  const load = loadNow();
  const workspace = await Workspace.open();
  const rows: Row[] = [];
  const failures: string[] = [];
  try {
    for (const [name, measurement] of chosen) {
      workspace.say(`${name}: ${measurement.summary}`);
      try {
        rows.push(...(await measurement.measure(workspace)));
      } catch (error) {
        failures.push(`${name}: ${messageOf(error)}`);
      }
    }
  } finally {
    await workspace.close();
  }
  const machine = `${availableParallelism()} processors, load average ${load} at the start, ${loadNow()} at the end`;
  process.stdout.write(`\n${table(rows)}\n\n${[...workspace.notes, machine].join("\n")}\n`);
  for (const failure of failures) process.stderr.write(`bench: ${failure}\n`);
  return failures.length > 0 ? 1 : 0;
}

function loadNow(): string {
  return loadavg()[0]?.toFixed(1) ?? "unknown";
}

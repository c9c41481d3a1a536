import { join } from "node:path";
import type { Measurement } from "../measurement.ts";
import { warmCache } from "../support/cache.ts";
import { dvcProject } from "../support/dvc.ts";
import { runPipeline } from "../support/pipeline.ts";
import { run } from "../support/process.ts";
import { sourceOnly } from "../support/project.ts";
import { median, repeat } from "../support/statistics.ts";
import { faster, seconds } from "../support/table.ts";

const TIMES = 7;
const LIMIT = 0.5;
const FACTOR = 4;
/** The number of stages of full-pipeline. */
const STAGES = 12;

export const rerun: Measurement = {
  summary: `full-pipeline again with nothing changed, beside dvc repro of ${STAGES} unchanged stages`,
  async measure(workspace) {
    const cache = await warmCache(workspace);
    const project = await sourceOnly(workspace);
    const dvc = await dvcProject(workspace, STAGES);
    const program = join(dvc.bin, "dvc");
    // The first run of each reads files that are not in memory yet, and ours also has to answer the call once.
    await runPipeline({ ...project, cache });
    await run([program, "repro"], { cwd: dvc.folder });
    const our = median((await repeat(TIMES, () => runPipeline({ ...project, cache }))).map((one) => one.seconds));
    const their = median(
      (await repeat(TIMES, () => run([program, "repro"], { cwd: dvc.folder }))).map((one) => one.seconds),
    );
    return [
      {
        what: `unchanged full-pipeline; beside dvc repro of ${STAGES} stages`,
        ours: seconds(our),
        peer: seconds(their),
        ratio: faster(our, their),
        limit: `≤ ${LIMIT} s, ≥ ${FACTOR}×`,
        within: our <= LIMIT && their / our >= FACTOR,
      },
    ];
  },
};

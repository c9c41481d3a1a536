import type { Measurement } from "../measurement.ts";
import { coldRun } from "../support/cache.ts";
import { byHand } from "../support/native.ts";
import { stageTimes } from "../support/pipeline.ts";
import { hostPython } from "../support/python.ts";
import { median } from "../support/statistics.ts";
import { faster, seconds } from "../support/table.ts";

const ROUNDS = 2;

/**
 * A cold run with only the base image present, beside the same commands typed by hand. They alternate, so that both
 * meet the same load of the machine.
 */
export const cold: Measurement = {
  summary: "a first run with the base image at hand, beside the same commands in one fresh virtual environment",
  async measure(workspace) {
    const python = await hostPython();
    const ours = [];
    const theirs = [];
    for (let round = 1; round <= ROUNDS; round++) {
      workspace.say(`round ${round} of ${ROUNDS}: ml-pipeline`);
      ours.push(await coldRun(workspace));
      workspace.say(`round ${round} of ${ROUNDS}: by hand`);
      theirs.push(await byHand(workspace, python.path));
    }
    await workspace.remove("by-hand");
    const our = median(ours.map((run) => run.seconds));
    const their = median(theirs.map((run) => run.seconds));
    workspace.notes.push(
      `cold, ml-pipeline: ${stageTimes(ours.at(-1)?.stderr ?? "").join(", ")}; processor time ${seconds(median(ours.map((run) => run.cpuSeconds)))}`,
      `cold, by hand (${python.version}): ${theirs
        .at(-1)
        ?.steps.map((step) => `${step.name} ${seconds(step.seconds)}`)
        .join(", ")}; processor time ${seconds(median(theirs.map((run) => run.cpuSeconds)))}`,
    );
    return [
      {
        what: "cold run, base image at hand; beside the same by hand",
        ours: seconds(our),
        peer: seconds(their),
        ratio: faster(our, their),
        limit: "not slower",
        within: our <= their,
      },
    ];
  },
};

import type { Measurement } from "../measurement.ts";
import { coldRun } from "../support/cache.ts";

const LIMIT = 200;

export const memory: Measurement = {
  summary: "the largest amount of memory of the local engine's own process over a whole cold run",
  async measure(workspace) {
    const { peakBytes } = workspace.lastColdRun ?? (await coldRun(workspace));
    if (peakBytes === 0) throw new Error("the engine's process was not seen");
    const megabytes = peakBytes / 1_000_000;
    return [
      {
        what: "memory of the engine over a cold run",
        ours: `${megabytes.toFixed(0)} MB`,
        peer: "",
        ratio: "",
        limit: `≤ ${LIMIT} MB`,
        within: megabytes <= LIMIT,
      },
    ];
  },
};

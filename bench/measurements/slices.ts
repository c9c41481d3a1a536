import { join } from "node:path";
import { TOOLS } from "../../src/containers/settings.ts";
import type { Measurement } from "../measurement.ts";
import { measured } from "../support/measured.ts";
import { run } from "../support/process.ts";
import { environment } from "../support/python.ts";
import { faster, seconds } from "../support/table.ts";
import { script } from "../support/tables.ts";

const ROWS = 1_000_000;
const LIMIT_SECONDS = 10;
const PEER_TIMEOUT_SECONDS = 1800;

const PEER = ["sliceline==0.3.0", "pandas==2.3.3", "pyarrow==26.0.1"];

/** The search for worst slices in a table of predictions, beside the program of its authors. */
export const slices: Measurement = {
  summary: `worst slices of ${ROWS} predictions and twenty columns; beside sliceline`,
  async measure(workspace) {
    const makers = await environment(workspace, "table-maker", [`duckdb==${TOOLS["duckdb-cli"]}`]);
    const programs = await environment(workspace, "duckdb", [`duckdb-cli==${TOOLS["duckdb-cli"]}`]);
    const folder = await workspace.once("slices", async (target) => {
      await run([makers, script("slices_data.py"), String(ROWS), target]);
    });
    const file = join(folder, "predictions.parquet");
    workspace.say("ml-pipeline");
    const ours = await measured([
      ...[process.execPath, "--import", "tsx", script("slices.ts"), join(programs, "../duckdb"), file],
      await workspace.empty("slices-results"),
    ]);
    workspace.say("sliceline");
    const python = await environment(workspace, "sliceline", PEER);
    const peer = await measured([python, script("slices_peer.py"), file], { timeoutSeconds: PEER_TIMEOUT_SECONDS });
    const found = JSON.parse(ours.stdout) as { seconds: number; tried: number; slices: string[][] };
    const theirs = JSON.parse(peer.stdout) as { seconds: number; first: string[] };
    workspace.notes.push(
      `slices: of ${found.tried} tried ${found.slices.map((one) => one.join(" and ")).join(" | ")}; sliceline: ${theirs.first.join(" and ")}`,
      `slices: memory of the largest process ${ours.megabytes.toFixed(0)} MB, sliceline ${peer.megabytes.toFixed(0)} MB`,
      "slices: sliceline finds and does not confirm; ml-pipeline does both",
    );
    return [
      {
        what: "worst slices of a million predictions, twenty columns",
        ours: seconds(found.seconds),
        peer: seconds(theirs.seconds),
        ratio: faster(found.seconds, theirs.seconds),
        limit: `≤ ${LIMIT_SECONDS} s`,
        within: found.seconds <= LIMIT_SECONDS,
      },
    ];
  },
};

import { join } from "node:path";
import { TOOLS } from "../../src/containers/settings.ts";
import type { Measurement } from "../measurement.ts";
import { measured } from "../support/measured.ts";
import { run } from "../support/process.ts";
import { environment } from "../support/python.ts";
import { faster, seconds } from "../support/table.ts";
import { script } from "../support/tables.ts";

const ROWS = 1_000_000;
/** sliceline 0.3.0 asks for 27 GB of memory for a million rows, and for more than 20 for a tenth of them. */
const PEER_ROWS = 10_000;
const LIMIT_SECONDS = 10;
const PEER_TIMEOUT_SECONDS = 1800;

const PEER = ["sliceline==0.3.0", "pandas==2.3.3", "pyarrow==26.0.1"];

interface Found {
  readonly seconds: number;
  readonly tried: number;
  readonly slices: readonly (readonly string[])[];
}

/** The search for worst slices in a table of predictions, beside the program of its authors. */
export const slices: Measurement = {
  summary: `worst slices of ${ROWS} predictions and twenty columns; beside sliceline, of ${PEER_ROWS}`,
  async measure(workspace) {
    const makers = await environment(workspace, "table-maker", [`duckdb==${TOOLS["duckdb-cli"]}`]);
    const programs = await environment(workspace, "duckdb", [`duckdb-cli==${TOOLS["duckdb-cli"]}`]);
    const fileOf = async (rows: number): Promise<string> => {
      const folder = await workspace.once(`slices-${rows}`, async (target) => {
        await run([makers, script("slices_data.py"), String(rows), target]);
      });
      return join(folder, "predictions.parquet");
    };
    const ours = async (rows: number): Promise<Found> => {
      workspace.say(`ml-pipeline, ${rows} rows`);
      const { stdout, megabytes } = await measured([
        ...[process.execPath, "--import", "tsx", script("slices.ts"), join(programs, "../duckdb")],
        ...[await fileOf(rows), await workspace.empty("slices-results")],
      ]);
      const found = JSON.parse(stdout) as Found;
      workspace.notes.push(
        `slices: of ${found.tried} tried in ${rows} rows ${found.slices.map((one) => one.join(" and ")).join(" | ")}; ${megabytes.toFixed(0)} MB`,
      );
      return found;
    };
    const all = await ours(ROWS);
    const few = await ours(PEER_ROWS);
    workspace.say("sliceline");
    const python = await environment(workspace, "sliceline", PEER);
    const command = [python, script("slices_peer.py"), await fileOf(PEER_ROWS)];
    const peer = await measured(command, { timeoutSeconds: PEER_TIMEOUT_SECONDS });
    const theirs = JSON.parse(peer.stdout) as { seconds: number; first: string[] };
    workspace.notes.push(
      `slices: sliceline ${theirs.first.join(" and ")}; ${peer.megabytes.toFixed(0)} MB; it finds and does not confirm`,
    );
    return [
      {
        what: "worst slices of a million predictions, twenty columns",
        ours: seconds(all.seconds),
        ...{ peer: "", ratio: "" },
        limit: `≤ ${LIMIT_SECONDS} s`,
        within: all.seconds <= LIMIT_SECONDS,
      },
      {
        what: "worst slices of ten thousand predictions, twenty columns",
        ours: seconds(few.seconds),
        peer: seconds(theirs.seconds),
        ratio: faster(few.seconds, theirs.seconds),
        limit: "",
        within: undefined,
      },
    ];
  },
};

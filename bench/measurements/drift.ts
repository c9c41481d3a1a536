import { join } from "node:path";
import type { Measurement, Row } from "../measurement.ts";
import { type Measured, measured } from "../support/measured.ts";
import { environment } from "../support/python.ts";
import { faster, seconds } from "../support/table.ts";
import { file, projectOf, script, tableOf } from "../support/tables.ts";

const ROWS = 10_000_000;
/** A first call on few rows makes sure that the image and DuckDB are there. */
const FEW_ROWS = 10_000;
const SHIFT = 0.1;
const LIMIT_RATIO = 10;
const PEER_TIMEOUT_SECONDS = 1800;

/** Evidently imports names that pandas 3 has removed. */
const EVIDENTLY = ["evidently==0.7.23", "pandas==2.3.3", "scipy==1.17.1", "numpy==2.4.6", "pyarrow==26.0.1"];

export const drift: Measurement = {
  summary: `drift of ${ROWS} rows of twenty columns beside as many; beside Evidently, and beside SciPy's functions`,
  async measure(workspace) {
    const reference = await tableOf(workspace, { rows: ROWS, formats: ["parquet", "csv"] });
    const current = await tableOf(workspace, { rows: ROWS, seed: 2, shift: SHIFT });
    const few = join(await tableOf(workspace, { rows: FEW_ROWS }), "parquet");
    const project = await projectOf(workspace, "drift", CONFIG);
    const compare = (now: string, before: string) =>
      project.call("drift", `--data=${now}`, `--reference=${before}`, "action");
    try {
      await compare(few, few);
      workspace.say("ml-pipeline");
      const ours = await compare(join(current, "parquet"), join(reference, "parquet"));
      const python = await environment(workspace, "evidently", EVIDENTLY);
      const rows: Row[] = [];
      for (const [name, method] of [
        ["Evidently", "evidently"],
        ["SciPy's functions", "scipy"],
      ] as const) {
        workspace.say(name);
        const command = [python, script("drift_peer.py"), file(reference), file(current), method];
        const peer = await measured(command, { timeoutSeconds: PEER_TIMEOUT_SECONDS });
        rows.push(row(name, ours, peer, method === "evidently"));
        workspace.notes.push(
          `drift: memory of the largest process ${ours.megabytes.toFixed(0)} MB, ${name} ${peer.megabytes.toFixed(0)} MB`,
        );
      }
      return rows;
    } finally {
      await project.close();
    }
  },
};

function row(name: string, ours: Measured, peer: Measured, limited: boolean): Row {
  return {
    what: `drift of ten million rows beside as many; beside ${name}`,
    ours: seconds(ours.seconds),
    peer: seconds(peer.seconds),
    ratio: faster(ours.seconds, peer.seconds),
    limit: limited ? `${LIMIT_RATIO} times` : "",
    within: limited ? peer.seconds >= LIMIT_RATIO * ours.seconds : undefined,
  };
}

/** Names the columns that the peers compare. */
const CONFIG = `
[data]
label = "label"
[data.drift]
columns = [
  "temperature", "weight", "income", "score", "visits", "age", "amount", "limit_amount", "channel", "plan", "region", "device",
  "segment", "city", "active", "label", "review",
]
`;

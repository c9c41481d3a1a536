import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TOOLS } from "../../src/containers/settings.ts";
import type { Measurement } from "../measurement.ts";
import { measured } from "../support/measured.ts";
import { repository } from "../support/paths.ts";
import { run } from "../support/process.ts";
import { environment } from "../support/python.ts";
import { faster, seconds } from "../support/table.ts";

const ROWS = 1_000_000;
const SLICES = 20;
const RESAMPLES = 1000;
const LIMIT_SECONDS = 20;
const LIMIT_MEGABYTES = 2000;
const LIMIT_RATIO = 10;

const PEERS = ["numpy==2.4.6", "pandas==2.3.3", "scikit-learn==1.9.1", "scipy==1.17.1", "fairlearn==0.15.0"];

/** All gates that only need predictions, beside the statistics of the libraries that a person would use by hand. */
export const gates: Measurement = {
  summary: `gates on ${ROWS} predictions of two models, ${SLICES} slices, ${RESAMPLES} resamples; beside scikit-learn, Fairlearn, SciPy`,
  async measure(workspace) {
    const python = await environment(workspace, "statistics", [...PEERS, `duckdb-cli==${TOOLS["duckdb-cli"]}`]);
    const folder = await workspace.once("predictions", async (target) => {
      await run([python, script("predictions.py"), String(ROWS), String(SLICES), target]);
    });
    const results = await workspace.empty("gate-results");
    const config = join(results, "ml-pipeline.toml");
    await writeFile(config, CONFIG);
    await mkdir(results, { recursive: true });
    workspace.say("ml-pipeline");
    const duckdb = join(python, "../duckdb");
    const ours = await measured([
      process.execPath,
      "--import",
      "tsx",
      script("gates.ts"),
      duckdb,
      folder,
      results,
      config,
    ]);
    workspace.say("scikit-learn, Fairlearn and scipy.stats.bootstrap");
    const peers = await measured([python, script("gates_peer.py"), folder, String(RESAMPLES)]);
    const statuses = (JSON.parse(ours.stdout) as { gates: { id: string; status: string }[] }).gates;
    workspace.notes.push(
      `gates: ${statuses.map(({ id, status }) => `${id} ${status}`).join(", ")}`,
      "gates, the peers: intervals of accuracy alone, where ml-pipeline has those of every metric",
    );
    return [
      {
        what: "gates on a million predictions, twenty slices",
        ours: seconds(ours.seconds),
        peer: seconds(peers.seconds),
        ratio: faster(ours.seconds, peers.seconds),
        limit: `≤ ${LIMIT_SECONDS} s, ${LIMIT_RATIO} times`,
        within: ours.seconds <= LIMIT_SECONDS && peers.seconds >= LIMIT_RATIO * ours.seconds,
      },
      {
        what: "memory of that, the largest process",
        ours: `${ours.megabytes.toFixed(0)} MB`,
        peer: `${peers.megabytes.toFixed(0)} MB`,
        ratio: "",
        limit: `≤ ${LIMIT_MEGABYTES} MB`,
        within: ours.megabytes <= LIMIT_MEGABYTES,
      },
    ];
  },
};

const CONFIG = `
[evaluation]
resamples = ${RESAMPLES}
[gates.metrics]
accuracy = 0.5
[gates.regression]
[gates.slices]
columns = [${Array.from({ length: SLICES }, (_unused, index) => `"slice_${index}"`).join(", ")}]
min-accuracy = 0.5
[gates.fairness]
columns = ["slice_0"]
favorable = "yes"
[gates.suspicious-gain]
`;

const script = (name: string): string => join(repository, "bench/scripts", name);

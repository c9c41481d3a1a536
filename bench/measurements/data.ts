import { readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import { TOOLS } from "../../src/containers/settings.ts";
import type { Measurement, Row } from "../measurement.ts";
import { type Measured, measured } from "../support/measured.ts";
import { messageOf } from "../support/process.ts";
import { environment } from "../support/python.ts";
import { faster, seconds } from "../support/table.ts";
import { file, projectOf, script, tableOf } from "../support/tables.ts";
import type { Workspace } from "../support/workspace.ts";

const ROWS = 10_000_000;
const MANY_ROWS = 100_000_000;
/** A first call on few rows makes sure that the image and DuckDB are there. */
const FEW_ROWS = 10_000;
const LIMIT_SECONDS = 15;
const LIMIT_MEGABYTES = 2000;
const LIMIT_RATIO = 10;
const MEMORY_RATIO = 5;
const MANY_MEGABYTES = 4000;
/** How many times longer ten times the rows may take. */
const GROWTH = 12;
/** The space for the table, and for what the engine and DuckDB write. */
const MANY_FREE_BYTES = 30e9;
const PEER_TIMEOUT_SECONDS = 900;

const PANDERA = ["pandera[pandas,polars]==0.35.0", "pandas==3.1.1", "polars==2.1.0", "pyarrow==26.0.1"];
const GREAT_EXPECTATIONS = ["great_expectations==1.24.1", "pandas==3.1.1", "pyarrow==26.0.1"];

/** Its second version is in no registry yet. */
const PYDEEQU_COMMIT = "5b6980de83dab23007103f1efb873f3f46b5353d";
const PYDEEQU = [
  `pydeequ @ git+https://github.com/awslabs/python-deequ@${PYDEEQU_COMMIT}`,
  `duckdb==${TOOLS["duckdb-cli"]}`,
  "pandas==2.3.3",
];
/** It checks less, and says of no row where it is. */
const PYDEEQU_RATIO = 1.5;

/** Twenty rules on one table, which the peers check too. */
export const data: Measurement = {
  summary: `twenty rules on ${ROWS} rows of twenty columns, and on ${MANY_ROWS}; beside pandera, Great Expectations and PyDeequ`,
  async measure(workspace) {
    const folder = await tableOf(workspace, { rows: ROWS, formats: ["parquet", "csv"] });
    const few = await tableOf(workspace, { rows: FEW_ROWS });
    const rules = await readFile(script("data_rules.toml"), "utf8");
    const project = await projectOf(workspace, "data", rules);
    try {
      const check = (path: string) => project.call("validate-data", `--data=${path}`);
      await check(join(few, "parquet"));
      workspace.say("ml-pipeline");
      const ours = await check(join(folder, "parquet"));
      const ofText = await check(join(folder, "csv"));
      return [
        {
          what: "twenty rules on ten million rows",
          ours: seconds(ours.seconds),
          peer: "",
          ratio: "",
          limit: `≤ ${LIMIT_SECONDS} s`,
          within: ours.seconds <= LIMIT_SECONDS,
        },
        {
          what: "memory of that, the largest process",
          ours: megabytes(ours),
          peer: "",
          ratio: "",
          limit: `≤ ${LIMIT_MEGABYTES} MB`,
          within: ours.megabytes <= LIMIT_MEGABYTES,
        },
        {
          what: "the same rows as CSV",
          ours: `${seconds(ofText.seconds)}, ${megabytes(ofText)}`,
          peer: "",
          ratio: "",
          limit: "",
          within: undefined,
        },
        ...besidePeer("pandera", ours, await pandera(workspace, file(folder))),
        ...besidePeer("Great Expectations", ours, await greatExpectations(workspace, file(folder))),
        await besidePydeequ(workspace, ours, file(folder)),
        ...(await ofManyRows(workspace, ours, check)),
      ];
    } finally {
      await project.close();
    }
  },
};

const megabytes = (one: Measured): string => `${one.megabytes.toFixed(0)} MB`;

function besidePeer(name: string, ours: Measured, peer: Measured): Row[] {
  return [
    {
      what: `twenty rules on ten million rows; beside ${name}`,
      ours: seconds(ours.seconds),
      peer: seconds(peer.seconds),
      ratio: faster(ours.seconds, peer.seconds),
      limit: `${LIMIT_RATIO} times`,
      within: peer.seconds >= LIMIT_RATIO * ours.seconds,
    },
    {
      what: `memory of that; beside ${name}`,
      ours: megabytes(ours),
      peer: megabytes(peer),
      ratio: `1/${(peer.megabytes / ours.megabytes).toFixed(1)}`,
      limit: `≤ 1/${MEMORY_RATIO}`,
      within: ours.megabytes * MEMORY_RATIO <= peer.megabytes,
    },
  ];
}

/** Measures pandera on pandas and on Polars, and gives the faster of both. */
async function pandera(workspace: Workspace, table: string): Promise<Measured> {
  const python = await environment(workspace, "pandera", PANDERA);
  const found: [string, Measured][] = [];
  for (const backend of ["pandas", "polars"]) {
    found.push([backend, await peer(workspace, [python, script("data_peer_pandera.py"), table, backend])]);
  }
  found.sort(([, one], [, other]) => one.seconds - other.seconds);
  const said = found.map(([backend, one]) => `on ${backend} ${seconds(one.seconds)}, ${megabytes(one)}`);
  workspace.notes.push(`data, pandera: ${said.join("; ")}`);
  const [[, fastest] = []] = found;
  if (fastest === undefined) throw new Error("pandera did not run");
  return fastest;
}

/** PyDeequ's DuckDB engine on the same file, by itself: it needs no image and no container. */
async function besidePydeequ(workspace: Workspace, ours: Measured, table: string): Promise<Row> {
  const what = "twenty rules on ten million rows; beside PyDeequ on DuckDB";
  const limit = `≤ ${PYDEEQU_RATIO} times its time`;
  const python = await pydeequ(workspace);
  if (python === undefined) {
    return { what, ours: seconds(ours.seconds), peer: "not installed", ratio: "", limit, within: undefined };
  }
  const theirs = await peer(workspace, [python, script("data_peer_deequ.py"), table]);
  return {
    what,
    ours: seconds(ours.seconds),
    peer: seconds(theirs.seconds),
    ratio: faster(ours.seconds, theirs.seconds),
    limit,
    within: ours.seconds <= PYDEEQU_RATIO * theirs.seconds,
  };
}

/** The Python that has PyDeequ; undefined where the address of its repository cannot be reached. */
async function pydeequ(workspace: Workspace): Promise<string | undefined> {
  try {
    return await environment(workspace, "pydeequ", PYDEEQU);
  } catch (error) {
    workspace.notes.push(`data: PyDeequ was not measured, because it could not be installed: ${messageOf(error)}`);
    return undefined;
  }
}

async function greatExpectations(workspace: Workspace, table: string): Promise<Measured> {
  const python = await environment(workspace, "great-expectations", GREAT_EXPECTATIONS);
  return peer(workspace, [python, script("data_peer_gx.py"), table]);
}

/**
 * Measures a peer.
 * | @throws when the peer reports data that breaks no rule, because then it would not have checked the same
 */
async function peer(workspace: Workspace, command: readonly string[]): Promise<Measured> {
  workspace.say(command.slice(1).join(" "));
  const found = await measured(command, { timeoutSeconds: PEER_TIMEOUT_SECONDS });
  const { passed, findings } = JSON.parse(found.stdout) as { passed: boolean; findings: string[] };
  if (!passed) throw new Error(`${command[1]} found fault with the data: ${findings.join("; ")}`);
  return found;
}

async function ofManyRows(
  workspace: Workspace,
  tenth: Measured,
  check: (path: string) => Promise<Measured>,
): Promise<Row[]> {
  const what = "twenty rules on a hundred million rows";
  const limit = `≤ ${GROWTH} times the time of a tenth, ≤ ${MANY_MEGABYTES} MB`;
  const disk = await statfs(workspace.folder);
  if (disk.bavail * disk.bsize < MANY_FREE_BYTES) {
    const ours = `not measured: under ${MANY_FREE_BYTES / 1e9} GB free`;
    return [{ what, ours, peer: "", ratio: "", limit, within: undefined }];
  }
  const folder = await tableOf(workspace, { rows: MANY_ROWS });
  const many = await check(join(folder, "parquet"));
  return [
    {
      what,
      ours: `${seconds(many.seconds)}, ${megabytes(many)}`,
      peer: "",
      ratio: `${(many.seconds / tenth.seconds).toFixed(1)} times the time of a tenth`,
      limit,
      within: many.seconds <= GROWTH * tenth.seconds && many.megabytes <= MANY_MEGABYTES,
    },
  ];
}

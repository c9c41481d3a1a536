import type { Directory } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../../containers/commands.ts";
import { RESULTS } from "../../containers/paths.ts";
import type { Runtime } from "../../containers/runtime.ts";
import { UserError } from "../../errors.ts";
import { duckdbContainer, reasonOf, withScript } from "../../tables/duckdb.ts";
import { tabularFiles } from "../../tables/files.ts";
import { identifier, literal } from "../../tables/sql.ts";
import { type NamedColumn, openTable, tableRows, withTables } from "../../tables/table.ts";
import { type PredictionsSettings, renamedColumns } from "./file-settings.ts";
import { PREDICTIONS_DIALECT, type PredictionFile } from "./measure.ts";
import { isQuantile } from "./quantiles.ts";

const MOUNT = "/written";
const DEFAULT_FILES = ["predictions.parquet", "predictions.csv"];

/**
 * The predictions of an evaluation in one file and under the names of the contract.
 *
 * @param written the output of the evaluation
 * @throws UserError when a file or a column that the settings name is not there
 */
export async function renamedPredictions(
  runtime: Runtime,
  written: Directory,
  settings: PredictionsSettings,
): Promise<{ readonly predictions: PredictionFile; readonly runs: readonly CommandsResult[] }> {
  const patterns = settings.files ?? DEFAULT_FILES;
  const { table, run: opened } = await openTable(runtime, {
    ...{ name: "predictions (predictions.files)", directory: written, mount: MOUNT },
    paths: await tabularFiles(written, patterns, "evaluation's output"),
    dialect: {
      ...PREDICTIONS_DIALECT,
      ...(settings.delimiter === undefined ? {} : { delimiter: settings.delimiter }),
      decimal: settings.decimal,
    },
  });
  const { rows, columns, settings: reading, inPlace } = tableRows(table);
  // Values of a CSV stay texts, whose types are found where they are measured.
  const file = inPlace ? "predictions.parquet" : "predictions.csv";
  const named = renamedPairs(columns, settings).map(({ name, from }) => `${identifier(from)} AS ${identifier(name)}`);
  const select = `SELECT ${named.join(", ")} FROM (${rows})`;
  const { container, command } = withScript(
    withTables(duckdbContainer(runtime), [table]),
    "rename",
    `${reading}COPY (${select}) TO ${literal(`${RESULTS}/${file}`)} (${inPlace ? "FORMAT parquet" : "FORMAT csv, HEADER true"});`,
  );
  const run = await runCommands(container, [command], { since: runtime.since, limits: runtime.limits });
  if (!run.ok) throw new UserError(`the predictions cannot be read: ${reasonOf(run.commands[0]?.tail ?? "")}`);
  const directory = run.results.filter({ include: [file] });
  return { predictions: { directory, file }, runs: [opened, run] };
}

/** The columns under their new names. One that had such a name by itself and means something else is left out. */
export function renamedPairs(columns: readonly string[], settings: PredictionsSettings): NamedColumn[] {
  const renamed = renamedColumns(settings);
  for (const [to, from] of renamed) {
    if (!columns.includes(from)) {
      throw new UserError(
        `predictions.${to}: the predictions have no column ${from} (they have ${columns.join(", ")}).`,
        "your-project",
      );
    }
  }
  // A quantile that is taken for the answer is still a quantile.
  const answers = [...renamed.values()].filter((column) => !isQuantile(settings.quantiles, column));
  const taken = new Set([...renamed.keys(), ...answers]);
  return [
    ...[...renamed].map(([name, from]) => ({ name, from })),
    ...columns.filter((column) => !taken.has(column)).map((name) => ({ name, from: name })),
  ];
}

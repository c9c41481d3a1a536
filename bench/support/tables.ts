import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TOOLS } from "../../src/containers/settings.ts";
import { cacheWithImage } from "./cache.ts";
import { type Measured, measured } from "./measured.ts";
import { program, repository } from "./paths.ts";
import { run } from "./process.ts";
import { environment } from "./python.ts";
import type { Workspace } from "./workspace.ts";

export type TableFormat = "parquet" | "csv";

interface TableForm {
  readonly rows: number;
  readonly seed?: number;
  /** The number of standard deviations by which two of the columns are shifted. */
  readonly shift?: number;
  readonly formats?: readonly TableFormat[];
}

export const script = (name: string): string => join(repository, "bench/scripts", name);

/** Gives a folder with `parquet/rows.parquet` and the other requested formats, which is made once. */
export async function tableOf(workspace: Workspace, form: TableForm): Promise<string> {
  const { rows, seed = 1, shift = 0, formats = ["parquet"] } = form;
  const python = await environment(workspace, "table-maker", [`duckdb==${TOOLS["duckdb-cli"]}`]);
  const name = ["rows", rows, seed, shift, ...formats].join("-");
  return workspace.once(name, async (folder) => {
    workspace.say(`writing ${rows} rows (not measured)`);
    await run([python, script("data_rows.py"), String(rows), String(seed), String(shift), folder, ...formats]);
  });
}

export const file = (folder: string): string => join(folder, "parquet/rows.parquet");

/**
 * Makes a project that only has a configuration, for calls of the module's functions with their containers. The image
 * and DuckDB are there, and nothing is answered from an earlier measurement.
 */
export async function projectOf(workspace: Workspace, name: string, config: string) {
  const source = await workspace.empty(`${name}-project`);
  await writeFile(join(source, "ml-pipeline.toml"), config);
  await mkdir(join(source, "src"));
  await writeFile(join(source, "src/__init__.py"), "");
  const cache = await cacheWithImage(workspace, `${name}-cache`);
  const call = (...words: readonly string[]): Promise<Measured> => {
    const [verb = "", ...more] = words;
    return measured([program, "--engine=local", "--progress=plain", verb, `--source=${source}`, ...more], {
      env: { XDG_CACHE_HOME: cache },
    });
  };
  return { call, close: () => workspace.remove(`${name}-cache`) };
}

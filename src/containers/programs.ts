import { readFileSync } from "node:fs";
import { dag, type File } from "@dagger.io/dagger";

/** Small Python programs that run inside the containers, where Python is what there is. */
export type PythonProgram =
  | "run_commands.py"
  | "pytest_with_tools.py"
  | "ask_models.py"
  | "load_test.py"
  | "serve_measured.py"
  | "image_id.py"
  | "verify_dvc.py"
  | "pull_dvc.py"
  | "draw_plots.py"
  | "describe_tables.py"
  | "table_csv.py"
  | "table_duckdb.py"
  | "table_others.py"
  | "table_start.py"
  | "find_lines.py";

export function pythonProgram(name: PythonProgram): File {
  const text = readFileSync(new URL(`../python/${name}`, import.meta.url), "utf8");
  return dag.directory().withNewFile(name, text).file(name);
}

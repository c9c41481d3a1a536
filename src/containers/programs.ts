import { readFileSync } from "node:fs";
import { type Container, dag, type File } from "@dagger.io/dagger";
import { PROGRAMS } from "./paths.ts";

/** The Python programs that run inside the containers, where Python is what there is, and the modules that each imports. */
const PROGRAM_MODULES = {
  "run_commands.py": ["json_forms.py"],
  "pytest_with_tools.py": [],
  "ask_models.py": ["json_forms.py"],
  "load_test.py": ["ask_models.py", "json_forms.py"],
  "serve_measured.py": ["json_forms.py"],
  "image_id.py": ["json_forms.py"],
  "verify_dvc.py": ["json_forms.py"],
  "pull_dvc.py": ["json_forms.py"],
  "draw_plots.py": ["json_forms.py"],
  "describe_tables.py": ["json_forms.py", "table_csv.py", "table_duckdb.py", "table_others.py", "table_start.py"],
  "find_lines.py": ["json_forms.py"],
} as const satisfies Record<string, readonly string[]>;

export type PythonProgram = keyof typeof PROGRAM_MODULES;

/** Mounts a program, and the modules that it imports beside it, at `PROGRAMS`. */
export const withProgram = (container: Container, name: PythonProgram): Container =>
  [name, ...PROGRAM_MODULES[name]].reduce(
    (before, file) => before.withMountedFile(`${PROGRAMS}/${file}`, pythonProgram(file)),
    container,
  );

function pythonProgram(name: string): File {
  const text = readFileSync(new URL(`../python/${name}`, import.meta.url), "utf8");
  return dag.directory().withNewFile(name, text).file(name);
}

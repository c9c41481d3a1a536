import { readFileSync } from "node:fs";
import { type Container, dag, type File } from "@dagger.io/dagger";
import { PROGRAMS } from "./paths.ts";

/** The Python programs that run inside containers, each with the modules that it imports. */
const PROGRAM_MODULES = {
  "run_commands.py": ["typed_json.py"],
  "pytest_with_tools.py": [],
  "ask_models.py": ["typed_json.py"],
  "load_test.py": ["ask_models.py", "typed_json.py"],
  "serve_measured.py": ["typed_json.py"],
  "image_id.py": ["typed_json.py"],
  "verify_dvc.py": ["typed_json.py"],
  "pull_dvc.py": ["typed_json.py"],
  "draw_plots.py": ["typed_json.py"],
  "describe_tables.py": ["typed_json.py", "table_csv.py", "table_duckdb.py", "table_with_duckdb.py", "table_head.py"],
  "find_lines.py": ["typed_json.py"],
} as const satisfies Record<string, readonly string[]>;

export type PythonProgram = keyof typeof PROGRAM_MODULES;

/** Mounts a program and the modules that it imports in `PROGRAMS`. */
export const withProgram = (container: Container, name: PythonProgram): Container =>
  [name, ...PROGRAM_MODULES[name]].reduce(
    (before, file) => before.withMountedFile(`${PROGRAMS}/${file}`, pythonProgram(file)),
    container,
  );

function pythonProgram(name: string): File {
  const text = readFileSync(new URL(`../python/${name}`, import.meta.url), "utf8");
  return dag.directory().withNewFile(name, text).file(name);
}

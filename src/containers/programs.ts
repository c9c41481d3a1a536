import { readFileSync } from "node:fs";
import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { PROGRAMS } from "./paths.ts";

/**
 * The Python programs that run inside the containers, where Python is what there is, and the modules that each imports.
 * The module that most import comes first: folders that begin with the same files are made once.
 */
const PROGRAM_MODULES = {
  "run_commands.py": ["json_forms.py"],
  "pytest_with_tools.py": [],
  "ask_models.py": ["json_forms.py"],
  "load_test.py": ["json_forms.py", "ask_models.py"],
  "serve_measured.py": ["json_forms.py"],
  "image_id.py": ["json_forms.py"],
  "verify_dvc.py": ["json_forms.py"],
  "pull_dvc.py": ["json_forms.py"],
  "draw_plots.py": ["json_forms.py"],
  "describe_tables.py": ["json_forms.py", "table_csv.py", "table_duckdb.py", "table_others.py", "table_start.py"],
  "find_lines.py": ["json_forms.py"],
} as const satisfies Record<string, readonly string[]>;

export type PythonProgram = keyof typeof PROGRAM_MODULES;

/** Where a program is once it is mounted. */
export const programPath = (name: PythonProgram): string => `${folderOf(name)}/${name}`;

/** Mounts a program and the modules that it imports: one folder, since Dagger's screen has some lines for each mount. */
export const withProgram = (container: Container, name: PythonProgram): Container =>
  container.withMountedDirectory(folderOf(name), programFolder(name));

const folderOf = (name: PythonProgram): string => `${PROGRAMS}/${name.replace(/\.py$/, "")}`;

/** The files are selected last, and so Dagger's screen names the folder at each mount instead of printing what is in it. */
const programFolder = (name: PythonProgram): Directory =>
  [...PROGRAM_MODULES[name], name]
    .reduce((folder, file) => folder.withNewFile(`program/${file}`, textOf(file)), dag.directory())
    .directory("program");

const textOf = (file: string): string => readFileSync(new URL(`../python/${file}`, import.meta.url), "utf8");

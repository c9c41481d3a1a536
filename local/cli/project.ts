import { existsSync, readdirSync } from "node:fs";
import { dirname, join, parse } from "node:path";

/**
 * A folder with one of these files is a project: a person who stands somewhere below it means that folder by "here".
 */
const projectFiles = ["ml-pipeline.toml", "pyproject.toml", "requirements.txt", "dagger.json", "dagger-module.toml"];

/**
 * Finds the caller's project, where default paths of arguments start. That is the nearest folder upwards that has a
 * project's files or is a git root; without any, it is the current folder.
 */
export function projectRoot(cwd: string): string {
  const top = parse(cwd).root;
  for (let folder = cwd; folder !== top; folder = dirname(folder)) {
    if (projectFiles.some((name) => existsSync(join(folder, name)))) return folder;
    if (existsSync(join(folder, ".git"))) return folder;
  }
  return cwd;
}

/** Files that say what a project in Python is, and needs. */
const PYTHON_FILES = [
  "ml-pipeline.toml",
  "pyproject.toml",
  "requirements.txt",
  "environment.yml",
  "setup.py",
  "Pipfile",
];

/** Whether a folder is one of a project that could go through the pipeline. */
export function isPythonProject(folder: string): boolean {
  if (PYTHON_FILES.some((name) => existsSync(join(folder, name)))) return true;
  const source = join(folder, "src");
  return existsSync(source) && readdirSync(source).some((name) => name.endsWith(".py"));
}

import { parseToml } from "../../config/toml.ts";
import { UserError } from "../../errors.ts";
import { isObject } from "../../json.ts";

/** What a project's dependencies are installed from. */
export type DependencyKind =
  | "uv.lock"
  | "poetry.lock"
  | "pdm.lock"
  | "pylock.toml"
  | "Pipfile.lock"
  | "requirements.txt"
  /** `[project]` of pyproject.toml. */
  | "pyproject.toml"
  /** `[tool.poetry]` of pyproject.toml, without a lock file. */
  | "poetry"
  | "environment.yml"
  | "setup.py"
  | "setup.cfg"
  | "none";

/** Files that name a project's environment for conda. */
export const CONDA_FILES = [
  ...["environment.yml", "environment.yaml", "conda.yaml", "conda.yml"],
  ...["conda_env.yml", "conda_env.yaml", "conda-env.yml", "conda-env.yaml", "env.yml", "env.yaml"],
];

/**
 * What a project's dependencies are installed from: a lock file before what it was made of, and requirements before the metadata of a
 * package.
 *
 * @param root names of the files at the root
 * @param pyproject the text of pyproject.toml
 * @param hasRequirements whether there are requirements files, by the settings or by their names
 */
export function dependencyKind(
  root: ReadonlySet<string>,
  pyproject: string | undefined,
  hasRequirements: boolean,
): DependencyKind {
  if (root.has("uv.lock")) {
    if (pyproject !== undefined) return "uv.lock";
    throw new UserError("The project has a uv.lock and no pyproject.toml beside it; uv needs both.");
  }
  const { project, tool } = pyproject === undefined ? {} : parseToml("pyproject.toml", pyproject);
  const hasPoetry = isObject(tool) && isObject(tool.poetry);
  if (root.has("poetry.lock") && pyproject !== undefined) return "poetry.lock";
  if (root.has("pdm.lock") && pyproject !== undefined) return "pdm.lock";
  if (root.has("pylock.toml")) return "pylock.toml";
  if (root.has("Pipfile.lock")) return "Pipfile.lock";
  if (hasRequirements) return "requirements.txt";
  // Tables of tools alone are no package, and name no dependencies.
  if (isObject(project)) return "pyproject.toml";
  if (hasPoetry) return "poetry";
  if (CONDA_FILES.some((file) => root.has(file))) return "environment.yml";
  if (root.has("setup.py")) return "setup.py";
  return root.has("setup.cfg") ? "setup.cfg" : "none";
}

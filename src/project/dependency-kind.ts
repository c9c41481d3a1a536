import { UserError } from "../errors.ts";

/** How a project declares its dependencies, in the order in which the pipeline looks for them. */
export type DependencyKind = "uv.lock" | "requirements.txt" | "pyproject.toml" | "none";

export function dependencyKind(rootFiles: ReadonlySet<string>): DependencyKind {
  if (rootFiles.has("uv.lock")) {
    if (rootFiles.has("pyproject.toml")) return "uv.lock";
    throw new UserError("The project has a uv.lock and no pyproject.toml beside it; uv needs both.");
  }
  if (rootFiles.has("requirements.txt")) return "requirements.txt";
  return rootFiles.has("pyproject.toml") ? "pyproject.toml" : "none";
}

import { existsSync } from "node:fs";
import { dirname, join, parse } from "node:path";

/** Files that make a folder a project: what a person means by "here" when they stand somewhere below it. */
const projectFiles = ["ml-pipeline.toml", "pyproject.toml", "requirements.txt", "dagger.json", "dagger-module.toml"];

/**
 * The caller's project: what an argument's default path counts from. That is the nearest folder upwards that has a
 * project's files, not farther than the git root; without any, the git root; without that, the folder itself.
 */
export function projectRoot(cwd: string): string {
  const top = parse(cwd).root;
  for (let folder = cwd; folder !== top; folder = dirname(folder)) {
    if (projectFiles.some((name) => existsSync(join(folder, name)))) return folder;
    if (existsSync(join(folder, ".git"))) return folder;
  }
  return cwd;
}

import { cp } from "node:fs/promises";
import { join } from "node:path";
import { example } from "./paths.ts";
import type { Workspace } from "./workspace.ts";

export interface Project {
  readonly source: string;
  readonly data: string;
}

/** Copies the example as a fresh clone has it: without caches of tools and without models. */
export async function copyExample(folder: string): Promise<Project> {
  const left = new Set(["__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", "models", ".coverage"]);
  await cp(example, folder, {
    recursive: true,
    filter: (path) => !left.has(path.split("/").at(-1) ?? ""),
  });
  return { source: folder, data: join(folder, "data") };
}

/** Gives the copy that measurements share and that nothing writes to. */
export async function sourceOnly(workspace: Workspace): Promise<Project> {
  const source = await workspace.once("example", async (folder) => {
    await copyExample(folder);
  });
  return { source, data: join(source, "data") };
}

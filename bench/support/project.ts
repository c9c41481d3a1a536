import { cp } from "node:fs/promises";
import { join } from "node:path";
import { example } from "./paths.ts";
import type { Workshop } from "./workshop.ts";

export interface Project {
  readonly source: string;
  readonly data: string;
}

/** A copy of the example as in a fresh clone: no caches of tools, no models. */
export async function copyExample(folder: string): Promise<Project> {
  const left = new Set(["__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", "models", ".coverage"]);
  await cp(example, folder, {
    recursive: true,
    filter: (path) => !left.has(path.split("/").at(-1) ?? ""),
  });
  return { source: folder, data: join(folder, "data") };
}

/** The copy that measurements share: nothing writes to it. */
export async function sourceOnly(workshop: Workshop): Promise<Project> {
  const source = await workshop.once("example", async (folder) => {
    await copyExample(folder);
  });
  return { source, data: join(source, "data") };
}

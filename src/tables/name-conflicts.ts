import type { DescribedFile, UnreadableFile } from "./describe.ts";
import { hiveValues } from "./hive.ts";

/** The names of columns that the module adds to those of the data. */
const RESERVED = /^ml_pipeline_(file|(value|raw|rule|whole)_\d+)$/i;

/**
 * The files whose column names conflict with reserved names or with those of earlier files: to SQL, names that differ only in
 * case are the same.
 */
export function nameConflicts(files: readonly DescribedFile[]): UnreadableFile[] {
  const first = new Map<string, { readonly name: string; readonly path: string }>();
  const conflicts: UnreadableFile[] = [];
  for (const { path, columns } of files) {
    const names = [...columns.map(({ name }) => name), ...Object.keys(hiveValues(path))];
    for (const name of names) {
      const earlier = first.get(name.toLowerCase()) ?? { name, path };
      first.set(name.toLowerCase(), earlier);
      const problem = problemOf(name, path, earlier);
      if (problem !== undefined) conflicts.push({ path, problem });
    }
  }
  return conflicts;
}

function problemOf(name: string, path: string, earlier: { readonly name: string; readonly path: string }) {
  if (RESERVED.test(name)) return `has a column "${name}": the module calls its own so, rename it`;
  if (earlier.name === name) return undefined;
  const where = earlier.path === path ? "" : ` of ${earlier.path}`;
  return `has a column "${name}" beside "${earlier.name}"${where}: names must differ in more than case, write them alike`;
}

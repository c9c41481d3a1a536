import { join } from "node:path";

/** The engine's own first file. */
export const engineSource = join(import.meta.dirname, "main.ts");

/**
 * Gives the command of the engine process, for the sandbox's `engineCommand`. `node` is a Node 24. Its young generation
 * is small, because most of what the engine allocates is short-lived: that saves a quarter of its memory without a
 * measurable cost.
 */
export function engineProgram(
  node: string,
  args: readonly string[] = [],
  file: string = engineSource,
): readonly string[] {
  return [node, "--max-semi-space-size=4", file, ...args];
}

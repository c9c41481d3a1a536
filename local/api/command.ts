import { join } from "node:path";

/**
 * The command of the engine process, for `engineCommand` of the sandbox. `node` is a Node 24. New objects get little room:
 * most of what the engine makes is short-lived, and a quarter of its memory is saved at no cost that could be measured.
 */
export function engineProgram(node: string, args: readonly string[] = []): readonly string[] {
  return [node, "--max-semi-space-size=4", join(import.meta.dirname, "main.ts"), ...args];
}

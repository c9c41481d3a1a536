import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";

/** Reads the patterns of all `.gitignore` files below `root`, in the syntax of `.dockerignore`. */
export async function gitignorePatterns(root: string, below = ""): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const patterns: string[] = [];
  if (entries.some((entry) => entry.name === ".gitignore" && entry.isFile())) {
    const text = await readFile(join(root, below, ".gitignore"), "utf8");
    patterns.push(...text.split("\n").flatMap((line) => translate(line, below)));
  }
  for (const entry of entries) {
    if (entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules") {
      patterns.push(...(await gitignorePatterns(root, posix.join(below, entry.name))));
    }
  }
  return patterns;
}

/**
 * Translates a line. Git's pattern applies at every depth unless a slash stands at its beginning or in the middle.
 * Docker's only does with `**`.
 */
function translate(line: string, below: string): string[] {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return [];
  const negated = text.startsWith("!");
  const pattern = (negated ? text.slice(1) : text).replace(/\/+$/, "");
  const anchored = pattern.includes("/");
  const path = posix.join(below, anchored ? pattern.replace(/^\//, "") : `**/${pattern}`);
  return [negated ? `!${path}` : path];
}

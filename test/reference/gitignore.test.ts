import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gitRules, gitSays } from "../../src/project/ignore/git.ts";

const run = promisify(execFile);
const SEED = Number(process.env.ML_PIPELINE_FUZZ_SEED ?? 7);
const RUNS = Number(process.env.ML_PIPELINE_FUZZ_RUNS ?? 40);

let repository = "";
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), "gitignore-"));
  await run("git", ["init", "--quiet", repository]);
});
afterAll(() => rm(repository, { recursive: true, force: true }));

const PARTS = [
  ...[
    "a",
    "b",
    "c",
    "/",
    "/",
    "*",
    "**",
    "**/",
    "/**",
    "?",
    "[ab]",
    "[!a]",
    "[^b]",
    "[a-c]",
    "\\",
    "!",
    "#",
    " ",
    "é",
    ".",
  ],
  ...["[[:alpha:]]", "[[:digit:]a]", "[]a]", "[a-]", "\\*", "x", "[", "]", "-", "\\ ", "\t"],
];
const NAMES = ["a", "b", "c", "ab", "abc", "é", "x.a", "a b", "#a", "!a", "[", "*", "-", "a ", "1", "b.c", ".a"];

const line = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
const text = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 4 }), fc.constantFrom("\n", "\r\n"), fc.constantFrom("", "\n"))
  .map(([lines, between, end]) => lines.join(between) + end);
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

test("a .gitignore says what it says to git", async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.uniqueArray(path, { minLength: 20, maxLength: 40 }), async (ignore, paths) => {
      await writeFile(join(repository, ".gitignore"), ignore);
      expect(paths.filter(ignoredBy(ignore))).toEqual(await ignoredByGit(paths));
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

const ignoredBy = (ignore: string): ((path: string) => boolean) => {
  const rules = gitRules(ignore);
  return (path) => {
    const parts = path.split("/");
    return parts.some((_, at) => gitSays(rules, parts.slice(0, at + 1).join("/"), at + 1 < parts.length) === true);
  };
};

/** Git exits 1 when it ignores none of them. */
async function ignoredByGit(paths: readonly string[]): Promise<string[]> {
  const asked = run("git", ["-C", repository, "check-ignore", "--no-index", "-z", "--stdin"]);
  asked.child.stdin?.end(`${paths.join("\0")}\0`);
  const { stdout } = await asked.catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 1) return { stdout: "" };
    throw error;
  });
  return stdout.split("\0").filter((path) => path !== "");
}

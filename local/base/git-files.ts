import { execFile, spawn } from "node:child_process";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gitEnvironment } from "./checkout.ts";
import { UsageError } from "./usage-error.ts";

const run = promisify(execFile);

interface Entry {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

const [LINK, PROGRAM, MODULE] = ["120000", "100755", "160000"];
const MOST_BYTES = 2 ** 28;

/**
 * Writes the files that a folder has at a commit into another folder.
 *
 * They are read one by one, as git keeps them: a checkout would run programs that the repository's own configuration may name.
 *
 * @throws UsageError where there is no git, no repository, or no such commit
 */
export async function writeFilesOf(folder: string, ref: string, into: string): Promise<void> {
  const entries = await entriesOf(folder, ref);
  const contents = await contentsOf(folder, entries);
  const made = new Set<string>();
  for (const [place, { mode, path }] of entries.entries()) {
    const target = join(into, path);
    const content = contents[place] ?? Buffer.alloc(0);
    if (!made.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
    made.add(dirname(target));
    if (mode === LINK) await symlink(content.toString(), target);
    else await writeFile(target, content);
    if (mode === PROGRAM) await chmod(target, 0o755);
  }
}

async function entriesOf(folder: string, ref: string): Promise<Entry[]> {
  const ask = async (...args: readonly string[]): Promise<string> =>
    (await run("git", ["-C", folder, ...args], { env: gitEnvironment(), maxBuffer: MOST_BYTES })).stdout;
  try {
    const commit = (await ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`)).trim();
    // Of the folder alone, by paths below it.
    const listed = await ask("ls-tree", "-r", "-z", commit);
    return listed
      .split("\0")
      .filter(Boolean)
      .flatMap((line) => {
        const [, mode = "", id = "", path = ""] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line) ?? [];
        return mode === MODULE ? [] : [{ mode, id, path }];
      });
  } catch (error) {
    const missing = (error as { readonly code?: unknown }).code === "ENOENT";
    throw new UsageError(
      missing
        ? "there is no program git here to look into the repository with: give a folder in place of git:REF"
        : `git has no commit ${ref} of ${folder}: fetch it first, as by fetch-depth: 0 in CI, or give a folder in place of git:REF`,
    );
  }
}

/** The contents of files, in their order. */
function contentsOf(folder: string, entries: readonly Entry[]): Promise<Buffer[]> {
  const child = spawn("git", ["-C", folder, "cat-file", "--batch"], {
    env: gitEnvironment(),
    stdio: ["pipe", "pipe", "ignore"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(entries.map(({ id }) => `${id}\n`).join(""));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      try {
        resolve(batched(Buffer.concat(chunks), entries));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** What `cat-file --batch` answers: a line with the size before each content, and the end of a line after it. */
function batched(answer: Buffer, entries: readonly Entry[]): Buffer[] {
  let at = 0;
  return entries.map(({ path }) => {
    const end = answer.indexOf("\n", at);
    const size = Number(/ blob (\d+)$/.exec(answer.toString("utf8", at, end))?.[1] ?? Number.NaN);
    if (end < 0 || Number.isNaN(size)) throw new UsageError(`git does not have the content of ${path}: fetch it first`);
    at = end + 1 + size + 1;
    return answer.subarray(end + 1, end + 1 + size);
  });
}

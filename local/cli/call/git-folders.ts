import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeFilesOf } from "../../base/git-files.ts";
import { projectRoot } from "../project.ts";
import type { Link, TypedCall } from "./types.ts";

/** What a folder begins with that is the project at a commit: `git:origin/main`. */
const GIT = "git:";

/**
 * Writes out the folders of a call that are the project at a commit, and puts their paths in place. They are gone when this program ends.
 *
 * @param write writes the files of a folder at a commit into another one
 */
export async function withGitFolders(call: TypedCall, cwd: string, write = writeFilesOf): Promise<TypedCall> {
  return { ...call, links: await Promise.all(call.links.map((link) => written(link, cwd, write))) };
}

async function written(link: Link, cwd: string, write: typeof writeFilesOf): Promise<Link> {
  const typed = new Map(link.typed);
  const source = typed.get("source")?.at(-1);
  const folder = source === undefined ? projectRoot(cwd) : resolve(cwd, source);
  for (const { name, type } of link.fn.args) {
    const text = typed.get(name)?.at(-1);
    if (type.kind !== "object" || type.name !== "Directory" || name === "source" || !text?.startsWith(GIT)) continue;
    const into = mkdtempSync(join(tmpdir(), "ml-pipeline-git-"));
    process.once("exit", () => rmSync(into, { recursive: true, force: true }));
    await write(folder, text.slice(GIT.length), into);
    typed.set(name, [into]);
  }
  return { ...link, typed };
}

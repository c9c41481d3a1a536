import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFilesOf } from "../../../local/base/git-files.ts";
import { temporaryFolder } from "../fixture.ts";

const IDENTITY = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];

const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", ["-C", folder, ...IDENTITY, ...args], { encoding: "utf8" }).trim();

/** A repository with a project in a folder, of which the second commit changes all. */
function repository(): string {
  const folder = temporaryFolder();
  git(folder, "init", "--quiet", "--initial-branch=main");
  mkdirSync(join(folder, "project/src"), { recursive: true });
  const write = (path: string, text: string, mode = 0o644): void => writeFileSync(join(folder, path), text, { mode });
  write("project/src/ü train.py", "one\n");
  write("project/run.sh", "#!/bin/sh\n", 0o755);
  write("project/empty", "");
  symlinkSync("run.sh", join(folder, "project/link"));
  // What leaves files out of archives leaves none out of the project.
  write(".gitattributes", "* filter=x export-ignore\n");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message=First");
  write("project/src/ü train.py", "two\n");
  git(folder, "commit", "--quiet", "--all", "--message=Second");
  return folder;
}

test("the files of a folder at a commit are written as git keeps them, and nothing of the configuration runs", async () => {
  const folder = repository();
  const ran = join(folder, "ran");
  for (const name of ["filter.x.smudge", "core.fsmonitor", "core.sshCommand"])
    git(folder, "config", name, `touch ${ran}`);
  const into = temporaryFolder();
  await writeFilesOf(join(folder, "project"), "main~1", into);
  expect(readdirSync(into).sort()).toEqual(["empty", "link", "run.sh", "src"]);
  expect(readFileSync(join(into, "src/ü train.py"), "utf8")).toBe("one\n");
  expect(readFileSync(join(into, "empty"), "utf8")).toBe("");
  expect(readlinkSync(join(into, "link"))).toBe("run.sh");
  expect(statSync(join(into, "run.sh")).mode & 0o111).not.toBe(0);
  expect(existsSync(ran)).toBe(false);
});

test("a commit that is not there, and a folder without a repository, are said", async () => {
  const into = temporaryFolder();
  await expect(writeFilesOf(repository(), "nowhere", into)).rejects.toThrow("git has no commit nowhere");
  await expect(writeFilesOf(repository(), "--help", into)).rejects.toThrow("git has no commit --help");
  await expect(writeFilesOf(into, "main", temporaryFolder())).rejects.toThrow("fetch-depth: 0");
});

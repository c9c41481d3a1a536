import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkoutOf, mainBranchOf } from "../../../local/base/checkout.ts";
import { temporaryFolder } from "../fixture.ts";

const IDENTITY = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];

const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", ["-C", folder, ...IDENTITY, ...args], { encoding: "utf8" }).trim();

/** A repository with a project in a folder, and a folder that it ignores. */
function repository(): string {
  const folder = temporaryFolder();
  git(folder, "init", "--quiet", "--initial-branch=feature/x");
  mkdirSync(join(folder, "project"));
  mkdirSync(join(folder, "ignored"));
  writeFileSync(join(folder, ".gitignore"), "ignored");
  writeFileSync(join(folder, "project", "train.py"), "");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message=First");
  return folder;
}

test("of a repository, of a folder in it, and of a commit without a branch", async () => {
  const folder = repository();
  const commit = git(folder, "rev-parse", "HEAD");
  expect(await checkoutOf(folder)).toEqual({ commit, branch: "feature/x" });
  expect(await checkoutOf(join(folder, "project"))).toEqual({ commit, branch: "feature/x", folder: "project" });
  git(folder, "checkout", "--quiet", "--detach");
  expect(await checkoutOf(folder)).toEqual({ commit });
});

test("is not known of a folder that no commit has", async () => {
  const folder = temporaryFolder();
  expect(await checkoutOf(folder)).toBeUndefined();
  expect(await checkoutOf(join(folder, "none"))).toBeUndefined();
  expect(await checkoutOf(join(repository(), "ignored"))).toBeUndefined();
  git(folder, "init", "--quiet");
  expect(await checkoutOf(folder)).toBeUndefined();
});

test("runs no program that the folder's own configuration names", async () => {
  const folder = repository();
  const ran = join(folder, "ran");
  for (const name of ["core.fsmonitor", "core.sshCommand", "core.pager", "filter.x.clean"]) {
    git(folder, "config", name, `touch ${ran}; false`);
  }
  writeFileSync(join(folder, ".gitattributes"), "* filter=x");
  writeFileSync(join(folder, "project", "train.py"), "changed");
  expect(await checkoutOf(folder)).toHaveProperty("branch", "feature/x");
  expect(() => execFileSync("test", ["-e", ran])).toThrow();
});

test("the main branch is the one that the origin names, one of the usual names, or the one that is checked out", async () => {
  const folder = repository();
  expect(await mainBranchOf(folder)).toBe("feature/x");
  git(folder, "branch", "master");
  expect(await mainBranchOf(folder)).toBe("master");
  git(folder, "branch", "main");
  expect(await mainBranchOf(join(folder, "project"))).toBe("main");
  git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk/2");
  expect(await mainBranchOf(folder)).toBe("trunk/2");
});

test("the main branch is known before the first commit, and not outside of a repository", async () => {
  const folder = temporaryFolder();
  expect(await mainBranchOf(folder)).toBeUndefined();
  git(folder, "init", "--quiet", "--initial-branch=trunk");
  expect(await mainBranchOf(folder)).toBe("trunk");
});

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFolder, python } from "./python.ts";

/* The history as git itself writes it, and as git itself says it is. */

const AUTHOR = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"];

/** Runs git in a repository. */
const gitIn =
  (folder: string) =>
  (...args: readonly string[]): string =>
    execFileSync("git", ["-C", folder, ...AUTHOR, ...args], {
      encoding: "utf8",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();

async function asked(repository: string, spec: object): Promise<Record<string, unknown>> {
  const result = `${repository}.json`;
  const ran = await python("read_history.py", join(repository, ".git"), JSON.stringify(spec), result);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(readFileSync(result, "utf8"));
}

const lines = (count: number): string => Array.from({ length: count }, (_, line) => `${line}\n`).join("");

/** A history with a merge, a tag, differences in packs, objects outside of them, links and programs. */
function made(repository: string): void {
  execFileSync("git", [...AUTHOR, "init", "--quiet", repository]);
  const git = gitIn(repository);
  const commit = (subject: string, files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(repository, path), text);
    git("add", "--all");
    git("commit", "--quiet", "--message", subject);
  };
  for (const step of [1, 2, 3, 4, 5, 6])
    commit(`Step ${step}`, { "big.txt": lines(500 * step), [`f${step}`]: `${step}` });
  git("checkout", "--quiet", "-b", "side/branch", "HEAD~2");
  commit("Aside", { "ü aside": "s" });
  git("checkout", "--quiet", "main");
  git("merge", "--quiet", "--no-ff", "--message", "Merge", "side/branch");
  git("tag", "--annotate", "v1", "--message", "v1");
  execFileSync("ln", ["-s", "big.txt", join(repository, "link")]);
  execFileSync("install", ["-m", "755", "/dev/null", join(repository, "run.sh")]);
  commit("Links", { "run.sh": "#!/bin/sh\n" });
  git("gc", "--quiet");
  rmSync(join(repository, "f1"));
  commit("After", { last: "outside of packs" });
}

test("names, paths, changes and files are those of git", async () => {
  await inFolder(async (folder) => {
    const repository = join(folder, "repository");
    made(repository);
    const git = gitIn(repository);
    const short = git("rev-parse", "--short", "HEAD~4");
    const names = ["HEAD", "main~3", "v1", "side/branch", "HEAD^", short, git("rev-parse", "HEAD~1"), "v1~2"];
    const { commits } = await asked(repository, {
      operation: "resolve",
      names: [...names, "none", "HEAD~99", "../main"],
    });
    expect((commits as ({ commit: string } | null)[]).map((one) => one?.commit ?? null)).toEqual([
      ...names.map((name) => git("rev-parse", `${name}^{commit}`)),
      ...[null, null, null],
    ]);
    expect((commits as object[])[2]).toMatchObject({ subject: "Merge", author: "Ann" });

    const [first, last] = [git("rev-parse", "HEAD~5"), git("rev-parse", "HEAD")];
    const { path, ...found } = await asked(repository, { operation: "between", first, last });
    expect((path as { commit: string }[]).map(({ commit }) => commit)).toEqual(
      git("rev-list", "--first-parent", "--reverse", `${first}..${last}`).split("\n"),
    );
    expect(found).toEqual({ isAncestor: true, common: first, isShallow: false });
    const side = git("rev-parse", "side/branch");
    const before = git("rev-parse", "main~3");
    expect(await asked(repository, { operation: "between", first: side, last: before })).toMatchObject({
      ...{ isAncestor: false, common: git("merge-base", side, before) },
    });

    const { changed } = await asked(repository, { operation: "changed", first, last });
    expect(changed).toEqual(
      git("-c", "core.quotePath=off", "diff", "--name-only", "--no-renames", first, last).split("\n"),
    );

    const written = join(folder, "written");
    await asked(repository, { operation: "write", commit: last, folder: written });
    // The difference of two folders is nothing, and what runs still does.
    execFileSync("diff", ["--recursive", "--no-dereference", "--exclude=.git", repository, written]);
    execFileSync(join(written, "run.sh"));
  });
});

test("a shallow clone says that it ends early, and what is not there is named", async () => {
  await inFolder(async (folder) => {
    const repository = join(folder, "repository");
    made(repository);
    const shallow = join(folder, "shallow");
    execFileSync("git", ["clone", "--quiet", "--depth=2", `file://${repository}`, shallow]);
    const [last, first] = gitIn(shallow)("rev-list", "HEAD").split("\n");
    expect(await asked(shallow, { operation: "between", first, last })).toMatchObject({
      isShallow: true,
      isAncestor: true,
    });

    const gone = gitIn(repository)("rev-parse", "HEAD:last");
    rmSync(join(repository, ".git/objects", gone.slice(0, 2), gone.slice(2)));
    const spec = { operation: "write", commit: gitIn(repository)("rev-parse", "HEAD"), folder: join(folder, "out") };
    const ran = await python("read_history.py", join(repository, ".git"), JSON.stringify(spec), join(folder, "r"));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`it does not have the object ${gone}`);
  });
});

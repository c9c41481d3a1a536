import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFile, cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/*
 * What a change affects is told before anything runs. Each file of a project is changed in turn, and what is told is held against what
 * then really ran, by the flags of the stages in the report.
 */

let project: TestProject;
beforeAll(async () => {
  project = await tinyProject();
  await project.write("tests/model/test_size.py", "def test_size() -> None:\n    assert True\n");
  await project.write("requirements.txt", "\n");
  await run();
}, 600_000);
afterAll(() => project.remove());

interface Stage {
  readonly name: string;
  readonly status: string;
  readonly cached: boolean;
  readonly commands: readonly unknown[];
  readonly key?: { readonly hash: string; readonly parts: Readonly<Record<string, string>> };
}

async function call(...args: readonly string[]): Promise<string> {
  const ended = await mlPipeline(args);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return ended.stdout;
}

/** Runs the pipeline and gives its stages that ran commands. */
async function run(): Promise<readonly Stage[]> {
  const report = join(project.out, randomUUID());
  await call(
    ...["run", `--source=${project.source}`, `--data=${project.data}`, `--run-id=${randomUUID()}`],
    ...["report", "export", `--path=${report}`],
  );
  const { stages, verdict, failure } = JSON.parse(await readFile(join(report, "report.json"), "utf8"));
  expect(verdict, failure?.message).toBe("passed");
  return stages.filter(({ commands }: Stage) => commands.length > 0);
}

const base = (): { readonly source: string; readonly data: string } => ({
  source: join(project.out, "base"),
  data: join(project.out, "base-data"),
});

interface Told {
  /** All stages that are affected. */
  readonly all: readonly string[];
  /** Those of them with inputs of their own that changed: the others may be given the same by a stage before them. */
  readonly own: readonly string[];
}

interface AffectedStage {
  readonly name: string;
  readonly isAffected: boolean;
  readonly because: readonly string[];
}

/** What is told to be affected by a change of the project, and what then ran. */
async function toldAndRan(
  change: () => Promise<void>,
): Promise<{ readonly told: Told; readonly ran: readonly string[] }> {
  const before = base();
  const report = join(project.out, randomUUID());
  await Promise.all([before.source, before.data].map((folder) => rm(folder, { recursive: true, force: true })));
  await cp(project.source, before.source, { recursive: true });
  await cp(project.data, before.data, { recursive: true });
  await change();
  await call(
    ...["affected", `--source=${project.source}`, `--data=${project.data}`],
    ...[`--base=${before.source}`, `--base-data=${before.data}`, "report", "export", `--path=${report}`],
  );
  const found = JSON.parse(await readFile(join(report, "affected.json"), "utf8"));
  const affected = (found.stages as AffectedStage[]).filter(({ isAffected }) => isAffected);
  const stages = await run();
  return {
    told: {
      all: affected.map(({ name }) => name),
      own: affected.filter(({ because }) => because.length > 0).map(({ name }) => name),
    },
    ran: stages.filter(({ cached }) => !cached).map(({ name }) => name),
  };
}

const fresh = (path: string) => (): Promise<void> => project.renew(path);

describe("what is told to be affected is what then runs", () => {
  it.each<[string, () => Promise<void>]>([
    ["a module that all import", fresh("src/model.py")],
    ["the training", fresh("src/train.py")],
    ["the evaluation", fresh("src/evaluate.py")],
    ["the server", fresh("src/serve.py")],
    ["a unit test", fresh("tests/unit/test_model.py")],
    ["a test of the model", fresh("tests/model/test_size.py")],
    ["the data", () => appendFile(join(project.data, "rows.csv"), `0.9${Math.trunc(Math.random() * 1e6)},yes\n`)],
    ["a document", fresh("README.md")],
    ["a comment of the configuration", fresh("pyproject.toml")],
    [
      "a setting of the checkers",
      () => project.edit("pyproject.toml", "[tool.black]", "[tool.black]\nline-length = 100"),
    ],
  ])(
    "%s",
    async (_name, change) => {
      const { told, ran } = await toldAndRan(change);
      // Nothing runs that was not told, and what was told for inputs of its own runs.
      expect(told.all).toEqual(expect.arrayContaining([...ran]));
      // The served model is asked the first row of the data, which is the same when others come after it.
      expect([...ran, "serve"]).toEqual(expect.arrayContaining([...told.own]));
    },
    600_000,
  );

  it("a requirement, although what is installed may come out the same", async () => {
    const { told, ran } = await toldAndRan(() => project.write("requirements.txt", `# ${randomUUID()}\n`));
    expect(told.own).toContain("train");
    expect(told.all).toEqual(expect.arrayContaining([...ran]));
  }, 600_000);

  it("an unchanged project", async () => {
    const { told, ran } = await toldAndRan(async () => {});
    expect({ ...told, ran }).toEqual({ all: [], own: [], ran: [] });
  }, 600_000);

  it("the project at a commit, which the command line takes from git", async () => {
    const git = (...args: readonly string[]): string =>
      execFileSync("git", ["-C", project.source, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args], {
        encoding: "utf8",
      });
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message=Before");
    const text = (): Promise<string> =>
      call("affected", `--source=${project.source}`, `--data=${project.data}`, "--base=git:main", "text");
    expect(await text()).toMatch(/^None of \d+ stages is affected/);
    await project.renew("src/train.py");
    expect(await text()).toMatch(/^train +src\/train\.py changed$/m);
    const none = await mlPipeline(["affected", `--source=${project.source}`, "--base=git:nowhere", "text"]);
    expect(none.exitCode).not.toBe(0);
    expect(none.stderr).toContain("git has no commit nowhere");
    await rm(join(project.source, ".git"), { recursive: true });
  }, 600_000);
});

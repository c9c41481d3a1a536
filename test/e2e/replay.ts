import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject } from "./project.ts";

/* A run fails on one machine, and its report is taken to a folder elsewhere. */

/** A run that fails, and what is said of it where it is replayed. */
export interface ReplayScenario {
  readonly name: string;
  readonly run: (project: TestProject) => Promise<void>;
}

const GIT = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"];

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", folder, ...GIT, ...args], { encoding: "utf8" }).trim();

function commit(folder: string, subject: string): string {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", subject);
  return git(folder, "rev-parse", "HEAD");
}

/** Runs the pipeline of a project, and gives the folder of its report. */
export async function reportOf(project: TestProject, ...more: readonly string[]): Promise<string> {
  const report = join(project.out, "report");
  const words = ["run", `--source=${project.source}`, `--data=${project.data}`, ...more];
  const { exitCode, stderr } = await mlPipeline([...words, "report", "export", `--path=${report}`]);
  expect(exitCode, stderr).toBe(0);
  return report;
}

/** Copies a project to a folder of another name, as a laptop has it. */
async function elsewhere(project: TestProject): Promise<string> {
  const folder = join(project.out, "laptop");
  await mkdir(project.out, { recursive: true });
  await cp(project.source, folder, { recursive: true });
  return folder;
}

const replay = (report: string, source: string, ...more: readonly string[]): Promise<Ended> =>
  mlPipeline(["replay", `--report=${report}`, `--source=${source}`, ...more]);

async function said(report: string, source: string, ...more: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await replay(report, source, ...more);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

export const REPLAYS: readonly ReplayScenario[] = [
  {
    name: "a finding of lint, from the commit that it was in",
    run: async (project) => {
      git(project.source, "init", "--quiet");
      await project.edit("src/model.py", "import csv\n", "import csv\nimport os\n");
      const broken = commit(project.source, "Read the environment");
      const report = await reportOf(project, `--commit=${broken}`);
      const laptop = await elsewhere(project);
      expect(await said(report, laptop)).toContain("✓ source: the checkout, which is what failed\n");

      const model = await readFile(join(laptop, "src/model.py"), "utf8");
      await writeFile(join(laptop, "src/model.py"), model.replace("import os\n", ""));
      commit(laptop, "Leave the environment alone");
      const text = await said(report, laptop);
      expect(text).toContain(`✓ source: commit ${broken.slice(0, 10)} of the repository, since the checkout is not`);
      expect(text).toContain("src/model.py changed");
      expect(text).toContain("Replayed: lint failed the same way: ruff check src/: exit code 1");
      expect(text).toMatch(/^ {4}src\/model\.py:\d+:8: F401/m);

      const mended = await said(report, laptop, "--as-it-is");
      expect(mended).toContain("✗ source: the checkout as it is (--as-it-is): src/model.py changed");
      expect(mended).toContain("Replayed: lint passed");
    },
  },
  {
    name: "a failing unit test, and another command in its container",
    run: async (project) => {
      await project.edit("src/model.py", "x > limit", "x >= limit");
      const report = await reportOf(project);
      const laptop = await elsewhere(project);
      const text = await said(
        report,
        laptop,
        "--command=python3,-c,import os; print(os.getcwd()); raise SystemExit(3)",
      );
      expect(text).toContain("✓ source: the checkout, which is what failed\n");
      expect(text).toContain("Replayed: test unit failed the same way: 0 tests passed, 2 failed");
      expect(text).toContain("test_above_the_limit_is_yes");
      expect(text).toMatch(/SystemExit\(3\)' ended with exit code 3\n {4}\/app$/m);
    },
  },
  {
    name: "a failing training, with the data that it had and with others",
    run: async (project) => {
      await project.edit("src/train.py", "    print(", '    raise ValueError(f"{limit} is no limit")\n    print(');
      const report = await reportOf(project);
      const laptop = await elsewhere(project);
      const text = await said(report, laptop, `--data=${project.data}`);
      expect(text).toContain("✓ data: --data, which is what the run had\n");
      expect(text).toContain("Replayed: train failed the same way: ");
      expect(text).toContain("ValueError: 0.5 is no limit");
      expect(text).toContain("The command: python3 -m src.train --data /data ");

      await writeFile(join(project.data, "rows.csv"), dataRows(900));
      const other = await said(report, laptop, `--data=${project.data}`);
      expect(other).toContain(
        "✗ data: --data, which is not what the run had: rows.csv of the data changed; --data=DIR",
      );
      const none = await replay(report, laptop);
      expect(none.stdout + none.stderr).toContain("✗ data: ");
      expect(none.stdout).toContain("cannot be had: give the folder that the run had as --data=DIR");
    },
  },
  {
    name: "a gate, of the model that is trained again and of one that is given",
    run: async (project) => {
      await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.99");
      const baseline = join(project.out, "baseline");
      await mkdir(baseline, { recursive: true });
      await writeFile(join(baseline, "model.json"), JSON.stringify({ limit: 0.5 }));
      const report = await reportOf(project, `--baseline=${baseline}`);
      const laptop = await elsewhere(project);
      const words = [`--data=${project.data}`, `--baseline=${baseline}`];
      const text = await said(report, laptop, ...words);
      expect(text).toContain("✓ accepted model: that of --baseline, which is what the run had\n");
      expect(text).toContain("✓ model: trained again: the same, byte for byte\n");
      expect(text).toContain("Replayed: gates failed the same way: metrics failed: accuracy");

      await writeFile(join(project.out, "model.json"), JSON.stringify({ limit: 0.1 }));
      await mkdir(join(project.out, "other"));
      await cp(join(project.out, "model.json"), join(project.out, "other/model.json"));
      const other = await said(report, laptop, `--data=${project.data}`, `--model=${join(project.out, "other")}`);
      expect(other).toContain("✗ model: that of --model, which is another one\n");
      expect(other).toMatch(
        /✗ accepted model: sha256:\w+ cannot be had: give it as --baseline=DIR, or name the model store/,
      );
    },
  },
];

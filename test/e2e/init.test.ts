import { execFileSync, spawn } from "node:child_process";
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";

/* What init leaves of a file that it adds to: all that it was not asked about. */

const PROGRAM = fileURLToPath(new URL("../../bin/ml-pipeline", import.meta.url));

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "ml-pipeline-init-"));
  await mkdir(join(project, "src"));
  await writeFile(join(project, "pyproject.toml"), '[project]\nname = "census"\nversion = "1"\n');
  await writeFile(
    join(project, "src/training.py"),
    'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--data")\nparser.add_argument("--model")\n',
  );
});
afterEach(() => rm(project, { recursive: true, force: true }));

const settings = (): Promise<string> => readFile(join(project, "pyproject.toml"), "utf8");

it("leaves who may read it", async () => {
  await chmod(join(project, "pyproject.toml"), 0o600);
  const ended = await mlPipeline(["init", `--source=${project}`, "--label=label", "--yes"]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(await settings()).toContain("[tool.ml-pipeline");
  expect((await stat(join(project, "pyproject.toml"))).mode & 0o777).toBe(0o600);
}, 120_000);

it("leaves it to who has changed it while the changes were shown", async () => {
  const edit = "# mine\n";
  const { code, printed } = await inTerminal(`${PROGRAM} --engine=local init --source=${project} --label=label`, {
    waitsFor: "[y/N]",
    answer: async () => {
      await appendFile(join(project, "pyproject.toml"), edit);
      return "y\n";
    },
  });
  expect(code, printed).toBe(1);
  expect(printed).toMatch(/somebody has changed what the call reads .* so nothing was changed/);
  expect(await settings()).toMatch(/version = "1"\n# mine\n$/);
}, 120_000);

/** Runs a command for a person, who answers once it has printed something. */
function inTerminal(
  command: string,
  { waitsFor, answer }: { readonly waitsFor: string; readonly answer: () => Promise<string> },
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let printed = "";
  let hasAnswered = false;
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    if (hasAnswered || !printed.includes(waitsFor)) return;
    hasAnswered = true;
    void answer().then((text) => child.stdin.write(text));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, printed }));
  });
}

it("writes the files of a CI system where there are none, for what the project is then", async () => {
  const own = join(project, ".github/workflows/ml-pipeline-main.yml");
  await mkdir(join(project, ".github/workflows"), { recursive: true });
  await writeFile(own, "name: my own\n");
  execFileSync("git", ["init", "--quiet", "--initial-branch=trunk", project]);
  const module = "--module=github.com/team/ml-pipeline@v1";
  const words = ["init", `--source=${project}`, "--label=label", "--ci=github", module, "--yes"];
  const ended = await mlPipeline(words);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const main = await readFile(join(project, ".github/workflows/ml-pipeline-main.yml.ml-pipeline"), "utf8");
  expect(main).toContain('branches: ["trunk"]');
  expect(main).toContain("uses: team/ml-pipeline@v1");
  expect(await readFile(join(project, ".gitignore"), "utf8")).toMatch(/^report\/$/m);
  const again = await mlPipeline(words);
  expect(again.stderr).toContain("nothing is to be changed");
  // Files that call the pipeline are none of what it ignores, and somebody's own is.
  const examined = await mlPipeline(["doctor", `--source=${project}`]);
  const said = examined.stdout + examined.stderr;
  expect(said).toContain("what other tools run: .github/workflows/ml-pipeline-main.yml");
  expect(said).not.toContain("ml-pipeline-pull-request.yml");
  expect(said).toContain("only warns, since the project neither configures nor names");
  expect(await readFile(own, "utf8")).toBe("name: my own\n");
  expect(await readFile(join(project, ".github/workflows/ml-pipeline-pull-request.yml"), "utf8")).toContain(
    "ml-pipeline run --source=. --profile=quick",
  );
  expect(await readFile(join(project, ".github/workflows/ml-pipeline-main.yml.ml-pipeline"), "utf8")).toContain(
    "ml-pipeline run",
  );
  expect(await settings()).toContain("[tool.ml-pipeline");
});

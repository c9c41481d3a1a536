import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";
import { REPLAYS, reportOf } from "./replay.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/ml-pipeline", import.meta.url));

async function withProject(use: (project: TestProject) => Promise<void>): Promise<void> {
  const project = await tinyProject();
  await use(project).finally(() => project.remove());
}

it.each(REPLAYS)("$name", ({ run }) => withProject(run), 600_000);

it(
  "of a run that passed there is nothing to replay",
  () =>
    withProject(async (project) => {
      const report = await reportOf(project);
      const { exitCode, stdout } = await mlPipeline(["replay", `--report=${report}`, `--source=${project.source}`]);
      expect(exitCode).toBe(0);
      expect(stdout).toBe("There is nothing to replay: no stage failed in the run of this report.\n");
      const words = ["replayed", `--report=${report}`, `--source=${project.source}`];
      expect((await mlPipeline([...words, "outcome"])).stdout).toBe("nothing\n");
      const opened = await mlPipeline([...words, "container", "terminal"]);
      expect(opened.exitCode).toBe(1);
      expect(opened.stderr).toContain("There is nothing to replay");
    }),
  600_000,
);

it(
  "a project that could not be read is read again",
  () =>
    withProject(async (project) => {
      await project.edit("pyproject.toml", "accuracy = 0.9", 'accuracy = "high"');
      const report = await reportOf(project);
      const { stdout } = await mlPipeline(["replay", `--report=${report}`, `--source=${project.source}`]);
      expect(stdout).toContain("Replayed: project failed the same way: ");
      await project.edit("pyproject.toml", 'accuracy = "high"', "accuracy = 0.9");
      const mended = await mlPipeline(["replay", `--report=${report}`, `--source=${project.source}`]);
      expect(mended.stdout).toContain("Replayed: project passed");
    }),
  600_000,
);

it("a folder that is no report is said to be none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "no report "));
  const empty = await mlPipeline(["replay", folder]);
  expect(empty.exitCode).toBe(1);
  expect(empty.stderr).toContain("There is no report.json in the folder of --report: give the folder that");
  await writeFile(join(folder, "report.json"), '{"verdict": "failed"}');
  const broken = await mlPipeline(["replay", folder]);
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toContain("report.json in the folder of --report");
  expect(broken.stderr).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
}, 120_000);

it(
  "a shell is opened where it failed, on the terminal of whoever calls",
  () =>
    withProject(async (project) => {
      await project.edit("src/model.py", "import csv\n", "import csv\nimport os\n");
      const report = await reportOf(project);
      const shown = await onTerminal(
        [PROGRAM, "--engine=local", "replay", report, `--source=${project.source}`],
        ["pwd; tty\n", "sleep 100\n", "\x03", "replay | tail -n 3; echo $((40 + 2))\n", "touch src/left; exit\n"],
      );
      expect(shown).toContain("Replayed: lint failed the same way");
      expect(shown).toMatch(/^\/app\r?\n\/dev\/pts\/\d+/m);
      expect(shown).toContain("Found 2 errors");
      expect(shown).toMatch(/^42\r?$/m);
      // What a person leaves behind there is gone with the shell.
      const after = await mlPipeline(["replay", report, `--source=${project.source}`, "--command=ls,src"]);
      expect(after.stdout).toContain("model.py");
      expect(after.stdout).not.toContain("left");
    }),
  600_000,
);

/** Runs a program on a terminal of its own, types lines whenever it waits, and gives what it showed. */
async function onTerminal(command: readonly string[], lines: readonly string[]): Promise<string> {
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", quoted, "/dev/null"], {
    env: { ...process.env, CI: "", TERM: "dumb" },
  });
  let shown = "";
  let last = Date.now();
  const left = [...lines];
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    last = Date.now();
  });
  const typing = setInterval(() => {
    const waits = /[#$] $/.test(stripVTControlCharacters(shown)) || left[0] === "\x03";
    if (!waits || Date.now() - last < 500 || left.length === 0) return;
    child.stdin.write(left.shift() ?? "");
    last = Date.now();
  }, 100);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(typing);
  return stripVTControlCharacters(shown);
}

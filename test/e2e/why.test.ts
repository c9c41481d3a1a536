import { randomUUID } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* Why a training ran is told by the file, by the reports of two runs. */

let project: TestProject;
beforeAll(async () => {
  project = await tinyProject();
});
afterAll(() => project.remove());

/** Runs the pipeline and gives the folder of its report. */
async function reportOf(name: string): Promise<string> {
  const report = join(project.out, name);
  const ended = await mlPipeline([
    ...["run", `--source=${project.source}`, `--data=${project.data}`, `--run-id=${name}`],
    ...["report", "export", `--path=${report}`],
  ]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return report;
}

async function why(...args: readonly string[]): Promise<string> {
  const ended = await mlPipeline(["why", ...args]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return ended.stdout.trim();
}

it("names the files that changed since an earlier run, and what did not", async () => {
  const first = await reportOf("first");
  const inputs = JSON.parse(await readFile(join(first, "inputs.json"), "utf8"));
  const { hashes } = JSON.parse(await readFile(join(first, "report.json"), "utf8"));
  expect(Object.keys(inputs.files[hashes.source])).toContain("src/train.py");
  expect(Object.keys(inputs.files[hashes.data])).toEqual(["rows.csv"]);
  expect(Object.keys(hashes.trainingParts).sort()).toEqual([
    ...["data", "dependencies", "device", "epochs", "image", "source"],
  ]);
  expect(hashes.trainingParts).toMatchObject({ source: hashes.source, data: hashes.data, epochs: "10", device: "cpu" });

  // One that no cache has, of whichever run of this test.
  await appendFile(join(project.source, "src/train.py"), `# ${randomUUID()}\n`);
  await appendFile(join(project.data, "rows.csv"), "0.9999,yes\n");
  const second = await reportOf("second");
  const told = await why(`--report=${second}`, `--since=${first}`);
  expect(told).toMatch(/^train ran because of what changed since run first \(20.*\):\n/);
  expect(told.split("\n").slice(1)).toEqual([
    ...["  src/train.py changed", "  rows.csv of the data changed"],
    expect.stringMatching(/^Unchanged: .*dependencies/),
  ]);

  // Every stage has a key, in which a stage before it passes on what changed.
  const gates = await why(`--report=${second}`, `--since=${first}`, "--stage=gates");
  expect(gates).toContain("rows.csv of the data changed");
  expect(gates).toContain("what train depends on changed");

  // The cache has what was trained a moment ago.
  const third = await reportOf("third");
  expect(await why(`--report=${third}`, `--since=${second}`)).toMatch(
    /^train did not run again: nothing that it depends on changed since run second /,
  );
  expect(await why(`--report=${third}`, "--stage=lint")).toMatch(
    /^lint did not run again: the cache had the result of these inputs/,
  );
  const swapped = await mlPipeline(["why", `--report=${first}`, `--since=${third}`]);
  expect(swapped.exitCode).not.toBe(0);
  expect(swapped.stderr).toContain("give the earlier one as --since");
}, 600_000);

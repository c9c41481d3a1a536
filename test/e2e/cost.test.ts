import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* What a run costs, before it and after it. */

let project: TestProject;
beforeAll(async () => {
  project = await tinyProject();
  await project.edit(
    "pyproject.toml",
    "[tool.ml-pipeline.data]",
    '[tool.ml-pipeline.cost]\ncurrency = "EUR"\ncpu-minute = 6\n\n[tool.ml-pipeline.data]',
  );
});
afterAll(() => project.remove());

const plan = (...more: readonly string[]): Promise<Ended> =>
  mlPipeline(["plan", `--source=${project.source}`, `--data=${project.data}`, ...more]);

it("is unknown before the first run, in its report after it, and planned by that from then on", async () => {
  const before = await plan("text");
  expect(before.exitCode, before.stderr).toBe(0);
  expect(before.stdout).toMatch(/^How long it takes and what it costs is unknown/);
  expect(before.stdout).toMatch(/train +unknown/);

  const reports = join(project.out, "reports/first");
  const ran = await mlPipeline([
    ...["run", `--source=${project.source}`, `--data=${project.data}`, "report", "export", `--path=${reports}`],
  ]);
  expect(ran.exitCode, ran.stderr).toBe(0);
  const report = JSON.parse(await readFile(join(reports, "report.json"), "utf8"));
  expect(report.verdict).toBe("passed");
  expect(report.cost.currency).toBe("EUR");
  // Six euros a minute are a tenth of one a second.
  expect(report.cost.actual.total).toBeCloseTo(report.seconds / 10);
  expect(report.cost.actual.stages.map(({ name }: { name: string }) => name)).toContain("train");
  expect(await readFile(join(reports, "outputs.env"), "utf8")).toContain(
    `COST=${report.cost.actual.total.toFixed(4)}\nCOST_CURRENCY=EUR\n`,
  );

  const after = await plan(`--history=${project.out}`, "text");
  expect(after.exitCode, after.stderr).toBe(0);
  expect(after.stdout).toMatch(/EUR\*, of which .*, by 1 earlier run[.;]/);
  expect(after.stdout).toMatch(/train +from the cache where it still has it, else .*\*/);
  // It may have come from the cache of an earlier test.
  expect(after.stdout).toMatch(/^ {2}train: (by one run alone|never timed at work)$/m);

  await project.write("src/more.py", '"""One more module."""\n');
  const changed = await plan(`--history=${project.out}`, "text");
  expect(changed.stdout).not.toContain("from the cache");

  const none = await plan(`--history=${project.data}`, "text");
  expect(none.stderr).toContain("There is no report.json in the folder of --history");
}, 600_000);

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* What a run costs, before it and after it. */

let project: TestProject;
beforeAll(async () => {
  project = await tinyProject();
  // Of a run that another test has filled the cache for, no stage would be timed.
  await project.renew("src/model.py");
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
  expect(after.stdout).toMatch(/^ {2}train: (by one run alone, from a tenth of that to double|never timed at work)$/m);

  await project.write("src/more.py", '"""One more module."""\n');
  const changed = await plan(`--history=${project.out}`, "text");
  expect(changed.stdout).not.toMatch(/(lint|train) +from the cache/);
  expect(changed.stdout).toMatch(/validate data +from the cache/);

  // The plan comes first where it is asked for, and what came of it stands beside it.
  const second = join(project.out, "reports/second");
  await project.write("prices.toml", "cpu-minute = 60\n");
  const again = await mlPipeline([
    ...[
      `--prices=${join(project.source, "prices.toml")}`,
      "run",
      `--source=${project.source}`,
      `--data=${project.data}`,
    ],
    ...[`--history=${project.out}`, "--plan-first", "report", "export", `--path=${second}`],
  ]);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.stdout + again.stderr).toMatch(/(About|At least) .* EUR\*.*, by 1 earlier run/);
  const { cost, seconds } = JSON.parse(await readFile(join(second, "report.json"), "utf8"));
  expect(cost.actual.total).toBeCloseTo(seconds);
  expect(cost.planned).toMatchObject({ runs: 1 });
  expect(cost.planned.total.middle).toBeGreaterThan(0);
  expect(await readFile(join(second, "index.html"), "utf8")).toContain("Planned by 1 earlier run.");

  const none = await plan(`--history=${project.data}`, "text");
  expect(none.stderr).toContain("There is no report.json in the folder of --history");
}, 600_000);

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";
import { FETCH_WEEK, outputsOf, weekRows } from "./weeks.ts";

/* Weeks of a model's life: what each week's data do to it, by the command line. */

let project: TestProject;
let accepted: string;
beforeAll(async () => {
  project = await tinyProject();
  await project.edit(
    "pyproject.toml",
    "[tool.ml-pipeline.data]",
    '[tool.ml-pipeline.retraining]\njoin = "replace"\nmin-rows = 300\n\n[tool.ml-pipeline.data]',
  );
  await project.write("src/data/fetch.py", FETCH_WEEK);
  accepted = join(project.out, "accepted");
  const ended = await mlPipeline([
    ...["run", `--source=${project.source}`, `--data=${project.data}`, "model", "export", `--path=${accepted}`],
  ]);
  expect(ended.exitCode, ended.stderr).toBe(0);
}, 600_000);
afterAll(() => project.remove());

interface Retrained {
  readonly ended: Ended;
  readonly env: Readonly<Record<string, string>>;
  readonly report: Record<string, never> & {
    readonly retraining: { readonly rows: Record<string, number>; readonly experiment: string; readonly fixed: string };
  };
  readonly folder: string;
}

/** Retrains on a week, and reads the report. */
async function retrained(name: string, rows: string, ...more: readonly string[]): Promise<Retrained> {
  const fresh = join(project.out, `${name}-data`);
  await mkdir(fresh, { recursive: true });
  await writeFile(join(fresh, "rows.csv"), rows);
  return reported(name, `--fresh=${fresh}`, ...more);
}

async function reported(name: string, ...more: readonly string[]): Promise<Retrained> {
  const folder = join(project.out, name);
  const ended = await mlPipeline([
    ...["retraining", `--source=${project.source}`, `--data=${project.data}`, `--baseline=${accepted}`],
    ...["--trigger=schedule", `--run-id=${name}`, ...more, "report", "export", `--path=${folder}`],
  ]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const env = await outputsOf(folder);
  return { ended, env, folder, report: JSON.parse(await readFile(join(folder, "report.json"), "utf8")) };
}

it("fetches the window of its dates, trains on it, and lets a better model go out", async () => {
  await project.write("weeks/2026-01-05.csv", weekRows({ limit: 0.55, seed: 1 }));
  // The fixed test set has what holds from now on.
  const testData = join(project.out, "fixed");
  await mkdir(testData, { recursive: true });
  await writeFile(join(testData, "rows.csv"), weekRows({ limit: 0.55, seed: 9, count: 1000 }));
  const dates = ["--start-date=2026-01-05", "--end-date=2026-01-12"];
  const { env, report, folder } = await reported("better", ...dates, `--test-data=${testData}`);
  expect(env).toMatchObject({
    ...{ VERDICT: "passed", SHOULD_DEPLOY: "true", REASON: "better", FORCED: "false", TRIGGER: "schedule" },
    ...{ WINDOW_START: "2026-01-05", WINDOW_END: "2026-01-12" },
  });
  expect(report.retraining).toMatchObject({
    experiment: "weekly-retrain-better",
    fixed: "what was given (--test-data)",
    reference: "the data that the accepted model was trained on",
    decision: { deploy: true, code: "better" },
  });
  const { before, after, trained, fresh } = report.retraining.rows;
  expect(before).toBe(1200);
  expect(after).toBe(trained);
  expect(Number(trained) + Number(fresh)).toBe(1800);
  expect(Number(fresh)).toBeGreaterThan(400);
  const metrics = JSON.parse(await readFile(join(folder, "metrics.json"), "utf8"));
  for (const set of ["fresh", "fixed"]) {
    const { candidate, baseline, difference } = metrics[set].metrics.accuracy;
    expect(candidate.value).toBeGreaterThan(0.95);
    expect(baseline.value).toBeLessThan(0.94);
    expect(difference.interval.low).toBeGreaterThan(0);
  }
  expect(metrics.fixed.rows).toBe(1000);
  expect(metrics.fresh.rows).toBe(fresh);
  const page = await readFile(join(folder, "index.html"), "utf8");
  expect(page).toContain("better on fresh data beyond noise");
}, 600_000);

it("keeps the accepted model where a new one is not better, which fails nothing", async () => {
  const same = weekRows({ limit: 0.5, seed: 2 });
  const { env, folder } = await retrained("same", same);
  expect(env).toMatchObject({
    VERDICT: "failed",
    SHOULD_DEPLOY: "false",
    REASON: "not-better",
    FAILED_STAGE: "decision",
  });
  const fresh = `--fresh=${join(project.out, "same-data")}`;
  const call = ["retrain", `--source=${project.source}`, `--data=${project.data}`, `--baseline=${accepted}`, fresh];
  const ended = await mlPipeline(call);
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stdout).toMatch(/^The accepted model stays: neither better nor worse on fresh data beyond noise/);
  expect(await readFile(join(folder, "summary.md"), "utf8")).toContain("The accepted model stays");
  const asserted = await mlPipeline(["assert", `--report=${folder}`]);
  expect(asserted.exitCode, asserted.stderr).toBe(0);
  expect(asserted.stdout).toMatch(/^The accepted model stays: /);

  await project.edit("pyproject.toml", "min-rows = 300", "min-rows = 300\nprefer-fresher = true");
  expect((await retrained("fresher", same)).env).toMatchObject({ SHOULD_DEPLOY: "true", REASON: "fresher" });
  await project.edit("pyproject.toml", "\nprefer-fresher = true", "");
}, 600_000);

it("lets a worse model go out by force alone, and says by whose word; a broken one never", async () => {
  // What holds in that week does not hold on the fixed test set, which is the project's own data.
  const odd = weekRows({ limit: 0.7, seed: 3 });
  const worse = await retrained("worse", odd);
  expect(worse.env).toMatchObject({ SHOULD_DEPLOY: "false" });
  const force = ["--force-deploy", "--forced-by=Ada"];
  const forced = await retrained("forced", odd, ...force);
  expect(forced.env).toMatchObject({ VERDICT: "passed", SHOULD_DEPLOY: "true", FORCED: "true", REASON: "worse-fixed" });
  expect(await readFile(join(forced.folder, "summary.md"), "utf8")).toMatch(/^## ⚠️ Forced by Ada/);
  const unsigned = await mlPipeline([
    ...["retrain", `--source=${project.source}`, `--data=${project.data}`, `--baseline=${accepted}`, "--force-deploy"],
  ]);
  expect(unsigned.stderr).toContain("--forced-by=NAME");

  await project.edit(
    "pyproject.toml",
    '[tool.ml-pipeline.gates.schema]\nclasses = ["no", "yes"]',
    '[tool.ml-pipeline.gates.schema]\nclasses = ["maybe"]',
  );
  const broken = await retrained("broken", odd, ...force);
  expect(broken.env).toMatchObject({ VERDICT: "failed", SHOULD_DEPLOY: "false", FAILED_GATE: "schema" });
  await project.edit("pyproject.toml", 'classes = ["maybe"]', 'classes = ["no", "yes"]');
}, 600_000);

it("stops at a window that is starved or poisoned, before anything is trained", async () => {
  const starved = await retrained("starved", weekRows({ limit: 0.5, seed: 4, count: 120 }));
  expect(starved.env).toMatchObject({ SHOULD_DEPLOY: "false", FAILED_STAGE: "validate-window" });
  const call = ["retrain", `--source=${project.source}`, `--data=${project.data}`, `--baseline=${accepted}`];
  const ended = await mlPipeline([...call, `--fresh=${join(project.out, "starved-data")}`]);
  expect(ended.exitCode).not.toBe(0);
  expect(ended.stderr).toContain("starved: it has 120 rows, and at least 300 are needed (retraining.min-rows)");

  const poisoned = await retrained("poisoned", `x,label\n${"NaN,yes\n".repeat(500)}${"0.2,no\n".repeat(400)}`);
  expect(poisoned.env).toMatchObject({ SHOULD_DEPLOY: "false", FAILED_STAGE: "validate-window" });
  const forced = await retrained(
    "forced-poison",
    `x,label\n${"NaN,yes\n".repeat(500)}${"0.2,no\n".repeat(400)}`,
    "--force-deploy",
    "--forced-by=Ada",
  );
  expect(forced.env).toMatchObject({ SHOULD_DEPLOY: "false", FAILED_STAGE: "validate-window" });
}, 600_000);

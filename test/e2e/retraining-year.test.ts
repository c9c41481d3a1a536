import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";
import { outputsOf } from "./weeks.ts";
import { expectMoves, type Week, YEAR, yearProject } from "./year.ts";

/* Weeks of a model in production, as a schedule calls them: whose model is out when is what the pointer of the store says. */

let project: TestProject;
let store: ObjectStore;
let testData: string;
let flags: readonly string[];

beforeAll(async () => {
  store = await startObjectStore();
  ({ project, testData } = await yearProject());
  flags = [
    `--store=s3://${store.bucket}/year-${Date.now()}/?endpoint=${store.url}`,
    "--store-credentials=env:STORE_CREDENTIALS",
  ];
  const first = await call(
    ...["run", ...where(), "--run-id=first", "--store-as=production", "--link=https://ci.example.com/first", "assert"],
  );
  expect(first.exitCode, first.stderr).toBe(0);
}, ENVIRONMENT_MS);
afterAll(async () => {
  await project?.remove();
  await store?.close();
});

const where = (): string[] => [`--source=${project.source}`, `--data=${project.data}`];
const call = (...words: readonly string[]): Promise<Ended> =>
  mlPipeline([...flags, ...words], { STORE_CREDENTIALS: store.credentials.all });

/** Monitoring asks for a retraining, and says what that should watch. */
async function expectAskedFor({ rows }: Week): Promise<string[]> {
  const live = join(project.out, "live");
  await mkdir(live, { recursive: true });
  await writeFile(join(live, "rows.csv"), rows);
  const monitored = join(project.out, "monitored");
  const drift = ["drift", `--source=${project.source}`, `--data=${live}`, `--reference=${project.data}`];
  expect((await call(...drift, "report", "export", `--path=${monitored}`)).exitCode).toBe(0);
  const { RETRAIN, WATCH } = await outputsOf(monitored);
  expect({ RETRAIN, WATCH }).toEqual({ RETRAIN: "true", WATCH: "x" });
  const monitor = await call("monitor", ...drift.slice(1));
  expect(monitor.exitCode).not.toBe(0);
  expect(monitor.stderr).toContain("`ml-pipeline retrain --trigger=drift --watch=x`");
  return ["--trigger=drift", `--watch=${WATCH}`];
}

it.each(YEAR.map((week, index) => ({ ...week, index })))(
  "$what: $reason",
  async (week) => {
    const { day, drifts = false, forcedBy, reason, goesOut, index } = week;
    const folder = join(project.out, `retraining-${index}`);
    const forced =
      forcedBy === undefined
        ? ["--trigger=schedule"]
        : ["--trigger=manual", "--force-deploy", `--forced-by=${forcedBy}`];
    const ended = await call(
      ...["retraining", ...where(), `--start-date=${day}`, "--window=7", `--test-data=${testData}`, `--run-id=${day}`],
      ...(drifts ? await expectAskedFor(week) : forced),
      ...["--store-as=production", "report", "export", `--path=${folder}`],
    );
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(await outputsOf(folder)).toMatchObject({
      ...{ SHOULD_DEPLOY: String(goesOut), REASON: reason, FORCED: String(forcedBy !== undefined) },
    });
  },
  300_000,
);

it("has noted which model was out when", async () => {
  const history = await call("list-models", `--source=${project.source}`, "--pointer=production");
  expect(history.exitCode, history.stderr).toBe(0);
  expectMoves(history.stdout);
  expect(history.stdout).toContain("2026-01-26, drift: better");
  expect(history.stdout).toContain("2026-02-02, manual: worse-fixed, forced by Ada");
}, 60_000);

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";
import { FETCH_WEEK, outputsOf, type WeekOfRows, weekRows } from "./weeks.ts";

/* Weeks of a model in production, as a schedule calls them: whose model is out when is what the pointer of the store says. */

let project: TestProject;
let store: ObjectStore;
let testData: string;
let flags: readonly string[];

beforeAll(async () => {
  store = await startObjectStore();
  // What production was trained on says yes too late: those who labelled it were.
  project = await tinyProject(weekRows({ limit: 0.55, seed: 7 }));
  await project.edit(
    "pyproject.toml",
    "[tool.ml-pipeline.data]",
    '[tool.ml-pipeline.retraining]\njoin = "replace"\ncool-down = 0\nmax-test-overlap = 0.2\n\n[tool.ml-pipeline.data]',
  );
  await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.8");
  await project.write("src/data/fetch.py", FETCH_WEEK);
  testData = join(project.out, "fixed");
  await mkdir(testData, { recursive: true });
  await writeFile(join(testData, "rows.csv"), weekRows({ limit: 0.5, seed: 9, count: 2000 }));
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

/** The week that begins on a day. */
async function fetched(day: string, rows: WeekOfRows | string): Promise<void> {
  await project.write(`weeks/${day}.csv`, typeof rows === "string" ? rows : weekRows(rows));
}

let calls = 0;

/** What a retraining says of the week that begins on a day. */
async function retrained(
  day: string,
  more: readonly string[] = [],
  trigger = "schedule",
): Promise<Readonly<Record<string, string>>> {
  calls += 1;
  const folder = join(project.out, `retraining-${calls}`);
  const ended = await call(
    ...["retraining", ...where(), `--start-date=${day}`, "--window=7", `--test-data=${testData}`],
    ...[`--trigger=${trigger}`, `--run-id=${day}`, "--store-as=production", ...more],
    ...["report", "export", `--path=${folder}`],
  );
  expect(ended.exitCode, ended.stderr).toBe(0);
  return outputsOf(folder);
}

it("lets good models out, and keeps poisoned, starved, worse and repeated weeks from production", async () => {
  await fetched("2026-01-05", { limit: 0.55, seed: 1 });
  expect(await retrained("2026-01-05")).toMatchObject({ SHOULD_DEPLOY: "false", REASON: "not-better" });

  await fetched("2026-01-12", `x,label\n${"NaN,yes\n".repeat(900)}${"0.25,no\n".repeat(900)}`);
  expect(await retrained("2026-01-12")).toMatchObject({ SHOULD_DEPLOY: "false", REASON: "validate-window" });

  await fetched("2026-01-19", { limit: 0.5, seed: 2, count: 120 });
  expect(await retrained("2026-01-19")).toMatchObject({ SHOULD_DEPLOY: "false", REASON: "validate-window" });

  // Customers change, those in the middle above all, where production is wrong; and the labels are right from now on.
  await fetched("2026-01-26", { limit: 0.5, seed: 3, low: 0.25, high: 0.75 });
  const live = join(project.out, "live");
  await mkdir(live, { recursive: true });
  await writeFile(join(live, "rows.csv"), await readFile(join(project.source, "weeks/2026-01-26.csv")));
  const monitored = join(project.out, "monitored");
  const drift = ["drift", `--source=${project.source}`, `--data=${live}`, `--reference=${project.data}`];
  expect((await call(...drift, "report", "export", `--path=${monitored}`)).exitCode).toBe(0);
  const { RETRAIN, WATCH } = await outputsOf(monitored);
  expect({ RETRAIN, WATCH }).toEqual({ RETRAIN: "true", WATCH: "x" });
  const monitor = await call("monitor", ...drift.slice(1));
  expect(monitor.exitCode).not.toBe(0);
  expect(monitor.stderr).toContain("`ml-pipeline retrain --trigger=drift --watch=x`");
  expect(await retrained("2026-01-26", [`--watch=${WATCH}`], "drift")).toMatchObject({
    ...{ SHOULD_DEPLOY: "true", REASON: "better", TRIGGER: "drift" },
  });

  await fetched("2026-02-02", { limit: 0.55, seed: 4 });
  expect(await retrained("2026-02-02")).toMatchObject({ SHOULD_DEPLOY: "false", REASON: "worse-fixed" });
  expect(await retrained("2026-02-02", ["--force-deploy", "--forced-by=Ada"])).toMatchObject({
    ...{ SHOULD_DEPLOY: "true", REASON: "worse-fixed", FORCED: "true" },
  });

  await fetched("2026-02-09", { limit: 0.5, seed: 5 });
  expect(await retrained("2026-02-09")).toMatchObject({ SHOULD_DEPLOY: "true", REASON: "better" });
  // The same call once more, as a job that is started again makes it.
  expect(await retrained("2026-02-09", ["--dry-run"])).toMatchObject({
    SHOULD_DEPLOY: "false",
    REASON: "guard-window",
  });

  const history = await call("list-models", `--source=${project.source}`, "--pointer=production");
  expect(history.exitCode, history.stderr).toBe(0);
  const moves = history.stdout
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => /^ *(\d+) .* accuracy (0\.\d+) .* (\S+)$/.exec(line)?.slice(1))
    .toReversed();
  expect(moves.map((move) => move?.[0])).toEqual(["1", "2", "3", "4"]);
  const [first, good, forced, again] = moves.map((move) => Number(move?.[1]));
  expect(first).toBeGreaterThan(0.9);
  expect(good).toBeGreaterThan(0.95);
  expect(forced).toBeLessThan(0.94);
  expect(again).toBeGreaterThan(0.95);
  expect(history.stdout).toContain("2026-01-26, drift: better");
  expect(history.stdout).toContain("2026-02-02, schedule: worse-fixed, forced by Ada");
}, 900_000);

import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { documentedRules } from "../support/cluster/access.ts";
import { TestCluster } from "../support/cluster/cluster.ts";
import { documentedCronJob } from "../support/cluster/pipeline-pod.ts";
import { isWanted, SKIPPED } from "../support/cluster/programs.ts";
import { imageOf } from "../support/cluster/server-image.ts";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { works } from "./deployer.ts";
import { mlPipeline } from "./pipeline.ts";
import { answerOf } from "./pod-answer.ts";
import { outputsOf } from "./weeks.ts";
import { expectMoves, type Week, YEAR, YEAR_START, type YearProject, yearProject } from "./year.ts";

/*
 * The same weeks on a real cluster: a CronJob's pod, which is the manual's, asks monitoring, trains anew on the included engine, and deploys
 * what is better. What came of a week is asked of the cluster: its image, and the answers of its pods.
 */

const NAMESPACE = "models";
const CRON_JOB = "retrain-churn";

let cluster: TestCluster;
let store: ObjectStore;
let year: YearProject;
let token: string;
/** What the volume keeps. */
let kept: string;
/** The folder of what users sent in the last week. */
let live: string;

beforeAll(async () => {
  if (!isWanted()) return;
  [cluster, year, store] = await Promise.all([
    TestCluster.start({ containers: true }),
    yearProject(),
    startObjectStore(),
  ]);
  const { project, testData } = year;
  const old = await imageOf(cluster.node.registry, "old", {});
  await cluster.serveDocumented({ namespace: NAMESPACE, image: old });
  token = await cluster.deployer(NAMESPACE, (await documentedRules()).rolling);
  const { address, authority } = cluster.plane;
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    [
      `[tool.ml-pipeline.store]\nurl = "s3://${store.bucket}/year?endpoint=${store.url}"\n`,
      `[tool.ml-pipeline.deploy.production]\nnamespace = "${NAMESPACE}"\ndeployment = "model"\nservice = "model"`,
      `timeout = 120\npointer = "production"\nserver = "${address}"\ncertificate-authority = """\n${authority}"""\n`,
      "[tool.ruff]",
    ].join("\n"),
  );
  await project.write("data/rows.csv", YEAR_START);
  [kept, live] = [join(project.out, "kept"), join(project.out, "live")];
  for (const folder of [live, join(kept, "reports"), join(kept, "drift")]) await mkdir(folder, { recursive: true });
  await cp(testData, join(kept, "fixed"), { recursive: true });
  await deployFirst();
  const strings = { apiVersion: "v1", kind: "Secret", metadata: { name: CRON_JOB, namespace: NAMESPACE } };
  await cluster.apply(
    { ...strings, stringData: { store: store.credentials.all, token } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "ml-pipeline", namespace: NAMESPACE } },
    await documentedCronJob({
      image: old,
      claims: { "retrain-churn": kept, "churn-source": project.source, "churn-live": live },
      script: [
        ["$(date -u +%F)", "$(cat /kept/week)"],
        [" --trigger=", ' --start-date="$run" --test-data=/kept/fixed --trigger='],
        ["registry.example.com/churn", `${cluster.node.registry.address}/churn`],
      ],
      env: { ML_PIPELINE_HOST_PORTS: String(cluster.plane.port) },
    }),
  );
}, 3_600_000);
afterAll(async () => {
  await Promise.all([cluster?.close(), store?.close()]);
  await year?.project.remove();
});

/** Calls the pipeline as a person does. */
const called = (...words: readonly string[]): Promise<string> =>
  works(
    mlPipeline(["--cluster-token=env:TEST_TOKEN", "--store-credentials=env:TEST_STORE", ...words], {
      ...{ ML_PIPELINE_HOST_PORTS: String(cluster.plane.port), TEST_TOKEN: token, TEST_STORE: store.credentials.all },
    }),
  );
const kubectl = (...words: readonly string[]): Promise<string> => cluster.kubectl("-n", NAMESPACE, ...words);
const source = (): string => `--source=${year.project.source}`;
const address = (tag: string): string => `--address=${cluster.node.registry.address}/churn:${tag}`;

/** A person lets an image go to production with what its run has reported. */
const deploy = (image: string, report: string): Promise<string> =>
  called("deploy", source(), `--image=${image}`, "--environment=production", `--report=${report}`);

async function deployFirst(): Promise<void> {
  const report = join(year.project.out, "first");
  await called(
    ...[
      "run",
      source(),
      "--run-id=first",
      address("first"),
      "--store-as=production",
      "report",
      "export",
      `--path=${report}`,
    ],
  );
  const { IMAGE = "" } = await outputsOf(report);
  await deploy(IMAGE, report);
}

const jobStatus = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
});

/** What the CronJob's pod reports of a week, as if its time had come. */
async function scheduled({ day, rows }: Week, name: string): Promise<string> {
  await writeFile(join(kept, "week"), day);
  await writeFile(join(live, "rows.csv"), rows);
  await kubectl("create", "job", `--from=cronjob/${CRON_JOB}`, name);
  for (;;) {
    const { conditions } = jobStatus.parse(JSON.parse(await kubectl("get", "job", name, "-o", "json"))).status;
    const ended = conditions.filter(({ status }) => status === "True").map(({ type }) => type);
    if (ended.includes("Complete")) return join(kept, "reports", day);
    if (ended.includes("Failed")) {
      throw new Error(
        `${await kubectl("logs", `job/${name}`)}\n${await kubectl("describe", "pods", "-l", `job-name=${name}`)}`,
      );
    }
    await sleep(1000);
  }
}

/** What the report says of a retraining that a person forces, who then lets it go to production: no CronJob does. */
async function forced({ day, forcedBy }: Week): Promise<string> {
  const report = join(year.project.out, "forced");
  await called(
    ...[
      "retraining",
      source(),
      `--start-date=${day}`,
      `--test-data=${join(kept, "fixed")}`,
      "--trigger=manual",
      `--run-id=${day}`,
    ],
    ...["--force-deploy", `--forced-by=${forcedBy}`, address("forced"), "--store-as=candidate"],
    ...["report", "export", `--path=${report}`],
  );
  const { IMAGE = "" } = await outputsOf(report);
  await deploy(IMAGE, report);
  return report;
}

/** The row of a week: what came, what was decided, and what runs now. */
const row = (...cells: readonly string[]): string =>
  cells.map((cell, index) => cell.padEnd([10, 16, 8, 15, 12, 0][index] ?? 0)).join("  ");
const table = [row("week", "what came", "trigger", "decision", "runs", "0.52 is")];
afterAll(() => {
  if (table.length > 1) process.stdout.write(`\n${table.join("\n")}\n`);
});

const annotations = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()) }) });

/** What production answers of a row that those who label it have changed their mind about. */
let answer = "no";

it.for(YEAR.map((week, index) => ({ ...week, index })))(
  "$day, $what: $reason",
  { timeout: 900_000 },
  async (week, test) => {
    if (!isWanted()) return test.skip(SKIPPED);
    const { what, day, drifts = false, forcedBy, reason, goesOut, index } = week;
    const before = await cluster.image(NAMESPACE);
    const report = forcedBy === undefined ? await scheduled(week, `week-${index}`) : await forced(week);
    const said = await outputsOf(report);
    const trigger = forcedBy === undefined ? (drifts ? "drift" : "schedule") : "manual";
    expect(said).toMatchObject({
      ...{ SHOULD_DEPLOY: String(goesOut), REASON: reason, FORCED: String(forcedBy !== undefined), TRIGGER: trigger },
    });
    const now = await cluster.image(NAMESPACE);
    if (goesOut) answer = forcedBy === undefined ? "yes" : "no";
    expect(now).toBe(goesOut ? said.IMAGE : before);
    expect(await answerOf(cluster, { namespace: NAMESPACE, image: now, x: 0.52 })).toEqual({ predictions: [answer] });
    const { metadata } = annotations.parse(JSON.parse(await kubectl("get", "deployment", "model", "-o", "json")));
    expect(metadata.annotations).toMatchObject({ "ml-pipeline/image": now, "ml-pipeline/verdict": "passed" });
    const status = await called("status", source(), "--environment=production");
    expect(status).toContain(now);
    expect(status).toMatch(/pods +3 of 3 ready/);
    table.push(row(day, what, trigger, reason, now.replace(/^.*@sha256:(.{12}).*/, "$1"), answer));
  },
);

it("has noted which model was out when", async (test) => {
  if (!isWanted()) return test.skip(SKIPPED);
  const listed = await called("list-models", source(), "--pointer=production");
  expectMoves(listed);
  expect(listed).toMatch(/2026-01-26, drift: better.*\/churn:weekly@/);
  expect(listed).toMatch(/production runs \S+\/churn:forced@/);
}, 60_000);

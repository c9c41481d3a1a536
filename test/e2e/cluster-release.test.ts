import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentedRules } from "../support/cluster/access.ts";
import { TestCluster } from "../support/cluster/cluster.ts";
import { isWanted, SKIPPED } from "../support/cluster/programs.ts";
import { imageOf } from "../support/cluster/server-image.ts";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { beginMlPipeline, type Ended, mlPipeline } from "./pipeline.ts";
import { answerOf as podAnswer } from "./pod-answer.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

/*
 * A tag from the project to production on a real cluster, whose pods run the image that the pipeline has built. One story, since each part
 * stands on the one before: releases that are killed in their middle go on, a person lets one go to production, two at once notice each
 * other, and production goes back.
 */

const ENVIRONMENTS = ["staging", "production"] as const;
type Environment = (typeof ENVIRONMENTS)[number];

let cluster: TestCluster;
let project: TestProject;
let store: ObjectStore;
let old: string;
let kubeconfig: string;
beforeAll(async () => {
  if (!isWanted()) return;
  [cluster, project, store] = await Promise.all([
    TestCluster.start({ containers: true }),
    tinyProject(),
    startObjectStore(),
  ]);
  old = await imageOf(cluster.node.registry, "old", {});
  kubeconfig = await serveBoth();
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    [
      ...ENVIRONMENTS.flatMap((name) => [
        `[tool.ml-pipeline.deploy.${name}]`,
        `context = "${name}"\ndeployment = "model"\nservice = "model"\ntimeout = 120\npointer = "${name}"\n`,
      ]),
      "[tool.ml-pipeline.approval]\nneeds-gain = false\n",
      "[tool.ruff]",
    ].join("\n"),
  );
}, 3_600_000);
afterAll(async () => {
  await Promise.all([cluster?.close(), store?.close(), project?.remove()]);
});

/** Lets both environments serve what the pipeline has not made, and gives a kubeconfig with a context for each. */
async function serveBoth(): Promise<string> {
  const { rolling } = await documentedRules();
  const configs = [];
  for (const namespace of ENVIRONMENTS) {
    await cluster.serveDocumented({ namespace, image: old });
    configs.push(JSON.parse(cluster.plane.kubeconfig(await cluster.deployer(namespace, rolling), namespace)));
  }
  const [one] = configs;
  return JSON.stringify({
    ...one,
    users: configs.map(({ users: [{ user }] }, index) => ({ name: ENVIRONMENTS[index], user })),
    contexts: ENVIRONMENTS.map((name) => ({ name, context: { cluster: "tests", user: name, namespace: name } })),
  });
}

const onCluster = (name: string, work: () => Promise<void>): void =>
  it(name, async (test) => {
    if (!isWanted()) return test.skip(SKIPPED);
    await work();
  }, 900_000);

const words = (...args: readonly string[]): string[] => [
  ...["--kubeconfig=env:TEST_KUBECONFIG", "--store-credentials=env:TEST_STORE"],
  ...[`--store=s3://${store.bucket}/releases?endpoint=${store.url}`, ...args],
];
const env = (): Record<string, string> => ({
  ML_PIPELINE_HOST_PORTS: String(cluster.plane.port),
  TEST_KUBECONFIG: kubeconfig,
  TEST_STORE: store.credentials.all,
});
const called = (...args: readonly string[]): Promise<Ended> => mlPipeline(words(...args), env());
const source = (): string => `--source=${project.source}`;
const releaseWords = (tag: string, data = project.data): string[] => [
  ...["release", `--tag=${tag}`, source(), `--data=${data}`, `--address=${cluster.node.registry.address}/tiny`],
  "--baseline-from=store:production",
];
const FIRST = "v1.0.0";
/** There is no accepted model to compare it with. */
const first = (): string[] => releaseWords(FIRST).slice(0, -1);

/** Calls the pipeline, and kills it with all that it has started as soon as something has come about. */
async function killed(args: readonly string[], hasComeAbout: () => Promise<boolean>): Promise<void> {
  const begun = beginMlPipeline(words(...args), env());
  while (!(await hasComeAbout())) {
    if (begun.hasEnded) throw new Error("it has ended before it could be killed");
    await sleep(20);
  }
  await begun.kill();
}

const running = (environment: Environment): Promise<string> => cluster.image(environment);
const revisions = async (environment: Environment): Promise<number> =>
  (await cluster.kubectl("-n", environment, "get", "replicasets", "-o", "name")).trim().split("\n").length;

const answerOf = (namespace: Environment, of: string): Promise<unknown> =>
  podAnswer(cluster, { namespace, image: of, x: 0.9 });

/** Where a pointer of the store stands; empty before its first move. */
const pointer = async (name: string): Promise<string> =>
  new RegExp(`^${name} .*(sha256:[0-9a-f]{64})`, "m").exec((await called("list-models", source())).stdout)?.[1] ?? "";

const repository = (): string => join(cluster.node.registry.folder, "data/docker/registry/v2/repositories/tiny");
const tags = (): Promise<string[]> => readdir(join(repository(), "_manifests/tags")).catch(() => []);

let image = "";

onCluster("is killed while it pushes, and nothing has the tag", async () => {
  await killed(first(), async () => existsSync(join(repository(), "_layers")));
  expect(await tags()).toEqual([]);
  expect(await running("staging")).toBe(old);
});

onCluster("is killed while staging changes, and staging's rollout goes on", async () => {
  await killed(first(), async () => (await running("staging")) !== old);
  image = await running("staging");
  expect(image).toMatch(new RegExp(`^${cluster.node.registry.address}/tiny:${FIRST}@sha256:[0-9a-f]{64}$`));
  expect(await tags()).toContain(FIRST);
  expect(await running("production")).toBe(old);
  expect(await pointer("staging")).toBe("");
});

onCluster("goes on from there, and waits for a person", async () => {
  const released = await called(...first());
  expect(released.exitCode, released.stderr).toBe(0);
  expect(released.stdout).toContain(`✓ publish: ${image} is there already\n`);
  expect(released.stdout).toMatch(
    /✓ deploy staging: staging runs it .*; health, answer as it should be; moved staging/,
  );
  expect(released.stdout).toMatch(/– deploy production: production waits for a person/);
  expect([await running("staging"), await running("production")]).toEqual([image, old]);
  expect([await revisions("staging"), await revisions("production")]).toEqual([2, 1]);
  expect(await answerOf("staging", image)).toEqual({ predictions: ["yes"] });
});

onCluster("goes to production by a person's word", async () => {
  const promoted = await called(
    ...["promote", source(), "--from=staging", "--to=production", `--approve-image=${image}`],
  );
  expect(promoted.exitCode, promoted.stderr).toBe(0);
  expect(await running("production")).toBe(image);
  expect(await answerOf("production", image)).toEqual({ predictions: ["yes"] });
  expect(await pointer("production")).toBe(await pointer("staging"));
  const status = await called("status", source(), "--environment=production");
  expect(status.stdout).toMatch(/verdict +passed/);
  expect(status.stdout).toMatch(/pods +3 of 3 ready/);
});

onCluster("lets one of two releases at once have production", async () => {
  const releases = [
    { tag: "v1.1.0", rows: 1300 },
    { tag: "v1.2.0", rows: 1400 },
  ];
  const ended = await Promise.all(
    releases.map(async ({ tag, rows }) => {
      const data = join(project.source, "..", tag);
      await mkdir(data);
      await writeFile(join(data, "rows.csv"), dataRows(rows));
      return { tag, ...(await called(...releaseWords(tag, data))) };
    }),
  );
  const said = ended.map(({ tag, stdout, stderr }) => `${tag}\n${stdout}${stderr}`).join("\n");
  const now = await running("production");
  const winners = ended.filter(({ stdout, exitCode }) => exitCode === 0 && /✓ deploy production/.test(stdout));
  expect(winners.length, said).toBeGreaterThan(0);
  expect(
    winners.some(({ tag }) => now.includes(`:${tag}@`)),
    said,
  ).toBe(true);
  for (const { stdout, stderr } of ended.filter((one) => !winners.includes(one))) {
    expect(stdout + stderr).toMatch(
      /waits for a person: |by another release or by hand|v1\.\d\.0 by now|Drift: |ml-pipeline at /,
    );
  }
  expect(await answerOf("production", now)).toEqual({ predictions: ["yes"] });
});

onCluster("goes back to what production ran before", async () => {
  const withdrawn = await pointer("production");
  const back = await called("rollback", source(), "--environment=production");
  expect(back.exitCode, back.stderr).toBe(0);
  expect(back.stdout).toMatch(/^went back in [\d.]+ s: production/);
  expect(await pointer("production")).not.toBe(withdrawn);
  expect(await answerOf("production", await running("production"))).toEqual({ predictions: ["yes"] });
  const status = await called("status", source(), "--environment=production");
  expect(status.exitCode, status.stderr).toBe(0);
});

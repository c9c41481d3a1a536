import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentedRules } from "../support/cluster/access.ts";
import { TestCluster } from "../support/cluster/cluster.ts";
import { REAL_NODE } from "../support/cluster/node.ts";
import { isWanted, SKIPPED } from "../support/cluster/programs.ts";
import { imageOf, type Serving } from "../support/cluster/server-image.ts";
import { type Begin, type Caller, inNamespace, requests } from "./cluster-calls.ts";
import { fails, works } from "./deployer.ts";
import { judgedReport } from "./judged-report.ts";

/*
 * Deploy and its canary with pods that are real: a kubelet pulls their images from a registry and runs them in containerd, and what is
 * asked of them goes through the API server.
 */

const PROBE = { readinessProbe: { httpGet: { path: "/health", port: 8080 }, periodSeconds: 1, failureThreshold: 1 } };

let cluster: TestCluster;
beforeAll(async () => {
  if (isWanted()) cluster = await TestCluster.start({ containers: true });
}, 3_600_000);
afterAll(() => cluster?.close());

const image = (name: string, serving: Serving = {}): Promise<string> => imageOf(cluster.node.registry, name, serving);

/** A test of a Deployment that runs `old`, which answers after 5 ms. */
const onCluster = (
  name: string,
  { settings = "", ...given }: Partial<Begin>,
  work: (caller: Caller) => Promise<void>,
): void =>
  it(name, async (test) => {
    if (!isWanted()) return test.skip(SKIPPED);
    const begin = { node: REAL_NODE, container: PROBE, ...given, image: await image("old", { takes: 5 }) };
    await inNamespace(cluster, name, { ...begin, settings: `timeout = 120\n${settings}` }, work);
  }, 900_000);

onCluster("deploys what answers as the judged image did, and goes back from what does not", {}, async (caller) => {
  const good = await image("good");
  const deployed = await works(caller.deploy(good, await judgedReport(caller.project, good)));
  expect(deployed).toMatch(/✓ health: GET \/health of pod \S+ answered/);
  expect(deployed).toMatch(/✓ answer: POST \/predict of pod \S+ answers as the judged image did/);
  const other = await image("other", { otherwise: 1 });
  const said = await fails(caller.deploy(other, await judgedReport(caller.project, other)));
  expect(said).toMatch(/POST \/predict answers \["no"\], and the judged image answered \["yes"\]/);
  expect(said).toMatch(/It went back to revision 2/);
  expect(await caller.image()).toBe(good);
  expect(await works(caller.call("status"))).toMatch(/pods +2 of 2 ready/);
});

onCluster("goes back from a container that crashes, and shows its last lines", {}, async (caller) => {
  const said = await fails(caller.deploy(await image("crash", { does: "crash" })));
  expect(said).toMatch(/ends again and again, with exit code 3/);
  expect(said).toContain("ModuleNotFoundError: No module named 'sklearn'");
  expect(said).toMatch(/It went back to revision 1/);
});

onCluster("goes back from an image that the registry does not have", {}, async (caller) => {
  const good = await image("good");
  const said = await fails(caller.deploy(good.replace(/.{8}$/, "00000000")));
  expect(said).toMatch(/not found/);
  expect(said).toMatch(/It went back to revision 1/);
});

onCluster("goes back from a container that is never ready", { settings: "ready-seconds = 5" }, async (caller) => {
  const said = await fails(caller.deploy(await image("unready", { does: "unready" })));
  expect(said).toMatch(/Readiness probe failed: HTTP probe failed with statuscode: 503/);
  expect(said).toMatch(/It went back to revision 1/);
});

/** A canary with bounds that few requests decide. The way through the API server takes longer than the answers, on a busy machine. */
const CANARY = `strategy = "canary"
checks = ["health"]
canary = { steps = [0.5], requests = 800, max-disagreement = 0.05, max-errors = 0.05, max-slowdown = 0.5, max-slow = 0.2 }`;

/** Lets the caller make a canary, and gives the argument of what is asked. */
async function canaryRequests(caller: Caller): Promise<string> {
  await cluster.deployer(caller.namespace, (await documentedRules()).canary);
  const file = join(caller.project, "requests.jsonl");
  await writeFile(file, requests());
  return `--requests=${file}`;
}

const canaryOf = async (caller: Caller, serving: Serving): ReturnType<Caller["deploy"]> =>
  caller.deploy(await image("candidate", serving), await canaryRequests(caller));

/** Nothing of a canary is left, whatever came out. */
async function expectNothingLeft(caller: Caller): Promise<void> {
  await sleep(1000);
  const left = await caller.kubectl("get", "deployments", "-o", "name");
  expect(left.trim()).toBe("deployment.apps/model");
}

onCluster("lets a canary through that does as production does", { settings: CANARY }, async (caller) => {
  expect(await works(canaryOf(caller, { takes: 5, version: 2 }))).toMatch(/^deployed in/);
  await expectNothingLeft(caller);
});

onCluster("takes back a canary that takes longer", { settings: CANARY }, async (caller) => {
  const said = await fails(canaryOf(caller, { takes: 80 }));
  expect(said).toMatch(/not deployed; the canary was taken back after [\d.]+ s, and what ran goes on/);
  expect(said).toMatch(/longer answers than production's/);
  await expectNothingLeft(caller);
  expect(await caller.image()).toMatch(/\/old@/);
});

/** Waits until a canary is asked: both of its Deployments have pods that are ready. */
async function untilAsked(caller: Caller): Promise<void> {
  const path = "jsonpath={range .items[*]}{.status.readyReplicas} {end}";
  const ends = Date.now() + 120_000;
  while (!/^1 1 /.test(await caller.kubectl("get", "deployments", "-l", "ml-pipeline/of=model", "-o", path))) {
    if (Date.now() > ends) throw new Error("the pods of the canary are not ready");
    await sleep(200);
  }
  await sleep(2000);
}

onCluster("goes on with a canary once an API server is back that was killed", { settings: CANARY }, async (caller) => {
  const deploying = canaryOf(caller, { takes: 5, version: 3 });
  await untilAsked(caller);
  await cluster.plane.killServer();
  await sleep(3000);
  await cluster.plane.startServer();
  const said = await works(deploying);
  expect(said).toMatch(/^deployed in/);
  expect(said).toMatch(/✓ errors: 0 %/);
  await expectNothingLeft(caller);
});

onCluster("removes a canary that was killed, and production stays as it was", { settings: CANARY }, async (caller) => {
  const before = await caller.image();
  const candidate = await image("candidate", { takes: 5, version: 4 });
  const words = ["deploy", `--image=${candidate}`, await canaryRequests(caller)] as const;
  const killed = caller.begin(...words);
  await untilAsked(caller);
  await killed.kill();
  expect(await caller.image()).toBe(before);
  expect(await fails(caller.call(...words))).toMatch(/Another call tries a canary/);
  // As if the time were over after which it is taken for abandoned.
  const long = "ml-pipeline/seen=2026-01-01T00:00:00Z";
  await caller.kubectl("annotate", "deployments", "-l", "ml-pipeline/of=model", "--overwrite", long);
  expect(await fails(caller.call("status"))).toMatch(/has left its canary/);
  expect(await works(caller.call(...words))).toMatch(/^deployed in/);
  await expectNothingLeft(caller);
});

onCluster("takes back a canary that answers otherwise", { settings: CANARY }, async (caller) => {
  const said = await fails(canaryOf(caller, { takes: 5, otherwise: 0.5 }));
  expect(said).toMatch(/deploy\.staging\.canary\.max-disagreement/);
  await expectNothingLeft(caller);
});

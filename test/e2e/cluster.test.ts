import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentedRules } from "../support/cluster/access.ts";
import { TestCluster } from "../support/cluster/cluster.ts";
import type { Fate } from "../support/cluster/kwok.ts";
import { isWanted, SKIPPED } from "../support/cluster/programs.ts";
import { type Begin, type Caller, inNamespace, requests } from "./cluster-calls.ts";
import { fails, works } from "./deployer.ts";

/*
 * Deploy, rollback and status against a real API server with its controllers and scheduler, by a ServiceAccount that has the Role of the
 * manual. Pods have no containers here: KWOK says of them what a kubelet would.
 */

const image = (name: string): string => `registry.example/team/${name}@sha256:${"0123456789abcdef".repeat(4)}`;
const [OLD, NEW, OTHER, SLOW] = ["old", "new", "other", "slow"].map(image) as [string, string, string, string];
const FATES: readonly Fate[] = ["crash", "unready", "missing", "slow"];
const LARGE = "large";
/** The node that has room for three pods and no more. */
const SMALL = "small";

let cluster: TestCluster;
beforeAll(async () => {
  if (!isWanted()) return;
  const fates = Object.fromEntries(FATES.map((fate) => [image(fate), fate]));
  cluster = await TestCluster.start({ nodes: { [LARGE]: 200, [SMALL]: 3 }, fates });
}, 3_600_000);
afterAll(() => cluster?.close());

/** A test of a Deployment that runs `OLD`. */
const onCluster = (
  name: string,
  { settings = "", ...given }: Partial<Begin>,
  work: (caller: Caller) => Promise<void>,
): void =>
  it(name, async (test) => {
    if (!isWanted()) return test.skip(SKIPPED);
    const begin = { image: OLD, node: LARGE, ...given, settings: `checks = []\ntimeout = 60\n${settings}` };
    await inNamespace(cluster, name, begin, work);
  }, 600_000);

/** Waits until somebody has set an image. */
async function untilSet(caller: Caller, wanted: string): Promise<void> {
  const ends = Date.now() + 120_000;
  while ((await caller.image()) !== wanted) {
    if (Date.now() > ends) throw new Error(`nobody has set ${wanted}`);
    await sleep(100);
  }
}

const revisions = async (caller: Caller): Promise<string[]> =>
  (await caller.kubectl("get", "replicasets", "--no-headers")).trim().split("\n");

onCluster("deploys once, says what runs, and goes back", {}, async (caller) => {
  expect(await works(caller.deploy(NEW, "--dry-run"))).toContain(`the image of container serve: ${OLD} -> ${NEW}`);
  expect(await caller.image()).toBe(OLD);
  expect(await works(caller.deploy(NEW))).toMatch(/^deployed in [\d.]+ s: staging/);
  expect(await works(caller.deploy(NEW))).toMatch(/^unchanged, it runs already/);
  expect(await revisions(caller)).toHaveLength(2);
  expect(await works(caller.call("status"))).toMatch(/pods +2 of 2 ready, revision 2/);
  const history = await caller.kubectl("rollout", "history", "deployment/model");
  expect(history).toMatch(/^2 +ml-pipeline deploy registry\.example\/team\/new/m);
  expect(await works(caller.call("rollback"))).toMatch(/^went back in [\d.]+ s: staging/);
  expect(await caller.image()).toBe(OLD);
  expect(await works(caller.call("status"))).toContain(OLD);
});

onCluster("takes a token in place of a kubeconfig", {}, async (caller) => {
  const { address, authority } = cluster.plane;
  const server = `server = "${address}"\ncertificate-authority = """\n${authority}"""`;
  await caller.settings(`checks = []\nnamespace = "${caller.namespace}"\n${server}`);
  const kubeconfig = JSON.parse(caller.env.TEST_KUBECONFIG ?? "") as { users: [{ user: { token: string } }] };
  const [{ user }] = kubeconfig.users;
  const bare = caller.with({ TEST_TOKEN: user.token }, ["--cluster-token=env:TEST_TOKEN"]);
  expect(await works(bare.deploy(NEW))).toMatch(/^deployed in/);
  expect(await fails(bare.with({ TEST_TOKEN: `${user.token}x` }).call("status"))).toMatch(/refuses the credentials/);
});

onCluster("says that a certificate is not trusted", {}, async (caller) => {
  const kubeconfig = JSON.parse(caller.env.TEST_KUBECONFIG ?? "") as { clusters: [{ cluster: object }] };
  const [{ cluster: found }] = kubeconfig.clusters;
  const [another = ""] = rootCertificates;
  Object.assign(found, { "certificate-authority-data": Buffer.from(another).toString("base64") });
  const stranger = caller.with({ TEST_KUBECONFIG: JSON.stringify(kubeconfig) });
  expect(await fails(stranger.deploy(NEW))).toMatch(/There is no safe connection to/);
});

onCluster("names the rights that it lacks", { granted: [] }, async (caller) => {
  expect(await fails(caller.deploy(NEW))).toMatch(/forbids it: .*cannot get resource "deployments"/);
  const { rolling } = await documentedRules();
  const changes = new Set(["patch"]);
  const reading = rolling.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => !changes.has(verb)) }));
  await cluster.deployer(caller.namespace, reading);
  expect(await fails(caller.deploy(NEW))).toContain("They lack: patch deployments. Nothing was changed.");
  await cluster.deployer(caller.namespace, rolling);
  await caller.settings('strategy = "canary"');
  await writeFile(join(caller.project, "requests.jsonl"), requests());
  const canary = await fails(caller.deploy(NEW, `--requests=${join(caller.project, "requests.jsonl")}`));
  expect(canary).toContain("They lack: create deployments, delete deployments. Nothing was changed.");
  expect(await caller.image()).toBe(OLD);
});

for (const [fate, settings, why] of [
  ["crash", "", /Container serve of pod \S+ ends again and again, with exit code 3/],
  ["missing", "", /not found/],
  ["unready", "ready-seconds = 4", /Readiness probe failed: HTTP probe failed with statuscode: 503/],
] as const) {
  onCluster(`goes back from pods that are ${fate}`, { settings }, async (caller) => {
    const said = await fails(caller.deploy(image(fate)));
    expect(said).toMatch(why);
    expect(said).toMatch(
      /It went back to revision 1, registry\.example\/team\/old\S+, whose pods are ready; none was asked/,
    );
    expect(await caller.image()).toBe(OLD);
    expect(await works(caller.call("status"))).toMatch(/pods +2 of 2 ready/);
  });
}

onCluster(
  "goes back where no node has room",
  { node: SMALL, replicas: 3, settings: "patience-seconds = 4" },
  async (caller) => {
    const said = await fails(caller.deploy(NEW));
    expect(said).toMatch(/Too many pods/);
    expect(said).toMatch(/It went back to revision 1/);
    expect(await caller.image()).toBe(OLD);
  },
);

onCluster("leaves what somebody else sets meanwhile", { settings: "ready-seconds = 60" }, async (caller) => {
  const deploying = caller.deploy(image("unready"));
  await untilSet(caller, image("unready"));
  await caller.kubectl("set", "image", "deployment/model", `serve=${OTHER}`);
  const said = await fails(deploying);
  expect(said).toMatch(/kubectl-set/);
  expect(said).toContain("Nothing was undone");
  expect(await caller.image()).toBe(OTHER);
});

onCluster("outlives an API server that is killed and comes back", {}, async (caller) => {
  const deploying = caller.deploy(SLOW);
  await untilSet(caller, SLOW);
  await cluster.plane.killServer();
  await sleep(3000);
  await cluster.plane.startServer();
  expect(await works(deploying)).toMatch(/^deployed in/);
  expect(await caller.image()).toBe(SLOW);
});

onCluster("goes on where it was killed", {}, async (caller) => {
  const begun = caller.begin("deploy", `--image=${SLOW}`);
  await untilSet(caller, SLOW);
  await begun.kill();
  const status = await caller.call("status");
  expect(status.stdout + status.stderr).toContain("began, and has not noted how it ended");
  expect(await works(caller.deploy(SLOW))).toMatch(/^deployed in/);
  expect(await revisions(caller)).toHaveLength(2);
  expect(await works(caller.call("rollback"))).toMatch(/^went back in/);
  expect(await caller.image()).toBe(OLD);
});

onCluster("lets the one that runs in the end win of two that deploy at once", {}, async (caller) => {
  const wanted = [SLOW, NEW];
  const ended = await Promise.all(wanted.map((one) => caller.deploy(one)));
  // Where one has ended before the other began, both have worked, one after the other.
  const winners = wanted.filter((_, index) => ended[index]?.exitCode === 0);
  expect(winners, ended.map(({ stderr }) => stderr).join("\n")).toContain(await caller.image());
  for (const { exitCode, stderr } of ended) if (exitCode !== 0) expect(stderr).toMatch(/ml-pipeline at /);
});

onCluster("says what runs that was not deployed", {}, async (caller) => {
  await works(caller.deploy(NEW));
  await caller.kubectl("set", "image", "deployment/model", `serve=${OTHER}`);
  await caller.kubectl("rollout", "status", "deployment/model", "--timeout=60s");
  const said = await fails(caller.call("status"));
  expect(said).toContain(`Drift: ${NEW} was deployed, and the Deployment is to run ${OTHER}, which somebody else set.`);
});

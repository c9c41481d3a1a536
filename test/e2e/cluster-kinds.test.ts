import { afterAll, beforeAll, expect, it } from "vitest";
import { isArgoWanted } from "../support/cluster/argo.ts";
import { TestCluster } from "../support/cluster/cluster.ts";
import { KserveHand } from "../support/cluster/kserve.ts";
import { isWanted, SKIPPED } from "../support/cluster/programs.ts";
import { type Begin, type Caller, inNamespace } from "./cluster-calls.ts";
import { fails, works } from "./deployer.ts";

/*
 * Deploying to a Rollout against the controller of Argo Rollouts, and to an InferenceService against its kind alone, on a real API server.
 * Pods have no containers here: KWOK says of them what a kubelet would.
 */

const image = (name: string): string => `registry.example/team/${name}@sha256:${"0123456789abcdef".repeat(4)}`;
const [OLD, NEW] = ["old", "new"].map(image) as [string, string];
const isAsked = (): boolean => isWanted() && isArgoWanted();

let cluster: TestCluster;
let kserve: KserveHand;
beforeAll(async () => {
  if (!isAsked()) return;
  cluster = await TestCluster.start({ nodes: { large: 200 }, fates: { [image("crash")]: "crash" }, argo: true });
  kserve = await KserveHand.start(cluster);
}, 3_600_000);
afterAll(async () => {
  await kserve?.end();
  await cluster?.close();
});

const onCluster = (name: string, begin: () => Partial<Begin>, work: (caller: Caller) => Promise<void>): void =>
  it(name, async (test) => {
    if (!isAsked()) return test.skip(SKIPPED);
    const settings = "checks = []\ntimeout = 120\n";
    await inNamespace(cluster, name, { image: OLD, settings, ...begin() }, work);
  }, 900_000);

const onRollout = (name: string, steps: readonly object[], work: (caller: Caller) => Promise<void>): void =>
  onCluster(name, () => ({ kind: "rollout", serve: (given) => cluster.serveRollout(given, steps) }), work);

const imageOf = (caller: Caller): Promise<string> =>
  caller.kubectl("get", "rollout", "model", "-o", "jsonpath={.spec.template.spec.containers[0].image}");

/** What `kubectl argo rollouts promote` and `abort` do. */
const says = (caller: Caller, status: object): Promise<string> =>
  caller.kubectl(
    "patch",
    "rollout",
    "model",
    "--subresource=status",
    "--type=merge",
    `--patch=${JSON.stringify({ status })}`,
  );

const sets = async (caller: Caller): Promise<string[]> =>
  (await caller.kubectl("get", "replicasets", "--no-headers")).trim().split("\n");

onRollout(
  "a Rollout goes through its steps and back",
  [{ setWeight: 50 }, { pause: { duration: "2s" } }],
  async (caller) => {
    expect(await works(caller.deploy(NEW))).toMatch(/^deployed in [\d.]+ s: staging \(Rollout model/);
    expect(await works(caller.deploy(NEW))).toMatch(/^unchanged, it runs already/);
    expect(await sets(caller)).toHaveLength(2);
    expect(await works(caller.call("status"))).toMatch(/pods +2 of 2 ready, revision 2/);
    expect(await works(caller.call("rollback"))).toMatch(/^went back in [\d.]+ s: staging/);
    expect(await imageOf(caller)).toBe(OLD);
    // It went back to the ReplicaSet of before, although the API server has filled in its template.
    expect(await sets(caller)).toHaveLength(2);
    expect(await works(caller.call("status"))).toContain(OLD);
  },
);

onRollout("a Rollout goes back from pods that crash", [{ setWeight: 50 }, { pause: {} }], async (caller) => {
  const said = await fails(caller.deploy(image("crash")));
  expect(said).toMatch(/Container serve of pod \S+ ends again and again, with exit code 3/);
  expect(said).toMatch(
    /It went back to revision 1, registry\.example\/team\/old\S+, whose pods are ready; none was asked/,
  );
  expect(await imageOf(caller)).toBe(OLD);
  expect(await works(caller.call("status"))).toMatch(/pods +2 of 2 ready/);
});

onRollout("a Rollout waits for a person", [{ setWeight: 50 }, { pause: {} }], async (caller) => {
  expect(await works(caller.deploy(NEW))).toMatch(/^staging waits for a person, at step 2 of 2 of its canary/);
  expect(await works(caller.call("status"))).toMatch(/waits for +a person, at step 2 of 2/);
  await says(caller, { pauseConditions: null });
  expect(await works(caller.deploy(NEW))).toMatch(/^deployed in/);
  expect(await imageOf(caller)).toBe(NEW);
  // The way back leaves the steps out, of which one would wait for a person.
  expect(await works(caller.call("rollback"))).toMatch(/^went back in/);
  expect(await works(caller.call("status"))).toContain(OLD);
});

onRollout("a Rollout that a person takes back goes back", [{ setWeight: 50 }, { pause: {} }], async (caller) => {
  await works(caller.deploy(NEW));
  await says(caller, { abort: true });
  const said = await fails(caller.deploy(NEW));
  expect(said).toMatch(
    /The controller of Rollout model in namespace \S+ gave up: Rollout aborted update to revision 2/,
  );
  expect(said).toMatch(/It went back to revision 1/);
  expect(await imageOf(caller)).toBe(OLD);
  expect(await works(caller.call("status"))).toMatch(/pods +2 of 2 ready/);
});

onCluster(
  "a Rollout needs the rights of the manual",
  () => ({ kind: "rollout", granted: [], serve: (given) => cluster.serveRollout(given, []) }),
  async (caller) => {
    expect(await fails(caller.deploy(NEW))).toMatch(/forbids it: .*cannot get resource "rollouts"/);
    const reading = { apiGroups: ["argoproj.io"], resources: ["rollouts"], verbs: ["get"] };
    await cluster.deployer(caller.namespace, [reading]);
    expect(await fails(caller.deploy(NEW))).toMatch(
      /They lack: patch rollouts, patch rollouts\/status, list replicasets/,
    );
    expect(await imageOf(caller)).toBe(OLD);
  },
);

onCluster(
  "an InferenceService is deployed to and goes back",
  () => ({ kind: "inference-service", serve: kserve.serve }),
  async (caller) => {
    const containers = "jsonpath={.spec.predictor.containers[0].image}";
    const running = (): Promise<string> => caller.kubectl("get", "inferenceservice", "model", "-o", containers);
    expect(await works(caller.deploy(NEW))).toMatch(/^deployed in [\d.]+ s: staging \(InferenceService model/);
    expect(await works(caller.deploy(NEW))).toMatch(/^unchanged, it runs already/);
    // What is noted makes no pods anew.
    expect(await sets(caller)).toHaveLength(2);
    const said = await fails(caller.deploy(image("crash")));
    expect(said).toMatch(/Container kserve-container of pod \S+ ends again and again, with exit code 3/);
    expect(said).toMatch(/It went back to revision 2/);
    expect(await running()).toBe(NEW);
    expect(await works(caller.call("status"))).toMatch(/failed +registry\.example\/team\/crash/);
    expect(await works(caller.call("rollback"))).toMatch(/^went back in/);
    expect(await running()).toBe(OLD);
    expect(await works(caller.call("status"))).toContain(OLD);
  },
);

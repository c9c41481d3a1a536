import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Judged } from "../support/analysis-server.ts";
import { TestCluster } from "../support/cluster/cluster.ts";
import { REAL_NODE } from "../support/cluster/node.ts";
import { isWanted, SKIPPED } from "../support/cluster/programs.ts";
import { imageOf, type Serving } from "../support/cluster/server-image.ts";
import { mlPipeline } from "./pipeline.ts";

/*
 * The server of an analysis as it runs in a cluster: its image is pulled by a kubelet and runs without rights in containerd, from the objects
 * that are printed, and asks pods. No names are known in this cluster, so it is told addresses.
 */

const NAMESPACE = "analysis";
const SETTINGS = `
[deploy.production]
namespace = "${NAMESPACE}"
deployment = "income"
canary = { requests = 100, max-errors = 0.1, max-disagreement = 0.1, max-slow = 0.5, max-slowdown = 2 }
`;

let cluster: TestCluster;
let project: string;
beforeAll(async () => {
  if (!isWanted()) return;
  project = await mkdtemp(join(tmpdir(), "ml-pipeline-analysis-"));
  cluster = await TestCluster.start({ containers: true });
}, 3_600_000);
afterAll(async () => {
  await cluster?.close();
  if (project !== undefined) await rm(project, { recursive: true, force: true });
});

/** A pod that answers in some way, as HOST:PORT. */
async function pod(name: string, serving: Serving): Promise<string> {
  const image = await imageOf(cluster.node.registry, name, serving);
  await cluster.apply({
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: NAMESPACE } },
    spec: { nodeName: REAL_NODE, containers: [{ name: "serve", image }], terminationGracePeriodSeconds: 1 },
  });
  await cluster.kubectl("-n", NAMESPACE, "wait", "--for=condition=Ready", `pod/${name}`, "--timeout=60s");
  const ip = await cluster.kubectl("-n", NAMESPACE, "get", "pod", name, "-o", "jsonpath={.status.podIP}");
  return `${ip}:8080`;
}

async function works(...args: readonly string[]): Promise<string> {
  const ended = await mlPipeline(args);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return ended.stdout.trim();
}

it("runs as it is printed, without rights, and judges pods", async (test) => {
  if (!isWanted()) return test.skip(SKIPPED);
  await writeFile(join(project, "ml-pipeline.toml"), SETTINGS);
  const rows = join(project, "requests.jsonl");
  await writeFile(rows, Array.from({ length: 20 }, (_, x) => `${JSON.stringify({ x })}\n`).join(""));
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  const [stable, same, other] = [
    await pod("stable", { takes: 5 }),
    await pod("same", { takes: 5, version: 2 }),
    await pod("other", { takes: 5, otherwise: 0.6 }),
  ];

  const of = [`--source=${project}`, "--environment=production"];
  const address = `${cluster.node.registry.address}/income-analysis:v1`;
  const image = await works("analysis-server", ...of, `--requests=${rows}`, "publish", `--address=${address}`);
  const text = await works("analysis-template", ...of, "--controller=flagger", `--image=${image}`);
  const [deployment, service] = parseAllDocuments(text);
  if (deployment === undefined || service === undefined) throw new Error("no objects");
  const path = ["spec", "template", "spec"];
  deployment.setIn([...path, "nodeName"], REAL_NODE);
  deployment.setIn([...path, "containers", 0, "env", 0, "value"], `${same}/${stable},${other}/${stable}`);
  await cluster.apply(deployment.toJSON(), service.toJSON());
  await cluster.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/income-analysis", "--timeout=120s");

  const question = join(project, "question.json");
  const judged = async (canary: string): Promise<Judged> => {
    await writeFile(question, JSON.stringify({ canary, stable, checksum: "6f8b9c7d5" }));
    const proxy = `/api/v1/namespaces/${NAMESPACE}/services/income-analysis:http/proxy/judgement`;
    for (const ends = Date.now() + 120_000; ; await sleep(500)) {
      const found = JSON.parse(await cluster.kubectl("create", `--raw=${proxy}`, "-f", question)) as Judged;
      if (found.verdict !== "inconclusive" || Date.now() > ends) return found;
    }
  };
  expect(await judged(same)).toMatchObject({ verdict: "passed" });
  expect(await judged(other)).toMatchObject({ verdict: "failed", check: "disagreement" });
}, 900_000);

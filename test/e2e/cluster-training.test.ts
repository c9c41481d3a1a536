import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import type { Rule } from "../support/cluster/access.ts";
import { namespaceObject, TestCluster } from "../support/cluster/cluster.ts";
import { isWanted, SKIPPED } from "../support/cluster/programs.ts";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { fails, works } from "./deployer.ts";
import { beginMlPipeline, type Ended, mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";
import { ending, remoteProject, type Site, trainCall } from "./remote-training.ts";

/* Trainings as Jobs whose pods are real: a kubelet pulls the image that the engine has pushed, and runs it in containerd. */

let cluster: TestCluster;
let store: ObjectStore;
beforeAll(async () => {
  if (!isWanted()) return;
  store = await startObjectStore();
  cluster = await TestCluster.start({ containers: true });
}, 3_600_000);
afterAll(async () => {
  await cluster?.close();
  await store?.close();
});

/** The rules that the manual shows. */
async function documentedRules(): Promise<readonly Rule[]> {
  const manual = await readFile(new URL("../../docs/remote-training.md", import.meta.url), "utf8");
  const [, text = ""] = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(manual) ?? [];
  return parse(text).rules;
}

interface Trainer {
  readonly site: Site;
  readonly project: TestProject;
  readonly namespace: string;
  readonly env: Readonly<Record<string, string>>;
  call(flags?: readonly string[]): Promise<Ended>;
  kubectl(...args: readonly string[]): Promise<string>;
  /** Waits until something is so. */
  until(what: string, isSo: () => Promise<boolean>): Promise<void>;
  /** Waits until the training has printed a line, and gives the name of its pod. */
  untilTrains(): Promise<string>;
}

interface Given {
  readonly settings?: string;
  /** How long the training takes. */
  readonly seconds?: number;
}

const onCluster = (
  name: string,
  { settings = "", seconds = 0 }: Given,
  work: (trainer: Trainer) => Promise<void>,
): void =>
  it(name, async (test) => {
    if (!isWanted()) return test.skip(SKIPPED);
    const namespace = name.toLowerCase().replaceAll(/\W+/g, "-").slice(0, 50).replace(/-$/, "");
    await cluster.apply(namespaceObject(namespace));
    const token = await cluster.deployer(namespace, await documentedRules());
    const site = { store, registry: cluster.node.registry.address };
    const project = await remoteProject(site, settings, seconds);
    const env = {
      ML_PIPELINE_HOST_PORTS: String(cluster.plane.port),
      TEST_KUBECONFIG: cluster.plane.kubeconfig(token, namespace),
      TEST_STORE_CREDENTIALS: store.credentials.all,
    };
    const kubectl = (...args: readonly string[]): Promise<string> => cluster.kubectl("-n", namespace, ...args);
    const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
      const ends = Date.now() + 300_000;
      while (!(await isSo())) {
        if (Date.now() > ends)
          throw new Error(`${what}, which did not come:\n${await kubectl("describe", "jobs,pods")}`);
        await sleep(500);
      }
    };
    const untilTrains = async (): Promise<string> => {
      let pod = "";
      await until("a pod that trains", async () => {
        const names = await kubectl("get", "pods", "-o", "name", "--sort-by=.metadata.creationTimestamp");
        pod = names.trim().split("\n").at(-1) ?? "";
        if (pod === "") return false;
        return /step 1/.test(await kubectl("logs", pod, "-c", "train").catch(() => ""));
      });
      return pod;
    };
    try {
      const call = (flags: readonly string[] = []): Promise<Ended> =>
        mlPipeline(trainCall(site, project, { out: "there", flags }), env);
      await work({ site, project, namespace, env, call, kubectl, until, untilTrains });
    } finally {
      await project.remove();
    }
  }, 900_000);

const read = ({ project }: Trainer, out: string, file: string): Promise<string> =>
  readFile(join(project.out, out, file), "utf8");

async function expectModel(trainer: Trainer): Promise<void> {
  expect(JSON.parse(await read(trainer, "there", "model.json"))).toEqual({ limit: 0.5 });
}

onCluster("gives the bytes that a training here gives", {}, async (trainer) => {
  const { site, project, env, call } = trainer;
  await works(call());
  await works(mlPipeline(trainCall(site, project, { kubernetes: false, out: "here" }), env));
  for (const file of ["model.json", "ml-pipeline.json"]) {
    expect(await read(trainer, "there", file)).toBe(await read(trainer, "here", file));
  }
});

onCluster("shows what the code said that threw, and does not try it again", {}, async ({ project, call, kubectl }) => {
  await ending(project, ['raise ValueError("no rows have a label")']);
  expect(await fails(call())).toContain("ValueError: no rows have a label");
  expect((await kubectl("get", "pods", "-o", "name")).trim().split("\n")).toHaveLength(1);
});

onCluster("trains in another pod when its pod was deleted", { seconds: 15 }, async (trainer) => {
  const { call, kubectl, untilTrains } = trainer;
  const training = call();
  const pod = await untilTrains();
  await kubectl("delete", pod, "--wait=false");
  await works(training);
  await expectModel(trainer);
});

onCluster("trains on when its node was drained and is back", { seconds: 15 }, async (trainer) => {
  const { call, kubectl, until, untilTrains } = trainer;
  const training = call();
  await untilTrains();
  await kubectl("drain", "localhost", "--delete-emptydir-data", "--force", "--ignore-daemonsets", "--timeout=60s");
  await until("a pod that waits for a node", async () =>
    /unschedulable/.test(await kubectl("get", "pods", "-o", "jsonpath={.items[*].status.conditions[*].message}")),
  );
  await kubectl("uncordon", "localhost");
  await works(training);
  await expectModel(trainer);
  // An eviction is not counted.
  expect(await kubectl("get", "jobs", "-o", "jsonpath={.items[*].status.failed}")).toMatch(/^0?$/);
});

onCluster("is found again by a call whose first one was killed", { seconds: 20 }, async (trainer) => {
  const { site, project, env, call, kubectl, untilTrains } = trainer;
  const killed = beginMlPipeline(trainCall(site, project), env);
  await untilTrains();
  await killed.kill();
  const uid = ["get", "jobs", "-o", "jsonpath={.items[*].metadata.uid}"];
  const before = await kubectl(...uid);
  await works(call());
  await expectModel(trainer);
  expect(await kubectl(...uid)).toBe(before);
});

onCluster(
  "is deleted when the call is cancelled",
  { seconds: 60 },
  async ({ site, project, env, kubectl, untilTrains }) => {
    const cancelled = beginMlPipeline(trainCall(site, project), env);
    await untilTrains();
    await cancelled.interrupt();
    await sleep(1000);
    expect((await kubectl("get", "jobs", "-o", "name")).trim()).toBe("");
  },
);

onCluster("says that the memory did not suffice", { settings: 'memory = "100Mi"' }, async ({ project, call }) => {
  await ending(project, ["held = [bytearray(2**20) for _ in range(400)]", "assert held"]);
  expect(await fails(call())).toMatch(/training\.kubernetes\.memory/);
});

/** The image that has a GPU elsewhere: here it is only asked for. */
const GPU_IMAGE = ["--cuda-image=python:3.11-slim"];

onCluster(
  "trains on 4 GPUs of 4, and says of 9 what no node has",
  { settings: "gpu = { count = 4 }" },
  async (trainer) => {
    const { project, call } = trainer;
    // As the manual of Kubernetes says it of a resource that no plugin brings.
    const path = "/status/capacity/nvidia.com~1gpu";
    const patch = JSON.stringify([{ op: "add", path, value: "4" }]);
    await cluster.kubectl("patch", "node", "localhost", "--subresource=status", "--type=json", "--patch", patch);
    await works(call(GPU_IMAGE));
    expect(JSON.parse(await read(trainer, "there", "ml-pipeline.json")).trainingParts).toMatchObject({
      ...{ device: "gpu", image: "python:3.11-slim" },
    });
    await project.edit("pyproject.toml", "count = 4 }", "count = 9 }\npending-seconds = 3");
    await project.edit("src/train.py", "    limit = best_limit", "    print(9)\n    limit = best_limit");
    expect(await fails(call(GPU_IMAGE))).toMatch(/Insufficient nvidia\.com\/gpu/);
  },
);

onCluster(
  "trains in two pods that know each other, and takes the model of the first",
  { settings: "workers = 2", seconds: 8 },
  async (trainer) => {
    const { project, call, kubectl, until } = trainer;
    await project.edit("src/train.py", "import argparse", "import argparse\nimport os");
    await ending(project, [
      'known = [os.environ[name] for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")]',
      'options.output.joinpath("known.txt").write_text(" ".join(known))',
    ]);
    const training = call();
    // This cluster has no DNS, which would be told these names.
    const named = "jsonpath={.items[*].endpoints[*].hostname}";
    await until("the names of two workers", async () => {
      const names = (await kubectl("get", "endpointslices", "-o", named)).trim().split(" ").toSorted();
      return names.length === 2 && names.every((name, rank) => name.endsWith(`-${rank}`));
    });
    await works(training);
    await expectModel(trainer);
    expect(await read(trainer, "there", "known.txt")).toMatch(/^0 2 (ml-pipeline-train-\w+)-0\.\1 29500$/);
  },
);

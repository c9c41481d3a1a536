import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { inFolder, python } from "../src/python/python.ts";
import type { PodState } from "../support/api-server/jobs.ts";
import { KubernetesDouble } from "../support/api-server/server.ts";
import { startObjectStore } from "../support/object-store.ts";
import { startRegistry } from "../support/registry.ts";
import { fails, reaching, works } from "./deployer.ts";
import { reachableHost } from "./host.ts";
import { mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";
import { remoteProject, type Site, trainCall } from "./remote-training.ts";

/*
 * A training elsewhere as a user types it, against a double of the API server: the image is pushed, source and data are in a real store, and
 * what a pod would have trained is put there by the test.
 */

let site: Site;
let close: () => Promise<void>;
let double: KubernetesDouble;
let project: TestProject;
beforeAll(async () => {
  const [store, registry] = await Promise.all([startObjectStore(), startRegistry()]);
  site = { store, registry: registry.address };
  close = async () => {
    await store.close();
    await registry.close();
  };
}, 300_000);
afterAll(() => close());
beforeEach(async () => {
  double = await new KubernetesDouble({ image: "none", host: reachableHost() }).start();
});
afterEach(async () => {
  await double.close();
  await project.remove();
});

const env = () => ({ ...reaching(double), TEST_STORE_CREDENTIALS: site.store.credentials.all });

/** Stores a model as a pod does, and gives its version. */
async function storedAsByPod(model: string): Promise<string> {
  let version = "";
  await inFolder(async (folder) => {
    await cp(model, join(folder, "model"), { recursive: true });
    await rm(join(folder, "model", "ml-pipeline.json"));
    const { url: endpoint, bucket, credentials } = site.store;
    const address = { bucket, prefix: "team/jobs/", endpoint, region: "us-east-1" };
    const call = { operation: "put", folders: { model: join(folder, "model") }, about: {}, dry: false };
    await writeFile(join(folder, "credentials"), credentials.all);
    const spec = JSON.stringify({ address, folder: null, call });
    const { code, stderr } = await python(
      "model_store.py",
      spec,
      join(folder, "credentials"),
      join(folder, "done.json"),
    );
    expect(code, stderr).toBe(0);
    version = JSON.parse(await readFile(join(folder, "done.json"), "utf8")).version;
  });
  return version;
}

const done = { ended: 0 } as const;

it("gives the same manifest and the same bytes as a training here, and finds a Job that has ended", async () => {
  project = await remoteProject(site);
  await works(mlPipeline(trainCall(site, project, { kubernetes: false, out: "here" }), env()));
  const version = await storedAsByPod(join(project.out, "here"));
  const pod: PodState = {
    ...{ name: "p", phase: "Succeeded", fetch: done, train: { ended: 0, says: { exitCode: 0 } } },
    ...{ store: { ended: 0, says: { version } }, log: ["2026-11-30T12:00:00Z limit 0.5"] },
  };
  double.jobs.script = (age) => (age < 500 ? { pods: [] } : { pods: [pod], ended: "Complete" });
  const text = await works(mlPipeline(trainCall(site, project, { out: "there" }), env()));
  expect(text).not.toContain("Traceback");
  const read = (out: string, file: string) => readFile(join(project.out, out, file), "utf8");
  for (const file of ["model.json", "ml-pipeline.json"])
    expect(await read("there", file)).toBe(await read("here", file));
  const [job] = double.jobs.jobs.values();
  const { trainingInputs } = JSON.parse(await read("here", "ml-pipeline.json"));
  expect(job?.metadata.annotations?.["ml-pipeline/key"]).toBe(trainingInputs);
  expect(JSON.stringify(job)).toMatch(/"image":"localhost:\d+\/training@sha256:[0-9a-f]{64}"/);
  // The image can be pulled that the Job names, and what its pod fetches is in the store.
  const inputs = job?.metadata.annotations?.["ml-pipeline/inputs"]?.replace("sha256:", "");
  const record = JSON.parse(await site.store.get(`team/jobs/versions/sha256/${inputs}.json`));
  const paths = Object.values<{ path: string }[]>(record.parts).map((files) => files.map(({ path }) => path));
  expect(paths[0]).toContain("src/train.py");
  expect(paths[1]).toEqual(["rows.csv"]);
}, 600_000);

it("tells a failure of the code as it is told here, and one of the cluster with what to do", async () => {
  project = await remoteProject(site);
  double.jobs.script = () => ({
    pods: [
      {
        ...{ name: "p", phase: "Failed", fetch: done, train: { ended: 1, says: { exitCode: 1 } } },
        log: ["2026-11-30T12:00:00Z ValueError: no rows have a label"],
      },
    ],
    ...{ ended: "Failed", reason: "PodFailurePolicy" },
  });
  expect(await fails(mlPipeline(trainCall(site, project), env()))).toMatch(
    /python -m src\.train .*exit code 1[\s\S]*ValueError: no rows have a label|ValueError: no rows have a label/,
  );
  double.jobs.script = () => ({
    pods: [{ name: "p", phase: "Failed", fetch: done, train: { ended: 137, reason: "OOMKilled" } }],
  });
  expect(await fails(mlPipeline(trainCall(site, project), env()))).toMatch(
    /killed for its memory in pod p .*training\.kubernetes\.memory/,
  );
}, 600_000);

it("says what is missing before anything runs", async () => {
  project = await remoteProject(site);
  const call = trainCall(site, project);
  const without = (flag: string): string[] => call.filter((one) => !one.startsWith(flag));
  expect(await fails(mlPipeline(without("--kubeconfig"), env()))).toMatch(/Nothing says how to get to the cluster/);
  expect(await fails(mlPipeline(without("--store="), env()))).toMatch(/There is no model store/);
  expect(await fails(mlPipeline(["--gpu=require", ...call], env()))).toMatch(/training\.kubernetes\.gpu does not ask/);
  await project.edit("pyproject.toml", "[tool.ml-pipeline.training.kubernetes]", "[tool.ml-pipeline.cost]");
  await project.edit("pyproject.toml", `image = "${site.registry}/training"`, "");
  expect(await fails(mlPipeline(call, env()))).toMatch(/add a table \[tool\.ml-pipeline\.training\.kubernetes\]/);
}, 600_000);

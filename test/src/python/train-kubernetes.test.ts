import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TOOLS } from "../../../src/containers/settings.ts";
import { jobManifest, jobName, jobService } from "../../../src/remote/job.ts";
import { type JobResult, jobResult } from "../../../src/remote/words.ts";
import type { PodState, Script } from "../../support/api-server/jobs.ts";
import type { Condition } from "../../support/api-server/objects.ts";
import type { ServerOptions } from "../../support/api-server/options.ts";
import type { KubernetesDouble } from "../../support/api-server/server.ts";
import { ENVIRONMENT_MS, pythonPackages } from "../../support/python-environment.ts";
import { configOf } from "../support.ts";
import { startDouble } from "./deploy-program.ts";
import { inFolder, pathOf, python } from "./python.ts";
import { type StubS3, startStub } from "./stub-s3.ts";

/* The program that trains as a Job, against doubles of the API server and of S3. No pod runs: what pods say is made up. */

const KEY = `sha256:${"0123456789abcdef".repeat(4)}`;
const NAME = jobName(KEY);
const at = (second: number): string => `2026-11-30T12:00:${String(second).padStart(2, "0")}.5Z`;

let packages: string;
let s3: StubS3;
let double: KubernetesDouble;
/** The version of the store that a pod would have written. */
let version: string;

beforeAll(async () => {
  packages = await pythonPackages("kubernetes", [`kubernetes==${TOOLS.kubernetes}`]);
}, ENVIRONMENT_MS);

const addressOf = (stub: StubS3) => ({ bucket: "bucket", prefix: "jobs/", endpoint: stub.url, region: "us-east-1" });

/** What a pod would do at its end: the model is stored. */
async function storedModel(): Promise<string> {
  let found = "";
  await inFolder(async (folder) => {
    await mkdir(join(folder, "model"));
    await writeFile(join(folder, "model", "model.json"), '{"threshold": 0.5}');
    const call = { operation: "put", folders: { model: join(folder, "model") }, about: {}, dry: false };
    const spec = JSON.stringify({ address: addressOf(s3), folder: null, call });
    const { code, stderr } = await python("model_store.py", spec, "", join(folder, "done.json"));
    expect(code, stderr).toBe(0);
    found = JSON.parse(await readFile(join(folder, "done.json"), "utf8")).version;
  });
  return found;
}

beforeEach(async () => {
  s3 = await startStub();
  version = await storedModel();
});
afterEach(async () => {
  await double.close();
  s3.close();
});

const start = async (script: Script, options: Partial<ServerOptions> = {}): Promise<void> => {
  double = await startDouble(options);
  double.jobs.script = script;
};

interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly result: JobResult;
  /** What it got as the model. */
  readonly model: string | undefined;
}

interface Asked {
  readonly pending?: number;
  readonly credentials?: string;
  readonly key?: string;
  readonly workers?: number;
  /** What is done while it runs. */
  readonly meanwhile?: (end: (signal: NodeJS.Signals) => void, printed: () => string) => Promise<void>;
}

async function train({ pending = 60, credentials, key = KEY, workers = 1, meanwhile }: Asked = {}): Promise<Ended> {
  let ended: Ended | undefined;
  await inFolder(async (folder) => {
    for (const [name, text] of Object.entries({ app: "print(1)", data: "x,label" })) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "file"), text);
    }
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, double.kubeconfig());
    const secret = join(folder, "credentials");
    if (credentials !== undefined) await writeFile(secret, credentials);
    const { kubernetes } = configOf(`[training.kubernetes]\nimage = "r.example/t"\nworkers = ${workers}`).training;
    if (kubernetes === undefined) throw new Error("no settings");
    const job = jobManifest({
      ...{ settings: kubernetes, key: KEY, image: "r.example/t@sha256:1", mounts: [{ path: "/app", part: "app" }] },
      ...{ program: "/p.py", model: "/models", results: "/results", folder: "/app", specification: "{}" },
      ...{ credentials: credentials === undefined ? undefined : "/run/credentials", seconds: 60 },
    });
    const access = {
      kubeconfig,
      token: null,
      keys: folder,
      server: null,
      authority: null,
      context: null,
      namespace: null,
    };
    const spec = {
      ...{ access, result: join(folder, "job.json"), job, key, into: join(folder, "trained") },
      service: jobService({ settings: kubernetes, key: KEY }) ?? null,
      inputs: { app: join(folder, "app"), data: join(folder, "data") },
      ...{ store: addressOf(s3), credentials: credentials === undefined ? null : secret },
      ...{ makesSecret: credentials !== undefined, pending },
    };
    const child = spawn("python3", [pathOf("train_kubernetes.py"), JSON.stringify(spec)], {
      env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" },
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
    const code = new Promise<number>((resolve) => child.once("close", (found) => resolve(found ?? -1)));
    await meanwhile?.(
      (signal) => child.kill(signal),
      () => printed,
    );
    const exit = await code;
    const text = await readFile(join(folder, "job.json"), "utf8").catch(() => undefined);
    const none = {
      outcome: "failed",
      server: "",
      context: "",
      namespace: "",
      name: "",
      joined: false,
      pod: "",
      reason: null,
    };
    ended = {
      ...{ code: exit, printed: `${printed}${text ?? ""}` },
      result: jobResult.parse(text === undefined ? none : JSON.parse(text)),
      model: await readFile(join(folder, "trained", "model", "model.json"), "utf8").catch(() => undefined),
    };
  });
  if (ended === undefined) throw new Error("nothing ended");
  expect(ended.printed).not.toContain("Traceback");
  return ended;
}

const done = { ended: 0 } as const;
const training = (name: string, ...log: string[]): PodState => ({ name, fetch: done, train: "running", log });
const stored = (name: string, ...log: string[]): PodState => ({
  ...{ name, phase: "Succeeded", fetch: done, train: { ended: 0, says: { exitCode: 0 } }, log },
  store: { ended: 0, says: { version } },
});
const failed = (name: string, exitCode: number, more: object = {}): PodState => ({
  ...{ name, phase: "Failed", fetch: done, train: { ended: 1, says: { exitCode, ...more } } },
});

/** A training that takes a second. */
const works: Script = (age) =>
  age < 1500
    ? { pods: [training("p", `${at(1)} epoch 1`)] }
    : { pods: [stored("p", `${at(1)} epoch 1`, `${at(2)} epoch 2`, `${at(2)} epoch 2`)], ended: "Complete" };

/** Waits until the program has printed something. */
async function until(printed: () => string, words: RegExp): Promise<void> {
  const ends = Date.now() + 30_000;
  while (!words.test(printed())) {
    if (Date.now() > ends) throw new Error(`nothing like ${words} was printed:\n${printed()}`);
    await sleep(50);
  }
}

describe("a training", () => {
  test("is made as a Job, shows its log once, and gives the model that its pod stored", async () => {
    await start(works);
    const { code, printed, result, model } = await train();
    expect({ code, reason: result.reason }, printed).toEqual({ code: 0, reason: null });
    expect(model).toBe('{"threshold": 0.5}');
    expect(printed.match(/^epoch \d$/gm)).toEqual(["epoch 1", "epoch 2", "epoch 2"]);
    expect(printed).toMatch(/\[kubernetes\] pod p trains on node node-1/);
    const job = double.jobs.jobs.get(NAME);
    const inputs = job?.metadata.annotations?.["ml-pipeline/inputs"] ?? "";
    expect(job?.metadata.annotations?.["ml-pipeline/key"]).toBe(KEY);
    // What its pods fetch is in the store, whole.
    expect(s3.objects.has(`jobs/versions/sha256/${inputs.replace("sha256:", "")}.json`)).toBe(true);
  });

  test("that is there already is not made again, nor are its inputs sent", async () => {
    await start(works);
    await train();
    const before = s3.asked.filter(({ method }) => method === "PUT").length;
    const { code, result, model } = await train();
    expect({ code, joined: result.joined }).toEqual({ code: 0, joined: true });
    expect(model).toBe('{"threshold": 0.5}');
    expect(double.requests.filter((one) => one.endsWith("POST /apis/batch/v1/namespaces/default/jobs"))).toHaveLength(
      1,
    );
    expect(s3.asked.filter(({ method }) => method === "PUT")).toHaveLength(before);
  });

  test("is one Job for two calls at once", async () => {
    await start((age) => (age < 4000 ? { pods: [training("p")] } : works(age, {} as never)));
    const both = await Promise.all([train(), train()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ result }) => result.joined)).toHaveLength(1);
    expect(double.jobs.jobs.size).toBe(1);
  });

  test("of which an earlier call's Job has failed begins anew", async () => {
    await start((age, job) =>
      job.metadata.uid === "job-1"
        ? { pods: [failed("p", 3)], ended: "Failed", reason: "PodFailurePolicy" }
        : works(age, job),
    );
    expect((await train()).code).toBe(3);
    const { code, result } = await train();
    expect({ code, joined: result.joined }).toEqual({ code: 0, joined: false });
    expect(double.jobs.deleted).toEqual([NAME]);
  });

  test("goes on in another pod when the cluster takes one away", async () => {
    const taken: Condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "EvictionByEvictionAPI",
      message: "Eviction API: evicting",
    };
    await start((age) => {
      const gone: PodState = {
        ...training("p-1", `${at(1)} epoch 1`),
        phase: "Failed",
        train: { ended: 143 },
        conditions: [taken],
      };
      if (age < 1500) return { pods: [training("p-1", `${at(1)} epoch 1`)] };
      if (age < 3000) return { pods: [gone, training("p-2", `${at(3)} epoch 1`)] };
      return { pods: [gone, stored("p-2", `${at(3)} epoch 1`, `${at(4)} epoch 2`)], ended: "Complete" };
    });
    const { code, printed } = await train();
    expect(code, printed).toBe(0);
    expect(printed).toMatch(/pod p-1 was ended by the cluster and is tried again \(EvictionByEvictionAPI/);
    expect(printed.match(/^epoch \d$/gm)).toEqual(["epoch 1", "epoch 1", "epoch 2"]);
  });

  test("is waited for while the API server is away", async () => {
    await start(works);
    let away = 0;
    double.before = (request) => (/GET .*\/jobs\//.test(request) && away++ > 1 && away < 5 ? "silent" : undefined);
    const { code, printed } = await train();
    expect(code, printed).toBe(0);
    expect(printed).toMatch(/does not answer .*asking again/);
  });
});

describe("several workers", () => {
  test("find each other by a Service that goes with the Job, and the log says of which a line is", async () => {
    const other = (name: string, line: string): PodState => ({
      ...{ ...stored(name, line), rank: 1, store: { ended: 0, says: {} } },
    });
    await start((age) =>
      age < 1500
        ? {
            pods: [
              { ...training("p-0", `${at(1)} rank 0`), rank: 0 },
              { ...training("p-1", `${at(1)} rank 1`), rank: 1 },
            ],
          }
        : {
            pods: [{ ...stored("p-0", `${at(1)} rank 0`, `${at(2)} end`), rank: 0 }, other("p-1", `${at(1)} rank 1`)],
            ended: "Complete",
          },
    );
    const { code, printed, model } = await train({ workers: 2 });
    expect(code, printed).toBe(0);
    expect(model).toBe('{"threshold": 0.5}');
    expect(printed.match(/^\[\d\] .*$/gm)).toEqual(["[0] rank 0", "[1] rank 1", "[0] end"]);
    expect(double.jobs.services.get(NAME)).toMatchObject({
      metadata: { ownerReferences: [{ kind: "Job", name: NAME, uid: "job-1" }] },
      spec: { clusterIP: "None", publishNotReadyAddresses: true },
    });
  });

  test("fail with what failed first, though others were lost by it", async () => {
    const ended = (name: string, rank: number, exitCode: number, second: number): PodState => ({
      ...{ name, rank, phase: "Failed", fetch: done },
      train: { ended: 1, says: { exitCode }, at: `2026-11-30T12:00:${second}Z` },
    });
    await start(() => ({
      pods: [
        ended("p-0", 0, 1, 30),
        ended("p-1", 1, 7, 20),
        { name: "p-2", rank: 2, phase: "Failed", fetch: done, train: { ended: 143, at: "2026-11-30T12:00:10Z" } },
      ],
      ...{ ended: "Failed", reason: "PodFailurePolicy" },
    }));
    const { code, result } = await train({ workers: 3 });
    expect({ code, reason: result.reason }).toMatchObject({ code: 7, reason: { code: "training", pod: "p-1" } });
  });

  test("end where no node takes one of them", async () => {
    await start(() => ({
      pods: [
        {
          ...{ name: "p-0", rank: 0, phase: "Pending" },
          conditions: [
            {
              ...{ type: "PodScheduled", status: "False", reason: "Unschedulable", lastTransitionTime: at(0) },
              message: "0/1 nodes are available: 1 Insufficient cpu.",
            },
          ],
        },
        { ...training("p-1"), rank: 1 },
      ],
    }));
    const { result } = await train({ workers: 2, pending: 1 });
    expect(result.reason).toMatchObject({ code: "unschedulable", pod: "p-0" });
  });

  test("need a right more", async () => {
    await start(works, { denied: ["create services"] });
    const { result } = await train({ workers: 2 });
    expect(result.reason).toMatchObject({ code: "no-rights", names: ["create services"] });
  });
});

describe("fails", () => {
  test("with the exit code of the code that threw, and leaves the Job to be looked at", async () => {
    const log = [`${at(1)} Traceback of the project`, `${at(1)} ValueError: no rows`].map((one) =>
      one.replace("Traceback", "trace"),
    );
    await start(() => ({ pods: [{ ...failed("p", 3), log }], ended: "Failed", reason: "PodFailurePolicy" }));
    const { code, printed, result } = await train();
    expect({ code, reason: result.reason }).toMatchObject({ code: 3, reason: { code: "training", exitCode: 3 } });
    expect(printed).toContain("ValueError: no rows");
    expect(double.jobs.deleted).toEqual([]);
  });

  test.each<[string, Script, object]>([
    [
      "for the memory, and is not tried again",
      () => ({ pods: [{ name: "p", phase: "Failed", fetch: done, train: { ended: 137, reason: "OOMKilled" } }] }),
      { code: "memory", exitCode: 137 },
    ],
    [
      "when no node takes its pod for too long, and says why",
      () => ({
        pods: [
          {
            ...{ name: "p", phase: "Pending" },
            conditions: [
              {
                ...{ type: "PodScheduled", status: "False", reason: "Unschedulable" },
                ...{ message: "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.", lastTransitionTime: at(0) },
              },
            ],
          },
        ],
      }),
      { code: "unschedulable", detail: expect.stringContaining("Insufficient nvidia.com/gpu") },
    ],
    [
      "when its image is not there",
      () => ({
        pods: [{ name: "p", phase: "Pending", fetch: { waiting: "ErrImagePull", message: "not found" } }],
      }),
      { code: "image", detail: "not found" },
    ],
    [
      "when the store cannot be reached from the pod",
      () => ({
        pods: [
          {
            name: "p",
            phase: "Failed",
            fetch: { ended: 1, says: { kind: "unreachable", detail: "timed out", key: "" } },
          },
        ],
        ...{ ended: "Failed", reason: "PodFailurePolicy" },
      }),
      { code: "store", detail: "timed out", names: ["unreachable", ""] },
    ],
    ["when it takes too long", () => ({ pods: [], ended: "Failed", reason: "DeadlineExceeded" }), { code: "deadline" }],
    [
      "when its pod was killed too often",
      () => ({
        pods: [{ name: "p", phase: "Failed", fetch: done, train: { ended: 137 } }],
        ...{ ended: "Failed", reason: "BackoffLimitExceeded" },
      }),
      { code: "killed", exitCode: 137 },
    ],
  ])("%s", async (_name, script, reason) => {
    await start(script);
    const { code, result } = await train({ pending: 1 });
    expect(code).toBe(1);
    expect(result.reason).toMatchObject(reason);
  });

  test("for what the credentials may not do, before anything is made", async () => {
    await start(works, { denied: ["create jobs", "get pods/log"] });
    const { result } = await train();
    expect(result.reason).toMatchObject({ code: "no-rights", names: ["create jobs", "get pods/log"] });
    expect(double.jobs.jobs.size).toBe(0);
    expect(s3.asked.filter(({ key }) => key.includes("inputs"))).toEqual([]);
  });

  test("where something else has its name", async () => {
    await start(works);
    await train();
    const { result } = await train({ key: "sha256:other" });
    expect(result.reason).toMatchObject({ code: "other-job", detail: KEY });
  });

  test("when somebody deletes the Job", async () => {
    await start(() => ({ pods: [training("p")] }));
    const { result } = await train({
      meanwhile: async (_end, printed) => {
        await until(printed, /trains on node/);
        double.jobs.remove(NAME);
      },
    });
    expect(result.reason).toMatchObject({ code: "deleted" });
  });
});

describe("a call that is ended", () => {
  const long: Script = () => ({ pods: [training("p")] });

  test.each(["SIGTERM", "SIGINT"] as const)("by %s removes the Job", async (signal) => {
    await start(long);
    const { code, result } = await train({
      meanwhile: async (end, printed) => {
        await until(printed, /trains on node/);
        end(signal);
      },
    });
    expect({ code, reason: result.reason }).toMatchObject({ code: 143, reason: { code: "cancelled" } });
    expect(double.jobs.deleted).toEqual([NAME]);
  });

  test("leaves it where another call waits for it", async () => {
    await start((age) => (age < 9000 ? { pods: [training("p")] } : works(age, {} as never)));
    const other = train();
    await sleep(2500);
    const { result } = await train({
      meanwhile: async (end, printed) => {
        await until(printed, /found Job/);
        end("SIGTERM");
      },
    });
    expect(result.reason).toMatchObject({ code: "cancelled", detail: expect.stringContaining("which goes on") });
    expect((await other).code).toBe(0);
    expect(double.jobs.deleted).toEqual([]);
  });

  test("by SIGKILL leaves it, and the same call finds it", async () => {
    await start((age) => (age < 3000 ? { pods: [training("p")] } : works(age, {} as never)));
    await train({
      meanwhile: async (end, printed) => {
        await until(printed, /trains on node/);
        end("SIGKILL");
      },
    });
    expect(double.jobs.jobs.size).toBe(1);
    const { code, result } = await train();
    expect({ code, joined: result.joined }).toEqual({ code: 0, joined: true });
  });
});

test("the credentials of the store go to a Secret that goes with the Job, and are shown nowhere", async () => {
  await start(works);
  const credentials = "[default]\naws_access_key_id = KEY\naws_secret_access_key = s3cr3t-of-tests\n";
  const { code, printed } = await train({ credentials });
  expect(code, printed).toBe(0);
  const [secret] = double.jobs.secrets.values();
  expect(secret?.stringData).toEqual({ credentials });
  expect(secret?.metadata.ownerReferences).toMatchObject([{ kind: "Job", name: NAME, uid: "job-1" }]);
  const job = JSON.stringify(double.jobs.jobs.get(NAME));
  expect(job).toContain(`"secretName":"${secret?.metadata.name}"`);
  expect(printed + job).not.toContain("s3cr3t-of-tests");
});

import { afterEach, describe, expect, test } from "vitest";
import { CONVENTIONAL_PROTOCOL } from "../../../src/project/serving/protocol.ts";
import type { ServerOptions } from "../../support/api-server/options.ts";
import type { KubernetesDouble } from "../../support/api-server/server.ts";
import { type Asked, deployProgram, image, NEW, OLD, startDouble, type Written } from "./deploy-program.ts";

/* The program against a double of the API server that has Argo Rollouts, or KServe. */

const program = deployProgram();

let double: KubernetesDouble;
afterEach(() => double.close());

const start = async (options: Partial<ServerOptions>): Promise<void> => {
  double = await startDouble(options);
};

const TWO_PAUSES = [{ setWeight: 50 }, { pause: {} }, { setWeight: 100 }, { pause: { duration: 1 } }];

describe("a Rollout of Argo", () => {
  const target = { kind: "rollout", name: "model" };
  const ran = (action: string, more: Asked = {}): Promise<Written> => program.run(double, action, { target, ...more });
  const deploy = (name: string, more: Asked = {}): Promise<Written> => ran("deploy", { image: image(name), ...more });
  const begin = (steps: readonly object[] = [], more: Partial<ServerOptions> = {}): Promise<void> =>
    start({ model: { kind: "rollout", steps }, ...more });

  test("is rolled out, noted, and goes back", async () => {
    await begin([{ setWeight: 50 }]);
    const { outcome, reason, before, after, checks } = await deploy("good");
    expect({ outcome, reason }).toEqual({ outcome: "done", reason: null });
    expect(before).toMatchObject({ image: OLD, revision: 1, ready: 2 });
    expect(after).toMatchObject({ image: NEW, revision: 2, ready: 2, records: { "ml-pipeline/state": "ready" } });
    expect(checks.map(({ name }) => name)).toEqual(["health", "answer"]);
    expect(await deploy("good")).toMatchObject({ outcome: "unchanged" });
    expect(await ran("status")).toMatchObject({ drift: [], waits: "", revisions: [`2: ${NEW}`, `1: ${OLD}`] });
    expect(await ran("rollback")).toMatchObject({ outcome: "done", after: { image: OLD, revision: 3 } });
    expect(await ran("rollback", { revision: 3 })).toMatchObject({ outcome: "unchanged" });
  }, 120_000);

  test("goes back from pods that crash to what is stable, with their last lines", async () => {
    await begin([{ setWeight: 50 }, { pause: {} }]);
    const { outcome, reason, back, after } = await deploy("crash");
    expect(outcome).toBe("failed");
    expect(reason).toMatchObject({ code: "crash", exitCode: 3, log: expect.stringContaining("sklearn") });
    expect(back).toMatchObject({ outcome: "done", image: OLD, revision: 1 });
    expect(after).toMatchObject({ image: OLD, ready: 2, records: { "ml-pipeline/failed-image": image("crash") } });
  }, 120_000);

  test("waits for a person at a pause, and the same deploy says how it came out", async () => {
    await begin(TWO_PAUSES);
    const held = await deploy("good");
    expect(held).toMatchObject({ outcome: "waiting", reason: null, waits: "a person, at step 2 of 4 of its canary" });
    expect(held.checks.map(({ name }) => name)).toEqual(["health", "answer"]);
    expect(await ran("status")).toMatchObject({ reason: null, waits: "a person, at step 2 of 4 of its canary" });
    expect(await deploy("good")).toMatchObject({ outcome: "waiting" });
    double.cluster.rollout?.promote();
    // The pause that has an end is waited for.
    const { outcome, after } = await deploy("good");
    expect(outcome).toBe("done");
    expect(after).toMatchObject({ image: NEW, records: { "ml-pipeline/state": "ready" } });
  }, 120_000);

  test("is taken back by a person, and goes back from there", async () => {
    await begin(TWO_PAUSES);
    await deploy("good");
    double.cluster.rollout?.abort();
    const { outcome, reason, back } = await deploy("good");
    expect(outcome).toBe("failed");
    expect(reason).toMatchObject({ code: "stopped", detail: "Rollout aborted update to revision 2" });
    expect(back).toMatchObject({ outcome: "done", image: OLD });
  }, 120_000);

  test("goes back at once from a pause, and after all steps without them", async () => {
    await begin([{ setWeight: 50 }, { pause: {} }]);
    await deploy("good");
    expect(await ran("rollback")).toMatchObject({ outcome: "done", after: { image: OLD } });
    await deploy("good");
    double.cluster.rollout?.promote();
    await deploy("good");
    double.patches.length = 0;
    expect(await ran("rollback")).toMatchObject({ outcome: "done", after: { image: OLD } });
    expect(double.patches.flat().map(({ path }) => path)).toContain("/status/promoteFull");
  }, 120_000);

  test("is not asked through a Service that has pods of both revisions", async () => {
    await begin([{ setWeight: 50 }, { pause: {} }]);
    const protocol = CONVENTIONAL_PROTOCOL;
    const checks = { names: ["health"], service: "model", recorded: null, protocol, tolerance: 0 };
    const { outcome, checks: made } = await deploy("good", { checks });
    expect(outcome).toBe("waiting");
    expect(made).toMatchObject([{ asked: false, text: "its Service has pods of both revisions" }]);
  });

  test("that takes its pods from a Deployment is refused", async () => {
    await begin();
    Object.assign(double.cluster.rollout?.rollout.spec ?? {}, { workloadRef: { kind: "Deployment", name: "web" } });
    expect(await deploy("good")).toMatchObject({
      outcome: "refused",
      reason: { code: "unfit", detail: expect.stringContaining("Deployment web (spec.workloadRef)") },
    });
  });

  test("needs rights of its own, and a server that knows it", async () => {
    await begin([], { denied: ["patch rollouts", "patch rollouts/status"] });
    expect((await deploy("good")).reason).toMatchObject({
      code: "no-rights",
      names: ["patch rollouts", "patch rollouts/status"],
    });
    await double.close();
    // Argo CD has the same group, and no rollouts in it.
    await start({});
    expect((await deploy("good")).reason).toMatchObject({
      code: "no-kind",
      detail: "rollouts of argoproj.io/v1alpha1",
    });
    expect(double.patches).toEqual([]);
  });
});

describe.each(["Standard", "Knative"] as const)("an InferenceService in the mode %s", (mode) => {
  const target = { kind: "inference-service", name: "model" };
  const ran = (action: string, more: Asked = {}): Promise<Written> => program.run(double, action, { target, ...more });
  const deploy = (name: string, more: Asked = {}): Promise<Written> => ran("deploy", { image: image(name), ...more });
  const begin = (given: object = {}, more: Partial<ServerOptions> = {}): Promise<void> =>
    start({ model: { kind: "inference-service", mode, ...given }, ...more });

  test("is rolled out, noted without other pods, and goes back", async () => {
    await begin();
    const { outcome, reason, before, after, checks } = await deploy("good");
    expect({ outcome, reason }).toEqual({ outcome: "done", reason: null });
    expect(before).toMatchObject({ image: OLD, revision: 1, ready: 2 });
    expect(after).toMatchObject({ image: NEW, revision: 2, ready: 2, records: { "ml-pipeline/state": "ready" } });
    expect(checks.map(({ name }) => name)).toEqual(["health", "answer"]);
    // What is noted is no annotation of the service, which would be one of its pods.
    expect(double.patches.flat().filter(({ path }) => path.includes("annotations"))).toEqual([]);
    expect(double.cluster.service?.service.metadata.annotations).toEqual({});
    expect(await deploy("good")).toMatchObject({ outcome: "unchanged" });
    expect(await ran("status")).toMatchObject({ drift: [], waits: "", revisions: [`2: ${NEW}`, `1: ${OLD}`] });
    expect(await ran("rollback")).toMatchObject({ outcome: "done", after: { image: OLD, revision: 3 } });
    expect([...double.cluster.history.values()].map(({ revision }) => revision).sort()).toEqual([2, 3]);
  }, 120_000);

  test("goes back from pods that crash, with their last lines", async () => {
    await begin();
    await deploy("good");
    const { outcome, reason, back, after } = await deploy("crash");
    expect(outcome).toBe("failed");
    expect(reason).toMatchObject({ code: "crash", exitCode: 3, log: expect.stringContaining("sklearn") });
    expect(back).toMatchObject({ outcome: "done", image: NEW, revision: 2 });
    expect(after).toMatchObject({
      image: NEW,
      records: { "ml-pipeline/image": NEW, "ml-pipeline/failed-image": image("crash") },
    });
  }, 120_000);

  test("is known by what there is where nothing says its mode", async () => {
    await begin({ isSilent: true });
    expect(await deploy("good")).toMatchObject({ outcome: "done", after: { image: NEW } });
  }, 120_000);

  test("that somebody set by hand is noted, and no pod is made anew", async () => {
    await begin();
    double.cluster.service?.patch(
      [{ op: "replace", path: "/spec/predictor/containers/0/image", value: NEW }],
      ...(["kubectl-edit", false] as const),
    );
    expect(await deploy("good")).toMatchObject({
      outcome: "unchanged",
      after: { image: NEW, records: { "ml-pipeline/image": NEW, "ml-pipeline/state": "ready" } },
    });
    expect(double.patches).toEqual([]);
  }, 120_000);

  test("goes on where it was interrupted, and still knows what ran before", async () => {
    await begin();
    double.before = () => (double.patches.length > 0 ? "silent" : undefined);
    await deploy("crash", { timeout: 2 });
    double.before = () => undefined;
    expect(await deploy("crash")).toMatchObject({ outcome: "failed", back: { outcome: "done", image: OLD } });
  }, 120_000);

  test("is told by a dry run", async () => {
    await begin();
    expect(await deploy("good", { dryRun: true })).toMatchObject({
      outcome: "planned",
      changes: [`the image of container kserve-container: ${OLD} -> ${NEW}`],
    });
    expect(double.cluster.history.size).toBe(0);
  });

  test("that names no image is refused, and so is a server without KServe", async () => {
    await begin();
    Object.assign(double.cluster.service?.service.spec ?? {}, { predictor: { model: { storageUri: "s3://m" } } });
    expect((await deploy("good")).reason).toMatchObject({ code: "unfit", detail: expect.stringContaining("s3://m") });
    await double.close();
    await start({});
    expect((await deploy("good")).reason).toMatchObject({
      code: "no-kind",
      detail: "inferenceservices of serving.kserve.io/v1beta1",
    });
  });
});

describe("a share of the requests", () => {
  const target = { kind: "inference-service", name: "model" };
  const deploy = (name: string): Promise<Written> => program.run(double, "deploy", { target, image: image(name) });
  const begin = (mode: "Standard" | "Knative"): Promise<void> =>
    start({ model: { kind: "inference-service", mode, canaryTrafficPercent: 20 } });

  test("waits for a person where Knative heeds it, and all of it goes back", async () => {
    await begin("Knative");
    expect(await deploy("good")).toMatchObject({
      outcome: "waiting",
      waits: "a person: 20 % of the requests go to it (canaryTrafficPercent)",
    });
    expect(await program.run(double, "rollback", { target })).toMatchObject({ outcome: "done", after: { image: OLD } });
    await deploy("good");
    double.cluster.service?.patch([{ op: "remove", path: "/spec/predictor/canaryTrafficPercent" }], "kubectl", false);
    expect(await deploy("good")).toMatchObject({ outcome: "done", after: { image: NEW } });
  }, 120_000);

  test("is refused where KServe would not heed it", async () => {
    await begin("Standard");
    expect((await deploy("good")).reason).toMatchObject({
      code: "unfit",
      detail: expect.stringContaining("canaryTrafficPercent is 20, which KServe does not heed in the mode Standard"),
    });
    expect(double.patches).toEqual([]);
  });
});

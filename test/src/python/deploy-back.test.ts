import { afterEach, describe, expect, test } from "vitest";
import { CONVENTIONAL_PROTOCOL } from "../../../src/project/serving/protocol.ts";
import type { ServerOptions } from "../../support/api-server/options.ts";
import type { KubernetesDouble } from "../../support/api-server/server.ts";
import { type Asked, deployProgram, image, NEW, OLD, startDouble, type Written } from "./deploy-program.ts";

/* What is noted of a way back, and what a call after it makes of that, against a double of the API server. */

const program = deployProgram();

let double: KubernetesDouble;
afterEach(() => double.close());

const STATE = "ml-pipeline/state";

const KINDS: readonly (readonly [kind: string, options: Partial<ServerOptions>])[] = [
  ["deployment", {}],
  ["rollout", { model: { kind: "rollout", steps: [] } }],
  ["inference-service", { model: { kind: "inference-service", mode: "Standard" } }],
];

const ran = (action: string, more: Asked = {}): Promise<Written> => program.run(double, action, more);
const deploy = (name: string, more: Asked = {}): Promise<Written> => ran("deploy", { image: image(name), ...more });

/** Lets a call end as one that is killed once it has changed what runs. */
async function killed(call: () => Promise<Written>): Promise<void> {
  double.patches.length = 0;
  double.before = () => (double.patches.length > 0 ? "silent" : undefined);
  expect((await call()).reason).toMatchObject({ code: "lost" });
  double.before = () => undefined;
}

const unhealthy = (request: string) =>
  request.includes("/proxy/health") ? { status: 500, body: "no model" } : undefined;

describe("what never passed its checks is not ready", () => {
  test("after a deploy that was killed, and a way back to it", async () => {
    double = await startDouble();
    await deploy("good");
    await killed(() => deploy("other", { timeout: 2 }));
    // The controller goes on without it.
    for (const _ of ["sees it", "makes pods", "ends the old ones"]) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      double.cluster.work();
    }
    const { back, after } = await deploy("crash");
    expect(back).toMatchObject({ outcome: "done", image: image("other"), asked: true });
    expect(after).toMatchObject({ image: image("other"), records: { [STATE]: "rolling-out" } });
    // What the judged image answered is asked by the same deploy, which finds it out.
    expect(await deploy("other")).toMatchObject({ reason: { code: "answer" }, after: { image: NEW } });
  }, 120_000);

  test("after a rollback to what is not healthy any more", async () => {
    double = await startDouble();
    await deploy("good");
    await deploy("fine");
    double.before = unhealthy;
    const failed = await ran("rollback");
    expect(failed).toMatchObject({ outcome: "failed", reason: { code: "health" } });
    expect(failed.after).toMatchObject({ image: NEW, records: { [STATE]: "failed" } });
    double.before = () => undefined;
    expect((await ran("status")).after?.records).toMatchObject({ [STATE]: "failed" });
    const again = await deploy("good");
    expect(again).toMatchObject({ outcome: "unchanged", after: { records: { [STATE]: "ready" } } });
    expect(again.after?.records).not.toHaveProperty("ml-pipeline/failed-image");
  }, 120_000);

  test("after an answer that was otherwise, whatever a later call leaves out", async () => {
    double = await startDouble({ image: image("missing").replace("team/old", "team/missing"), served: false });
    const first = await deploy("other");
    expect(first).toMatchObject({ reason: { code: "answer" }, after: { records: { [STATE]: "failed" } } });
    const protocol = CONVENTIONAL_PROTOCOL;
    for (const names of [["health", "answer"], ["health"], []]) {
      const checks = { names, service: null, recorded: null, tolerance: 0.01, protocol };
      const again = await deploy("other", { checks });
      expect(again).toMatchObject({ outcome: "refused", reason: { code: "unasked" } });
      expect((await ran("status")).after?.records).toMatchObject({ [STATE]: "failed" });
    }
  }, 120_000);

  test("and is once the same deploy passes them, although there was nothing to go back to", async () => {
    double = await startDouble({ image: image("missing").replace("team/old", "team/missing"), served: false });
    double.before = unhealthy;
    const first = await deploy("good");
    expect(first).toMatchObject({ back: { outcome: "nothing" }, after: { records: { [STATE]: "failed" } } });
    double.before = () => undefined;
    expect(await deploy("good")).toMatchObject({ outcome: "unchanged", after: { records: { [STATE]: "ready" } } });
  }, 120_000);
});

describe.each(KINDS)("a rollback of a %s", (kind, options) => {
  const target = { kind, name: "model" };

  test("that was killed goes on, and not two steps back", async () => {
    double = await startDouble(options);
    await deploy("good", { target });
    await deploy("fine", { target });
    const noted = (await ran("status", { target })).after?.records;
    expect(noted).toMatchObject({ "ml-pipeline/previous-image": NEW, [STATE]: "ready" });
    // An InferenceService counts its own changes alone.
    let changed = false;
    const before = double.cluster.image();
    double.before = () => {
      changed ||= double.cluster.image() !== before;
      return changed ? "silent" : undefined;
    };
    expect((await ran("rollback", { target, timeout: 2 })).reason).toMatchObject({ code: "lost" });
    double.before = () => undefined;
    const halfway = (await ran("status", { target })).after;
    expect(halfway).toMatchObject({ image: NEW, records: { [STATE]: "going-back" } });
    const again = await ran("rollback", { target });
    expect(again).toMatchObject({ outcome: "done", after: { image: NEW, records: { [STATE]: "ready" } } });
    expect(again.checks).toMatchObject([{ name: "health", asked: true }]);
    expect(again.after?.records).toMatchObject({ "ml-pipeline/went-back-from": image("fine") });
    // Only a call that begins goes a step further.
    expect(await ran("rollback", { target })).toMatchObject({ outcome: "done", after: { image: OLD } });
  }, 120_000);
});

describe("a rollback to what no deploy has set", () => {
  test("is noted until a deploy comes, and another one says what it lacks", async () => {
    double = await startDouble();
    await deploy("good");
    const { after } = await ran("rollback");
    expect(after?.records).toMatchObject({
      "ml-pipeline/image": OLD,
      "ml-pipeline/went-back-from": NEW,
      "ml-pipeline/went-back-at": expect.stringMatching(/^20/),
    });
    expect(after?.records).not.toHaveProperty("ml-pipeline/deployment");
    const { reason } = await ran("rollback");
    expect(reason).toMatchObject({ code: "gone-back", detail: expect.stringContaining(`from ${NEW} at 20`) });
    // A deploy of it is one, although it runs already.
    const deployed = await deploy("old");
    expect(deployed).toMatchObject({ outcome: "unchanged", after: { records: { "ml-pipeline/verdict": "passed" } } });
    expect(deployed.after?.records).toMatchObject({ [STATE]: "ready" });
    expect(deployed.after?.records).not.toHaveProperty("ml-pipeline/went-back-from");
  }, 120_000);
});

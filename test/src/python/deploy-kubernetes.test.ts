import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { canaryPlan, canarySettings } from "../../../src/delivery/canary.ts";
import { CONVENTIONAL_PROTOCOL } from "../../../src/project/serving/protocol.ts";
import { timeText } from "../../support/api-server/objects.ts";
import type { ServerOptions } from "../../support/api-server/options.ts";
import { type KubernetesDouble, TOKEN } from "../../support/api-server/server.ts";
import { type Asked, deployProgram, image, NEW, OLD, startDouble, type Written } from "./deploy-program.ts";
import { inFolder } from "./python.ts";

/* The program that changes a Deployment, against a double of the API server. */

const program = deployProgram();

let double: KubernetesDouble;
afterEach(() => double.close());

const start = async (options: Partial<ServerOptions> = {}): Promise<void> => {
  double = await startDouble(options);
};

const ran = (action: string, more: Asked = {}): Promise<Written> => program.run(double, action, more);

const deploy = (name: string, more: Asked = {}) => ran("deploy", { image: image(name), ...more });

describe("a good image", () => {
  test("is rolled out, asked, and noted with what ran before", async () => {
    await start();
    const { outcome, before, after, checks, reason } = await deploy("good");
    expect({ outcome, reason }).toEqual({ outcome: "done", reason: null });
    expect(before).toMatchObject({ image: OLD, revision: 1, ready: 2 });
    expect(after).toMatchObject({ image: NEW, revision: 2, ready: 2 });
    expect(checks.map(({ name }) => name)).toEqual(["health", "answer"]);
    expect(double.cluster.deployment.metadata.annotations).toMatchObject({
      "kubernetes.io/change-cause": "ml-pipeline deploy",
      "ml-pipeline/image": NEW,
      "ml-pipeline/verdict": "passed",
      "ml-pipeline/state": "ready",
      "ml-pipeline/previous-image": OLD,
    });
  });

  test("a second time changes nothing", async () => {
    await start();
    await deploy("good");
    const changes = double.patches.length;
    const { outcome } = await deploy("good");
    expect(outcome).toBe("unchanged");
    expect(double.patches).toHaveLength(changes);
  });

  test("that somebody set by hand is noted, and no pod is made anew", async () => {
    await start();
    double.cluster.setImage(NEW);
    const { outcome, after } = await deploy("good");
    expect(outcome).toBe("unchanged");
    expect(after).toMatchObject({ revision: 2, records: { "ml-pipeline/image": NEW, "ml-pipeline/state": "ready" } });
  });

  test("is only told by a dry run", async () => {
    await start();
    const { outcome, changes } = await deploy("good", { dryRun: true });
    expect({ outcome, changes }).toEqual({
      outcome: "planned",
      changes: [`the image of container serve: ${OLD} -> ${NEW}`],
    });
    expect(double.patches).toEqual([]);
  });

  test("is asked through a Service", async () => {
    await start();
    const checks = {
      names: ["health"],
      service: "model:http",
      recorded: null,
      protocol: CONVENTIONAL_PROTOCOL,
      tolerance: 0,
    };
    const { outcome } = await deploy("good", { checks });
    expect(outcome).toBe("done");
    expect(double.requests.filter((one) => one.includes("/services/model:http/proxy/health"))).toHaveLength(1);
  });
});

describe("goes back from", () => {
  test.each([
    ["crash", { code: "crash", exitCode: 3, log: expect.stringContaining("No module named 'sklearn'") }],
    ["missing", { code: "image", detail: expect.stringContaining("not found") }],
    ["config", { code: "config", detail: 'secret "model-token" not found' }],
    [
      "unready",
      { code: "not-ready", detail: expect.stringContaining("statuscode: 503"), log: "waiting for the feature store" },
    ],
    ["no-room", { code: "unschedulable", detail: expect.stringContaining("Insufficient memory") }],
    [
      "other",
      { code: "answer", detail: expect.stringMatching(/answers \["no"\], and the judged image answered \["yes"\]/) },
    ],
  ])("an image of %s", { timeout: 120_000 }, async (name, words) => {
    await start();
    const { outcome, reason, back, after } = await deploy(name);
    expect(outcome).toBe("failed");
    expect(reason).toMatchObject(words);
    expect(back).toMatchObject({ outcome: "done", image: OLD, revision: 1 });
    expect(after).toMatchObject({ image: OLD, ready: 2, records: { "ml-pipeline/failed-image": image(name) } });
  });

  test("an unhealthy one", async () => {
    await start({ healthStatus: 503 });
    const { reason, back, after } = await deploy("good");
    expect(reason).toMatchObject({ code: "health", detail: expect.stringContaining("HTTP 503") });
    // What ran before is asked for its health as well, before anybody says that it serves again.
    expect(back).toMatchObject({ outcome: "failed", image: OLD, reason: { code: "health" } });
    expect(after).toMatchObject({ image: OLD, records: { "ml-pipeline/state": "failed" } });
  }, 120_000);

  test("the second of two deploys to the first, with what was noted of that", async () => {
    await start();
    await deploy("good", { records: { "ml-pipeline/verdict": "passed", "ml-pipeline/model": "sha256:1" } });
    const { back, after } = await deploy("crash");
    expect(back).toMatchObject({ outcome: "done", image: NEW });
    expect(after?.records).toMatchObject({ "ml-pipeline/image": NEW, "ml-pipeline/model": "sha256:1" });
    // A good one afterwards has nothing of the failure.
    const { after: again } = await deploy("fine");
    expect(again?.records).not.toHaveProperty("ml-pipeline/failed-image");
  }, 120_000);
});

test("a first deployment has nothing to go back to", async () => {
  await start({ image: image("missing-at-first").replace("team/missing-at-first", "team/missing"), served: false });
  const { back, after } = await deploy("crash");
  expect(back).toMatchObject({ outcome: "nothing", why: "no pod of revision 1 was ever ready" });
  expect(after).toMatchObject({ image: image("crash"), records: { "ml-pipeline/state": "failed" } });
});

describe("others", () => {
  test("who deploy meanwhile are not undone", async () => {
    await start();
    let theirs = false;
    double.before = (request) => {
      // While the rollout is waited for, once.
      if (theirs || double.patches.length === 0 || !request.includes("/pods?")) return undefined;
      theirs = true;
      double.cluster.setImage(image("theirs"));
      return undefined;
    };
    const { outcome, reason, back } = await deploy("slow");
    expect(outcome).toBe("failed");
    expect(reason).toMatchObject({
      code: "overtaken",
      names: [image("theirs")],
      detail: expect.stringMatching(/^kubectl-set at /),
    });
    expect(back).toMatchObject({ outcome: "left" });
    expect(double.cluster.image()).toBe(image("theirs"));
  });

  test("who deploy once the pods serve are told, and nothing is noted in their place", async () => {
    await start();
    double.before = (request) => {
      // The rollout has ended, which is to be noted.
      if (request.startsWith("PATCH") && double.patches.length === 1) double.cluster.setImage(image("theirs"));
      return undefined;
    };
    const { outcome, reason, back, after } = await deploy("good");
    expect({ outcome, back: back?.outcome }).toEqual({ outcome: "failed", back: "left" });
    expect(reason).toMatchObject({ code: "overtaken", names: [image("theirs")] });
    expect(after?.image).toBe(image("theirs"));
    expect(double.cluster.deployment.metadata.annotations).toMatchObject({ "ml-pipeline/state": "rolling-out" });
  });

  test("who change something else at the same moment are no obstacle", async () => {
    await start();
    let scaled = false;
    double.before = (request) => {
      if (request.startsWith("PATCH") && !scaled) {
        scaled = true;
        double.cluster.patch([{ op: "replace", path: "/spec/replicas", value: 3 }], "autoscaler");
      }
      return undefined;
    };
    const { outcome, after } = await deploy("good");
    expect(outcome).toBe("done");
    expect(after).toMatchObject({ ready: 3, wanted: 3 });
  });

  test("who pause it are told", async () => {
    await start();
    double.before = (request) => {
      if (double.patches.length > 0 && request.includes("/pods?"))
        double.cluster.patch([{ op: "add", path: "/spec/paused", value: true }], "kubectl-rollout");
      return undefined;
    };
    const { reason, back } = await deploy("slow");
    expect(reason).toMatchObject({ code: "paused" });
    expect(back).toMatchObject({ outcome: "left" });
  });
});

describe("an API server", () => {
  test("that is away for a while is waited for", async () => {
    await start();
    let since: number | undefined;
    double.before = (request) => {
      if (since === undefined && request.includes("/replicasets") && double.patches.length > 0) since = Date.now();
      return since !== undefined && Date.now() - since < 3000 ? "silent" : undefined;
    };
    const { outcome, printed } = await deploy("good");
    expect(outcome).toBe("done");
    expect(printed).toContain("the API server does not answer");
  });

  test("that has just started, and has not read the roles yet, is waited for", async () => {
    const denied: string[] = [];
    await start({ deniedUnasked: denied });
    let since: number | undefined;
    double.before = (request) => {
      if (since === undefined && request.includes("/pods?") && double.patches.length > 0) {
        since = Date.now();
        denied.push("list pods", "get deployments");
      }
      if (since !== undefined && Date.now() - since > 3000) denied.length = 0;
      return undefined;
    };
    const { outcome, printed } = await deploy("good");
    expect(outcome, printed).toBe("done");
    expect(printed).toContain("the API server does not answer (HTTP 403: ");
  });

  test("that does not come back is told, and nothing is undone", async () => {
    await start();
    double.before = () => (double.patches.length > 0 ? "silent" : undefined);
    const { outcome, reason, back } = await deploy("good", { timeout: 3 });
    expect({ outcome, back }).toEqual({ outcome: "failed", back: null });
    expect(reason).toMatchObject({ code: "lost" });
    expect(double.cluster.image()).toBe(NEW);
  });

  test("whose answer to the change is lost is asked whether it arrived", async () => {
    await start();
    let lost = false;
    double.before = (request) => {
      if (!request.startsWith("PATCH") || lost) return undefined;
      lost = true;
      return "lost";
    };
    const { outcome } = await deploy("good");
    expect(outcome).toBe("done");
    expect(double.patches.flat().filter(({ op, path }) => op === "replace" && path.endsWith("/image"))).toHaveLength(1);
  });
});

describe("a deploy that was interrupted", () => {
  const interrupted = async (name: string): Promise<void> => {
    await start();
    double.before = () => (double.patches.length > 0 ? "silent" : undefined);
    await deploy(name, { timeout: 2 });
    double.before = () => undefined;
  };

  test("goes on, without a second change of what runs", async () => {
    await interrupted("good");
    const { outcome, after, printed } = await deploy("good");
    expect(outcome).toBe("done");
    expect(printed).toContain("by a deploy that was interrupted");
    expect(after).toMatchObject({
      revision: 2,
      records: { "ml-pipeline/state": "ready", "ml-pipeline/previous-image": OLD },
    });
  });

  test("still goes back to what ran before it", async () => {
    await interrupted("crash");
    const { outcome, back } = await deploy("crash");
    expect(outcome).toBe("failed");
    expect(back).toMatchObject({ outcome: "done", image: OLD });
  });

  test("is followed by another one, which goes back to what served", async () => {
    await interrupted("crash");
    const { back, after } = await deploy("missing");
    expect(back).toMatchObject({ outcome: "done", image: OLD });
    expect(after).toMatchObject({ image: OLD, ready: 2 });
  });
});

describe("is refused before anything is changed", () => {
  const jwt = (claims: object): string =>
    ["{}", JSON.stringify(claims), "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");

  test.each<[string, Partial<ServerOptions>, () => Asked, object]>([
    [
      "a Deployment that is not there",
      {},
      () => ({ target: { kind: "deployment", name: "modell" } }),
      { code: "no-workload", names: ["model"] },
    ],
    ["a container that it does not have", {}, () => ({ container: "web" }), { code: "no-container", names: ["serve"] }],
    ["a wrong context", {}, () => ({ context: "prod" }), { code: "no-context", detail: "prod", names: ["staging"] }],
    [
      "no current context",
      {},
      () => ({ kubeconfig: double.kubeconfig({ context: "" }) }),
      { code: "no-current-context" },
    ],
    ["what is no kubeconfig", {}, () => ({ kubeconfig: "hunter2: [" }), { code: "bad-kubeconfig" }],
    [
      "a wrong token",
      {},
      () => ({ kubeconfig: double.kubeconfig({ token: "wr0ng" }) }),
      { code: "unauthorized", detail: "" },
    ],
    [
      "an expired token",
      {},
      () => ({ kubeconfig: double.kubeconfig({ token: jwt({ exp: 1_700_000_000 }) }) }),
      { code: "unauthorized", detail: "2023-11-14T22:13:20Z" },
    ],
    [
      "a kubeconfig with a program",
      {},
      () => ({ kubeconfig: double.kubeconfig({ user: { exec: { command: "aws" } } }) }),
      { code: "exec-plugin", detail: "aws" },
    ],
    [
      "a kubeconfig with a file",
      {},
      () => ({ kubeconfig: double.kubeconfig({ user: { "client-key": "/home/me/key.pem" } }) }),
      { code: "file-reference", detail: "client-key: /home/me/key.pem" },
    ],
    [
      "too few rights",
      { denied: ["patch deployments", "create pods/proxy"] },
      () => ({}),
      { code: "no-rights", names: ["patch deployments", "create pods/proxy"] },
    ],
    [
      "rights that only the call shows",
      { deniedUnasked: ["patch deployments"] },
      () => ({}),
      { code: "forbidden", detail: expect.stringContaining("cannot patch deployments") },
    ],
    [
      "an address where nothing listens",
      {},
      () => ({ kubeconfig: double.kubeconfig().replace(String(double.port), "1") }),
      { code: "unreachable", detail: "nothing listens there" },
    ],
  ])("for %s", async (_what, options, asked, words) => {
    await start(options);
    const { outcome, reason } = await deploy("good", asked());
    expect(outcome).toBe("refused");
    expect(reason).toMatchObject(words);
    expect(double.patches).toEqual([]);
  });

  test.each<[string, (socket: Socket) => void]>([
    ["before its handshake", (socket) => socket.end()],
    ["in its handshake", (socket) => socket.once("data", () => socket.end())],
    ["hard in its handshake", (socket) => socket.once("data", () => socket.resetAndDestroy())],
  ])("for a connection that ends %s, which says nothing of certificates", async (_when, ends) => {
    await start();
    const closing = createServer((socket) => ends(socket.on("error", () => {}))).listen(0, "127.0.0.1");
    await once(closing, "listening");
    const { port } = closing.address() as AddressInfo;
    const kubeconfig = double.kubeconfig().replace(`http://127.0.0.1:${double.port}`, `https://127.0.0.1:${port}`);
    const { outcome, reason } = await deploy("good", { kubeconfig });
    closing.close();
    expect(outcome).toBe("refused");
    expect(reason).toMatchObject({ code: "unreachable", detail: expect.stringMatching(/^the connection was /) });
  });

  test("for one that is paused", async () => {
    await start();
    double.cluster.patch([{ op: "add", path: "/spec/paused", value: true }]);
    expect(await deploy("good")).toMatchObject({ outcome: "refused", reason: { code: "paused-before" } });
  });
});

test("secrets are neither printed nor written", async () => {
  await start({ answer: { predictions: [TOKEN] } });
  const { printed, reason } = await deploy("good");
  expect(reason).toMatchObject({ code: "answer", detail: expect.stringContaining("***") });
  expect(printed).not.toContain(TOKEN);
});

describe("rollback", () => {
  test("goes to what the deploy noted, whatever the revision before it was", async () => {
    await start();
    await deploy("good");
    await deploy("crash");
    expect(double.cluster.deployment.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("4");
    const { outcome, after } = await ran("rollback");
    expect(outcome).toBe("done");
    expect(after).toMatchObject({ image: OLD, ready: 2 });
  }, 120_000);

  test("needs something that says where to", async () => {
    await start();
    const { outcome, reason } = await ran("rollback");
    expect(outcome).toBe("refused");
    expect(reason).toMatchObject({ code: "nothing-noted", names: [`1: ${OLD}`] });
  });

  test("takes a revision, and refuses one that there is not", async () => {
    await start();
    await deploy("good");
    expect(await ran("rollback", { revision: 7 })).toMatchObject({ reason: { code: "no-revision", detail: "7" } });
    expect(await ran("rollback", { revision: 1, dryRun: true })).toMatchObject({
      outcome: "planned",
      changes: [`back to revision 1: ${NEW} -> ${OLD}`],
      planned: OLD,
    });
    expect(await ran("rollback", { revision: 2 })).toMatchObject({ outcome: "unchanged" });
    expect(await ran("rollback", { revision: 1 })).toMatchObject({ outcome: "done", after: { image: OLD } });
  });
});

describe("status", () => {
  test("says what runs, since when, with which verdict", async () => {
    await start();
    await deploy("good");
    const { outcome, after, drift, reason, waits } = await ran("status");
    expect({ outcome, drift, reason, waits }).toEqual({ outcome: "seen", drift: [], reason: null, waits: "" });
    expect(after).toMatchObject({
      image: NEW,
      since: expect.stringMatching(/^20/),
      records: { "ml-pipeline/verdict": "passed" },
    });
  });

  test("finds an image that somebody else set", async () => {
    await start();
    await deploy("good");
    double.cluster.setImage(image("theirs"));
    const { drift } = await ran("status");
    expect(drift).toEqual([{ kind: "template", recorded: NEW, found: image("theirs"), pod: "" }]);
  });

  test("says why pods do not serve", async () => {
    await start();
    double.cluster.setImage(image("crash"));
    // The controller sees it, and the pods crash.
    for (const _ of ["controller", "pods"]) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      double.cluster.work();
    }
    expect(await ran("status")).toMatchObject({ reason: { code: "crash", log: expect.stringContaining("sklearn") } });
  });
});

describe("a canary", () => {
  const plan = {
    ...canaryPlan(
      canarySettings.parse({ "max-disagreement": 0.08, "max-errors": 0.08, "max-slowdown": 0.6, "max-slow": 0.3 }),
      [],
    ),
    ...{ steps: [0.5, 1], requests: 60 },
  };
  const rows = Array.from({ length: 30 }, (_, x) => ({ x }));

  /** Deploys with a canary; what is asked is in a file, as the module mounts it. */
  async function tried(name: string, more: Partial<typeof plan> = {}): Promise<Written> {
    let found: Written | undefined;
    await inFolder(async (folder) => {
      const canary = join(folder, "canary.json");
      await writeFile(canary, JSON.stringify({ plan: { ...plan, ...more }, rows }));
      found = await deploy(name, { canary });
    });
    if (found === undefined) throw new Error("nothing was found");
    return found;
  }

  const names = (): string[] => double.cluster.deployments().map(({ metadata }) => metadata.name);
  const asked = (): string[] => double.requests.filter((request) => request.includes("/proxy/predict"));

  test("that does as production does is rolled out, after so many pods of both were asked", async () => {
    await start();
    const { outcome, canary, reason, printed } = await tried("same");
    expect({ outcome, reason }, printed).toEqual({ outcome: "done", reason: null });
    expect(canary).toMatchObject({ outcome: "passed", worse: "", steps: [{ pods: 1, requests: 60 }, { pods: 2 }] });
    expect(names()).toEqual(["model"]);
    expect(double.cluster.image()).toBe(image("same"));
    // Production is asked twice as often, for what it answers otherwise itself.
    const of = (track: string): number => asked().filter((request) => request.includes(`/pods/model-${track}-`)).length;
    expect(of("fresh")).toBe(2 * of("canary"));
  }, 60_000);

  test.each([
    ["failing", "errors"],
    ["drifted", "disagreement"],
    ["lagging", "slowdown"],
  ])(
    "that is %s goes no further, and nothing of it is left",
    async (name, check) => {
      await start();
      const { outcome, canary, reason, after } = await tried(name, { requests: 400 });
      expect(outcome).toBe("held");
      expect(reason).toMatchObject({ code: "canary-worse", detail: check });
      expect(canary).toMatchObject({ outcome: "worse", worse: check });
      expect(canary?.requests).toBeLessThan(400);
      expect(after).toMatchObject({ image: OLD });
      expect(double.patches).toEqual([]);
      expect(names()).toEqual(["model"]);
    },
    60_000,
  );

  test("of which one pod of two answers otherwise is found by that one", async () => {
    await start({ behaviours: { "team/uneven": "uneven" } });
    const { outcome, canary } = await tried("uneven", { steps: [1], requests: 400 });
    expect({ outcome, worse: canary?.worse }).toEqual({ outcome: "held", worse: "disagreement" });
  }, 60_000);

  test("is not held for pods of which production's differ as much", async () => {
    await start({ behaviours: { "team/": "uneven" } });
    const { canary } = await tried("same", { steps: [1], requests: 100 });
    expect(canary?.counts.disagreement).toMatchObject({ against: 0 });
    // Whoever asks one pod of each sees them agree or differ all the time.
    expect(canary?.counts.disagreement.for).toBeGreaterThan(10);
    expect(canary?.worse).not.toBe("disagreement");
  }, 60_000);

  test("goes on where the API server was away meanwhile, and counts nothing of that", async () => {
    await start();
    let back = Number.POSITIVE_INFINITY;
    double.before = (request) => {
      if (request.includes("/proxy/predict") && asked().length === 20) back = Date.now() + 1500;
      return asked().length >= 20 && Date.now() < back ? "silent" : undefined;
    };
    const { outcome, canary, printed } = await tried("same");
    expect(outcome, printed).toBe("done");
    expect(printed).toMatch(/the API server does not answer \(.*\): asking again/);
    expect(canary?.counts.errors).toMatchObject({ against: 0, for: 0 });
    expect(names()).toEqual(["model"]);
  }, 60_000);

  test("of which nothing is shown waits for a person, whose yes lets it go on", async () => {
    await start();
    const { outcome, reason } = await tried("same", { steps: [0.5], requests: 10 });
    expect(outcome).toBe("held");
    expect(reason?.code).toBe("canary-unsure");
    expect(reason?.names).toEqual(expect.arrayContaining(["errors", "disagreement", "slow"]));
    const approved = ["errors", "disagreement", "slowdown", "slow"];
    expect((await tried("same", { steps: [0.5], requests: 10, approved })).outcome).toBe("done");
  }, 60_000);

  test("whose pods do not serve says why, with their last lines", async () => {
    await start();
    const { outcome, reason } = await tried("crash");
    expect(outcome).toBe("held");
    expect(reason).toMatchObject({ code: "crash", exitCode: 3 });
    expect(reason?.log).toContain("No module named 'sklearn'");
    expect(names()).toEqual(["model"]);
  }, 60_000);

  test("takes pods without users where it is told so, and is gone with production", async () => {
    await start();
    const made: unknown[] = [];
    double.before = (request) => {
      const fresh = double.cluster.named("model-fresh");
      if (request.includes("/proxy/") && fresh !== undefined && made.length === 0) made.push(structuredClone(fresh));
      return undefined;
    };
    await tried("same", { traffic: false });
    expect(made[0]).toMatchObject({
      metadata: { ownerReferences: [{ kind: "Deployment", name: "model" }] },
      spec: {
        selector: { matchLabels: { "ml-pipeline/track": "fresh", "ml-pipeline/of": "model" } },
        template: { spec: { containers: [{ image: OLD }] } },
      },
    });
    expect(JSON.stringify(made[0])).not.toContain('"app":"model"');
  }, 60_000);

  test("waits for no other, and removes what one left that was killed", async () => {
    await start();
    const left = (seen: number): unknown =>
      double.cluster.create({
        metadata: {
          name: "model-canary",
          labels: { "ml-pipeline/of": "model", "ml-pipeline/track": "canary" },
          annotations: {
            "ml-pipeline/seen": timeText(Date.now() - 1000 * seen),
            "ml-pipeline/image": NEW,
            "ml-pipeline/deployment": "another",
          },
        },
        spec: { ...double.cluster.deployment.spec, selector: { matchLabels: { "ml-pipeline/of": "model" } } },
      });
    left(5);
    expect((await ran("status")).abandoned).toEqual([]);
    expect((await tried("same")).reason).toMatchObject({ code: "canary-busy" });
    expect(names()).toEqual(["model", "model-canary"]);
    double.cluster.remove("model-canary");
    left(600);
    expect((await ran("status")).abandoned).toEqual(["model-canary"]);
    expect((await tried("same")).outcome).toBe("done");
    expect(names()).toEqual(["model"]);
  }, 60_000);

  test("is not tried where nothing serves, and is said by a dry run", async () => {
    await start({ served: false, behaviours: { "team/old": "unready" } });
    const { outcome, canary, printed } = await tried("good");
    expect({ outcome, canary }).toEqual({ outcome: "done", canary: null });
    expect(printed).toContain("no canary: nothing serves that it could be held against");
  }, 60_000);

  test("needs the rights to make and remove", async () => {
    await start({ denied: ["create deployments", "delete deployments"] });
    expect((await tried("same")).reason).toMatchObject({
      code: "no-rights",
      names: ["create deployments", "delete deployments"],
    });
  });
});

import { describe, expect, test } from "vitest";
import {
  type AnalysisNames,
  analysisOf,
  checkedServices,
  pollsOf,
  servicesOf,
  TrafficController,
} from "../../../../src/delivery/analysis/analysis.ts";
import { analysisTemplate, rolloutFragment } from "../../../../src/delivery/analysis/argo.ts";
import { canaryFragment } from "../../../../src/delivery/analysis/flagger.ts";
import { analysisPlan } from "../../../../src/delivery/analysis/plan.ts";
import { serverObjects } from "../../../../src/delivery/analysis/server-objects.ts";
import { canaryPlan } from "../../../../src/delivery/canary.ts";
import { deployTarget } from "../../../../src/delivery/settings.ts";
import { userError } from "../../support.ts";

const target = (more: object = {}) => deployTarget.parse({ deployment: "income", namespace: "models", ...more });

const { ARGO, FLAGGER } = TrafficController;

const of = (names: Partial<AnalysisNames> = {}, more: object = {}) =>
  analysisOf("production", target(more), { controller: ARGO, port: 80, ...names });

describe("services", () => {
  test("have the names that each controller gives them", () => {
    expect(servicesOf(of())).toBe("income-canary.models.svc:80/income-stable.models.svc:80");
    expect(servicesOf(of({ controller: FLAGGER }))).toBe("income-canary.models.svc:80/income-primary.models.svc:80");
    expect(servicesOf(of({ candidate: "new", stable: "old", port: 8000 }))).toBe(
      "new.models.svc:8000/old.models.svc:8000",
    );
  });

  test.each([
    [{ candidate: "a.b" }, "--candidate-service=a.b: expected the name of a Service"],
    [{ stable: "A" }, "--stable-service=A: expected the name of a Service"],
    [{ candidate: "same", stable: "same" }, "--candidate-service and --stable-service are both same"],
    [{ port: 0 }, "--service-port=0: expected a port"],
    [{ port: 70_000 }, "--service-port=70000: expected a port"],
  ])("are refused: %j", (names, message) => {
    expect(userError(() => of(names))).toContain(message);
  });

  test("need a namespace, since they are asked from another one", () => {
    const without = deployTarget.parse({ deployment: "income" });
    expect(userError(() => analysisOf("production", without, { controller: ARGO, port: 80 }))).toContain(
      "deploy.production.namespace is not set",
    );
  });

  test("is named by the Rollout of the environment, and takes none of what another program moves", () => {
    const named = (kind: string, controller: TrafficController) =>
      analysisOf("production", deployTarget.parse({ [kind]: "income", namespace: "models" }), { controller, port: 80 });
    expect(named("rollout", ARGO)).toMatchObject({ name: "income", candidate: "income-canary" });
    expect(userError(() => named("rollout", FLAGGER))).toContain(
      "deploy.production.rollout is income, and --controller=flagger moves the traffic of a deployment alone.",
    );
    expect(userError(() => named("inference-service", ARGO))).toContain(
      "deploy.production.inference-service is income, and --controller=argo moves the traffic of a rollout or a deployment alone.",
    );
  });

  test.each(["a.model", "3d-model", `a${"b".repeat(60)}`])("can have no name made of %s", (deployment) => {
    expect(userError(() => of({}, { deployment }))).toContain(`the server would be called ${deployment}-analysis`);
  });

  test("of the server itself are pairs", () => {
    expect(checkedServices([])).toBe("");
    expect(checkedServices(["a:80/b:80", "127.0.0.1:1/127.0.0.1:2"])).toBe("a:80/b:80,127.0.0.1:1/127.0.0.1:2");
    for (const wrong of ["a:80", "http://a:80/b:80", "a:80/b:80,c:80/d:80", "a/b"]) {
      expect(userError(() => checkedServices([wrong]))).toContain(`--services=${wrong}: expected CANDIDATE/STABLE`);
    }
  });
});

describe("polls", () => {
  test.each([
    [500, 600, { interval: 10, count: 60 }],
    [2000, 600, { interval: 40, count: 15 }],
    [20_000, 600, { interval: 60, count: 10 }],
    [20, 5, { interval: 10, count: 2 }],
  ])("for %i requests within %i s", (requests, timeout, polls) => {
    expect(pollsOf(of({}, { canary: { requests }, timeout }))).toEqual(polls);
  });
});

test("a judgement is that of a canary, and names its settings", () => {
  const made = target({ canary: { "max-slowdown": 0.2 }, tolerance: 0.05 });
  const found = analysisPlan("production", made);
  expect(found.plan).toEqual(canaryPlan(made.canary, []));
  expect(found.tolerance).toBe(0.05);
  expect(found.checks.slowdown).toEqual({
    name: "longer answers than production's",
    limit: 0.2,
    setting: "deploy.production.canary.max-slowdown",
  });
});

describe("Argo Rollouts", () => {
  test("asks until something is shown, and pauses when nothing is", () => {
    const { spec } = analysisTemplate(of()) as { spec: { metrics: [Record<string, unknown>] } };
    const { provider, ...metric } = spec.metrics[0];
    expect(metric).toEqual({
      ...{ name: "ml-pipeline", initialDelay: "10s", interval: "10s", count: 60 },
      successCondition: 'result.verdict == "passed"',
      failureCondition: 'result.verdict == "failed"',
      ...{ failureLimit: 0, consecutiveSuccessLimit: 1, inconclusiveLimit: 59 },
    });
    expect(provider).toMatchObject({ web: { url: "http://income-analysis.models.svc:8080/judgement" } });
  });

  test("does so after each step, with the hash of the candidate", () => {
    const { spec } = rolloutFragment(of({}, { canary: { steps: [0.001, 0.255, 1] } })) as {
      spec: { strategy: { canary: { steps: object[]; canaryService: string } } };
    };
    const { steps, canaryService } = spec.strategy.canary;
    expect(canaryService).toBe("income-canary");
    expect(steps.filter((_, at) => at % 2 === 0)).toEqual([{ setWeight: 1 }, { setWeight: 26 }, { setWeight: 100 }]);
    expect(steps.at(-1)).toEqual({
      analysis: {
        templates: [{ templateName: "income-analysis" }],
        args: [
          { name: "canary-hash", valueFrom: { podTemplateHashValue: "Latest" } },
          { name: "step", value: "3" },
        ],
      },
    });
  });
});

test("Flagger has a webhook for each decision, and weights that grow", () => {
  const { spec } = canaryFragment(of({ controller: FLAGGER }, { canary: { steps: [0.5, 0.1, 0.5] } })) as {
    spec: { analysis: { stepWeights: number[]; webhooks: { type: string; url: string; metadata: object }[] } };
  };
  expect(spec.analysis.stepWeights).toEqual([10, 50]);
  for (const { type, url, metadata } of spec.analysis.webhooks) {
    expect(url).toBe(`http://income-analysis.models.svc:8080/flagger/${type}`);
    expect(metadata).toEqual({ canary: "income-canary.models.svc:80", stable: "income-primary.models.svc:80" });
  }
});

test("the server is one pod without rights, and may be asked from one namespace alone", () => {
  const image = `registry.example/analysis@sha256:${"0".repeat(64)}`;
  expect(serverObjects(of(), image, undefined).map((one) => Object(one).kind)).toEqual(["Deployment", "Service"]);
  const [deployment, service, policy] = serverObjects(of(), image, "argo-rollouts").map(Object);
  expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
  const { containers, ...pod } = deployment.spec.template.spec;
  expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
  expect(containers[0]).toMatchObject({
    image,
    env: [{ name: "ANALYSIS_SERVICES", value: servicesOf(of()) }],
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  });
  expect(service.spec.selector).toEqual(deployment.spec.template.metadata.labels);
  expect(policy.spec.ingress[0].from).toEqual([
    { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "argo-rollouts" } } },
  ]);
});

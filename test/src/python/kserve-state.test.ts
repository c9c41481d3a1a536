import { expect, test } from "vitest";
import { type Call, called } from "./python-functions.ts";

/* What is concluded from an InferenceService, as the controllers of KServe 0.20 and Knative write it. */

const NEW = "registry.example/team/new@sha256:1";
const CONTAINERS = [{ name: "kserve-container", image: NEW }];
const ready = { type: "Ready", status: "True" };

const service = (predictor: object, status: object = {}, annotations: object = {}) => ({
  ...{ apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService" },
  metadata: { name: "model", uid: "i", generation: 3, annotations },
  spec: { predictor },
  status: { conditions: [ready], ...status },
});

test("its image is that of a container, or of a model that names one", async () => {
  const custom = service({ containers: [{ name: "kserve-container" }, { name: "proxy" }] });
  const model = service({ model: { image: NEW }, containers: [{ name: "proxy" }] });
  const path = (found: object, index: number): Call => ["kserve_state", "image_path", [found, index]];
  const without = (predictor: object): Call => ["kserve_state", "without_image", [service(predictor)]];
  expect(
    await called(
      ...[path(custom, 0), path(custom, 1), path(model, 0), path(model, 1)],
      ...[without({ containers: CONTAINERS }), without({ model: { image: NEW } })],
      without({ model: { modelFormat: { name: "sklearn" }, storageUri: "s3://models/income" } }),
      ["kserve_state", "predictor_containers", [model.spec.predictor]],
    ),
  ).toEqual([
    ...["/spec/predictor/containers/0/image", "/spec/predictor/containers/1/image"],
    ...["/spec/predictor/model/image", "/spec/predictor/containers/0/image"],
    ...["", ""],
    expect.stringContaining("a model from s3://models/income with the image of a runtime"),
    [...CONTAINERS, { name: "proxy" }],
  ]);
});

test("how it is served is read by its names of today and of before, and not where nothing says it", async () => {
  const mode = (status: object, annotations: object = {}): Call => [
    "kserve_state",
    "declared_mode",
    [service({}, status, annotations)],
  ];
  const annotated = (name: string) => ({ "serving.kserve.io/deploymentMode": name });
  expect(
    await called(
      mode({ deploymentMode: "Standard" }, annotated("Knative")),
      ...[
        mode({}, annotated("RawDeployment")),
        mode({}, annotated("Serverless")),
        mode({}),
        mode({}, annotated("ModelMesh")),
      ],
    ),
  ).toEqual(["Standard", "Standard", "Knative", "", "ModelMesh"]);
});

test("what it asks for and would not get is told", async () => {
  const unheeded = (predictor: object, mode: string): Call => ["kserve_state", "unheeded", [service(predictor), mode]];
  expect(
    await called(
      unheeded({ canaryTrafficPercent: 10 }, "Standard"),
      unheeded({ canaryTrafficPercent: 10 }, "Knative"),
      unheeded({ model: { image: NEW, runtimeVersion: "1.0" } }, "Knative"),
    ),
  ).toEqual([expect.stringContaining("canaryTrafficPercent is 10"), "", expect.stringContaining("runtimeVersion")]);
});

test("how many pods there are is no part of what they are, and stays on the way back", async () => {
  const found = service({ minReplicas: 3, canaryTrafficPercent: 20, containers: CONTAINERS, timeout: 5 });
  expect(
    await called(
      ["kserve_state", "predictor_template", [found]],
      ["kserve_state", "predictor_again", [found, { containers: [] }]],
      ["kserve_state", "served_name", [found]],
      ["kserve_state", "served_name", [service({ name: "v2" })]],
    ),
  ).toEqual([
    { containers: CONTAINERS, timeout: 5 },
    { minReplicas: 3, canaryTrafficPercent: 20, containers: [] },
    ...["model-predictor", "model-v2-predictor"],
  ]);
});

test("what KServe does not take is told once it has looked again", async () => {
  const complaints = (status: object): Call => ["kserve_state", "service_complaints", [service({}, status)]];
  const failed = { type: "PredictorReady", status: "False", reason: "ReconcileFailed", message: "no such runtime" };
  // One with a single pod is not ready for as long as that is replaced.
  const replaced = { ...failed, reason: "MinimumReplicasUnavailable" };
  expect(
    await called(
      complaints({ conditions: [failed] }),
      complaints({ conditions: [replaced] }),
      complaints({
        modelStatus: {
          transitionStatus: "InvalidSpec",
          lastFailureInfo: { reason: "RuntimeDisabled", message: "Specified runtime is disabled" },
        },
      }),
      complaints({ modelStatus: { transitionStatus: "BlockedByFailedLoad" } }),
    ),
  ).toMatchObject([
    [{ reason: { code: "stopped", detail: "ReconcileFailed: no such runtime" }, may_pass: true }],
    [],
    [{ reason: { code: "stopped", detail: "RuntimeDisabled: Specified runtime is disabled" } }],
    [],
  ]);
});

const revision = (name: string, image: string, status = "True", reason = "") => ({
  metadata: { name },
  spec: { containers: [{ name: "kserve-container", image }] },
  status: {
    conditions: [{ type: "Ready", status, reason, message: "why", lastTransitionTime: "2026-11-29T12:00:00Z" }],
  },
});

test("Knative has come to the end when all requests go to what is wanted", async () => {
  const components = (traffic: readonly (readonly [string, number])[], readyName = "r2") => ({
    components: {
      predictor: {
        ...{ latestCreatedRevision: "r2", latestReadyRevision: readyName },
        traffic: traffic.map(([revisionName, percent]) => ({ revisionName, percent })),
      },
    },
  });
  const progress = (status: object, revisions: readonly object[], predictor: object = {}): Call => [
    "workloads",
    "knative",
    [service(predictor, status), revisions, CONTAINERS],
  ];
  const both = [revision("r1", "old"), revision("r2", NEW)];
  const all = components([["r2", 100]]);
  expect(
    await called(
      progress(all, both),
      // Its newest Revision is that of before.
      progress(all, [revision("r2", "old")]),
      progress(components([["r1", 100]], "r1"), [revision("r1", "old"), revision("r2", NEW, "Unknown")]),
      progress(components([["r1", 100]], "r1"), [
        revision("r1", "old"),
        revision("r2", NEW, "False", "ContainerMissing"),
      ]),
      progress(
        components([
          ["r1", 90],
          ["r2", 10],
        ]),
        both,
        { canaryTrafficPercent: 10 },
      ),
      progress(components([["r1", 100]]), both),
      // On the way back the share is of two Revisions of the same image.
      progress(
        components([
          ["r1", 90],
          ["r2", 10],
        ]),
        [revision("r1", NEW), revision("r2", NEW)],
        { canaryTrafficPercent: 10 },
      ),
      progress({ ...all, conditions: [{ type: "Ready", status: "False", message: "no ingress" }] }, both),
    ),
  ).toMatchObject([
    { waits: "" },
    { waits: "KServe to make a revision of it" },
    { waits: "revision r2 to be ready", complaints: [] },
    {
      waits: "revision r2 to be ready",
      complaints: [{ reason: { detail: "ContainerMissing: why" }, may_pass: false }],
    },
    { waits: "a person: 10 % of the requests go to it (canaryTrafficPercent)", is_held: true },
    { waits: "the requests to go to revision r2", is_held: false },
    { waits: "" },
    { waits: "its condition Ready (no ingress)" },
  ]);
});

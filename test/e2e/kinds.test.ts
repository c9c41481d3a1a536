import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ClusterKind } from "../../src/delivery/workload.ts";
import type { ServerOptions } from "../support/api-server/options.ts";
import { KubernetesDouble } from "../support/api-server/server.ts";
import { Deployer, fails, reaching, works } from "./deployer.ts";
import type { Ended } from "./pipeline.ts";

/* Deploying to a Rollout of Argo and to an InferenceService of KServe as a user types it, against a double of the API server. */

const image = (name: string): string => `registry.example/team/${name}@sha256:${"0123456789abcdef".repeat(4)}`;
const OLD = image("old");
const NEW = image("new");

let project: string;
let double: KubernetesDouble;
let kind: ClusterKind;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "ml-pipeline-kinds-"));
});
afterEach(async () => {
  await double.close();
  await rm(project, { recursive: true, force: true });
});

const deployer = (): Deployer => new Deployer({ kind, project, env: reaching(double) });
const ask = (name: string, ...more: readonly string[]): Promise<Ended> => deployer().call(name, ...more);

const start = async (model: NonNullable<ServerOptions["model"]>): Promise<void> => {
  double = await new KubernetesDouble({ image: OLD, behaviours: { "team/crash": "crash" }, model }).start();
  kind = model.kind;
  await deployer().settings("timeout = 120");
};

const NEXT = "kubectl argo rollouts promote model --namespace=default";

it("deploys to a Rollout, which waits for a person, and goes back", async () => {
  await start({ kind: "rollout", steps: [{ setWeight: 50 }, { pause: {} }] });
  const held = await works(ask("deploy", `--image=${NEW}`));
  expect(held).toMatch(
    /^staging waits for a person, at step 2 of 2 of its canary, after [\d.]+ s: staging \(Rollout model, namespace default, context staging\)/,
  );
  expect(held).toMatch(/✓ health: GET \/health of pod model-\S+ answered/);
  expect(held).toContain(`Who lets it go on: \`${NEXT}\``);
  expect(await works(ask("status"))).toMatch(/waits for +a person, at step 2 of 2 of its canary/);

  const folder = join(project, "out");
  await works(ask("deployment", `--image=${NEW}`, "report", "export", `--path=${folder}`));
  expect(await readFile(join(folder, "outputs.env"), "utf8")).toMatch(
    /^VERDICT=passed$.*^DEPLOYED=\nREVISION=2\nROLLED_BACK=\nWAITING=staging$/ms,
  );
  expect(JSON.parse(await readFile(join(folder, "report.json"), "utf8")).deployments).toMatchObject([
    { environment: "staging", outcome: "waiting", runs: NEW, next: NEXT },
  ]);

  double.cluster.rollout?.promote();
  expect(await works(ask("deploy", `--image=${NEW}`))).toMatch(/^deployed in [\d.]+ s: staging \(Rollout model/);
  expect(await works(ask("rollback"))).toMatch(/^went back in/);
  expect(double.cluster.image()).toBe(OLD);
}, 600_000);

it("says why a Rollout was taken back", async () => {
  await start({ kind: "rollout", steps: [{ setWeight: 50 }, { pause: {} }] });
  await works(ask("deploy", `--image=${NEW}`));
  double.cluster.rollout?.abort();
  expect(await fails(ask("status"))).toContain(
    "The controller of Rollout model in namespace default gave up: Rollout aborted update to revision 2.",
  );
  const failed = await fails(ask("deploy", `--image=${NEW}`));
  expect(failed).toContain("gave up: Rollout aborted update to revision 2.");
  expect(failed).toMatch(/It went back to revision 1, registry\.example\/team\/old\S+, which serves again/);
  expect(double.cluster.image()).toBe(OLD);
}, 600_000);

it.each(["Standard", "Knative"] as const)(
  "deploys to an InferenceService in the mode %s, and goes back",
  async (mode) => {
    await start({ kind: "inference-service", mode });
    expect(await works(ask("deploy", `--image=${NEW}`, "--dry-run"))).toContain(
      `the image of container kserve-container: ${OLD} -> ${NEW}`,
    );
    expect(await works(ask("deploy", `--image=${NEW}`))).toMatch(
      /^deployed in [\d.]+ s: staging \(InferenceService model, namespace default, context staging\)/,
    );
    expect(await works(ask("status"))).toMatch(/pods +2 of 2 ready, revision 2/);
    const failed = await fails(ask("deploy", `--image=${image("crash")}`));
    expect(failed).toMatch(/Container kserve-container of pod \S+ ends again and again, with exit code 3/);
    expect(failed).toContain("No module named 'sklearn'");
    expect(failed).toMatch(/It went back to revision 2/);
    expect(await works(ask("rollback"))).toMatch(/^went back in/);
    expect(double.cluster.image()).toBe(OLD);
  },
  600_000,
);

it("refuses a server that does not know the kind, and settings that do not fit", async () => {
  await start({ kind: "rollout", steps: [] });
  const table = async (text: string): Promise<string> => {
    await writeFile(join(project, "ml-pipeline.toml"), `[deploy.staging]\n${text}\n`);
    return fails(ask("deploy", `--image=${NEW}`));
  };
  expect(await table('inference-service = "model"')).toMatch(
    /The API server at \S+ \(context staging\) knows no InferenceService \(inferenceservices of serving\.kserve\.io\/v1beta1\), which deploy\.staging\.inference-service names\. KServe has to be installed\./,
  );
  expect(await table('rollout = "modell"')).toContain(
    "There is no Rollout modell in namespace default (deploy.staging). There is model.",
  );
  expect(await table('rollout = "model"\nstrategy = "canary"')).toContain('"canary" is for a Deployment');
  expect(await table('rollout = "model"\ndeployment = "model"')).toContain("deployment and rollout are there");
  expect(double.patches).toEqual([]);
}, 600_000);

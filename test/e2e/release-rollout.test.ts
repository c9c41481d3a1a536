import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KubernetesDouble } from "../support/api-server/server.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { reachingBoth } from "./deployer.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

/* A release whose production is a Rollout of Argo, which waits at a pause of its own steps until a person lets it go on. */

const OLD = `registry.example/team/old@sha256:${"0123456789abcdef".repeat(4)}`;

describe("a release to a Rollout that pauses", () => {
  let project: TestProject;
  let registry: TestRegistry;
  let staging: KubernetesDouble;
  let production: KubernetesDouble;
  beforeAll(async () => {
    [project, registry] = await Promise.all([tinyProject(), startRegistry()]);
    const options = { image: OLD, answer: { predictions: ["no"] } };
    const steps = [{ setWeight: 50 }, { pause: {} }];
    [staging, production] = await Promise.all([
      new KubernetesDouble(options).start(),
      new KubernetesDouble({ ...options, model: { kind: "rollout", steps } }).start(),
    ]);
    const tables = [
      '[tool.ml-pipeline.deploy.staging]\ncontext = "staging"\ndeployment = "model"\ntimeout = 120\n',
      '[tool.ml-pipeline.deploy.production]\ncontext = "production"\nrollout = "model"\ntimeout = 120\napproval = false\n',
    ];
    await project.edit("pyproject.toml", "[tool.ruff]", `${tables.join("\n")}\n[tool.ruff]`);
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await Promise.all([staging.close(), production.close(), registry.close()]);
    await project.remove();
  });

  const called = (...args: readonly string[]): Promise<Ended> =>
    mlPipeline(["--kubeconfig=env:TEST_KUBECONFIG", ...args], reachingBoth({ staging, production }));
  const inputs = () => [`--source=${project.source}`, `--data=${project.data}`, `--address=${registry.address}/tiny`];
  const release = (tag: string) => called("release", `--tag=${tag}`, ...inputs());
  const changes = () =>
    production.patches.flat().filter(({ op, path }) => op === "replace" && path.endsWith("/image")).length;

  it("ends there without a failure, says who lets it go on, and finds it there when it is called again", async () => {
    const released = await release("v1.0.0");
    expect(released.exitCode, released.stderr).toBe(0);
    expect(released.stdout).toMatch(/✓ deploy staging: staging runs it after /);
    expect(released.stdout).toMatch(/deploy production: production waits for a person, at step 2 of 2 of its canary/);
    expect(released.stdout).toContain("kubectl argo rollouts promote model --namespace=default");
    const set = changes();

    const again = await release("v1.0.0");
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stdout).toMatch(/deploy production: production waits for a person, at step 2 of 2 of its canary/);
    expect(changes()).toBe(set);

    production.cluster.rollout?.promote();
    const ended = await release("v1.0.0");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/✓ deploy production: production runs it /);
    expect(production.cluster.image()).toContain("/tiny:v1.0.0@sha256:");
    expect(changes()).toBe(set);
  }, 900_000);

  it("fails where a person aborts it, and production serves what it did", async () => {
    const serving = production.cluster.image();
    await writeFile(join(project.data, "rows.csv"), dataRows(1300));
    const held = await release("v1.1.0");
    expect(held.exitCode, held.stderr).toBe(0);
    expect(held.stdout).toMatch(/deploy production: production waits for a person, at step 2 of 2/);

    production.cluster.rollout?.abort();
    const aborted = await release("v1.1.0");
    expect(aborted.exitCode, aborted.stdout).not.toBe(0);
    expect(aborted.stderr).toMatch(/✗ deploy production: .*gave up: Rollout aborted update to revision 3/);
    expect(production.cluster.image()).toBe(serving);
  }, 900_000);
});

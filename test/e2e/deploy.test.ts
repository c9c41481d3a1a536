import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { openRepository } from "../../src/registry/connection.ts";
import { parseReference } from "../../src/registry/reference.ts";
import { startOciRegistry } from "../support/oci-registry.ts";
import { pushTinyImage } from "../support/push-image.ts";
import { DEPLOY_SCENARIOS, type DeploySite, deploysWhatIsTrusted, image, makeDeploySite, NEW } from "./deploy.ts";
import { reaching } from "./deployer.ts";
import { judgedReport } from "./judged-report.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

let site: DeploySite;
afterEach(() => site.remove());

describe("a deploy", () => {
  it.each(DEPLOY_SCENARIOS)(
    "$name",
    async ({ run }) => {
      site = await makeDeploySite();
      await run(site);
    },
    600_000,
  );
});

it("goes on where it was killed", async () => {
  site = await makeDeploySite();
  const { project, double, called, deploy } = site;
  // It dies while it waits: the API server is asked for pods after the change, and never again.
  const killed = new Promise<void>((resolve) => {
    double.before = (request) => {
      if (double.patches.length === 0 || !request.includes("/pods?")) return undefined;
      process.kill(-(child.pid ?? 0), "SIGKILL");
      resolve();
      return "silent";
    };
  });
  const program = fileURLToPath(new URL("../../bin/ml-pipeline", import.meta.url));
  const args = [
    "--engine=local",
    "--kubeconfig=env:TEST_KUBECONFIG",
    "deploy",
    `--image=${NEW}`,
    "--environment=staging",
  ];
  const child = spawn(program, [...args, `--source=${project}`], {
    ...{ env: { ...process.env, CI: "true", ...reaching(double) }, detached: true, stdio: "ignore" },
  });
  await killed;
  double.before = () => undefined;
  expect(double.cluster.image()).toBe(NEW);
  const status = await called("status");
  expect(status.stdout + status.stderr).toContain("began, and has not noted how it ended");
  const changes = (): number =>
    double.patches.flat().filter(({ op, path }) => op === "replace" && path.endsWith("/image")).length;
  expect(changes()).toBe(1);
  const resumed = await deploy(NEW);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(resumed.stdout).toMatch(/^deployed in/);
  expect(changes()).toBe(1);
}, 600_000);

it("runs only what a trusted key vouches for, where that is asked", async () => {
  site = await makeDeploySite();
  const registry = await startOciRegistry();
  await deploysWhatIsTrusted(site, registry.address).finally(() => registry.close());
}, 600_000);

it("is asked by a dry run of a way back whether the registry still has its image", async () => {
  const registry = await startOciRegistry();
  const repository = await openRepository(
    parseReference(`${registry.address}/model`, "--image"),
    undefined,
    "pull,push",
  );
  const before = `${registry.address}/model@${(await pushTinyImage(repository)).digest}`;
  site = await makeDeploySite({ image: before });
  const { double, deploy, called } = site;
  expect((await deploy(NEW)).exitCode).toBe(0);
  const { length } = double.patches;
  const planned = await called("rollback", "--dry-run");
  expect(planned.exitCode, planned.stderr).toBe(0);
  expect(planned.stdout).toContain(`back to revision 1: ${NEW} -> ${before}`);
  expect(planned.stdout).not.toContain("warning");
  registry.content.clear();
  const gone = await called("rollback", "--dry-run");
  expect(gone.exitCode, gone.stdout).not.toBe(0);
  expect(gone.stderr).toContain(`${before} could not be pulled: ${registry.address} has no manifest`);
  await registry.close();
  const unasked = await called("rollback", "--dry-run");
  expect(unasked.exitCode, unasked.stderr).toBe(0);
  expect(unasked.stdout).toContain("  warning: whether the registry has the image is not known: ");
  expect(double.patches).toHaveLength(length);
}, 600_000);

it("is refused for a mistake, in one message, and nothing is changed", async () => {
  site = await makeDeploySite({ denied: ["patch deployments"] });
  const { project, double, deploy, settings } = site;
  const refusal = async (work: Promise<Ended>): Promise<string> => {
    const { exitCode, stdout, stderr } = await work;
    expect(exitCode, stdout).not.toBe(0);
    expect(stderr).not.toMatch(/Traceback|\n +at /);
    return stderr;
  };
  expect(await refusal(deploy("team/new:v1"))).toContain("--image=team/new:v1: expected NAME@sha256:…");
  expect(await refusal(deploy(NEW))).toMatch(
    /may not do all that is needed in namespace default\. They lack: patch deployments/,
  );
  const source = ["deploy", `--source=${project}`, `--image=${NEW}`];
  expect(await refusal(mlPipeline([...source, "--environment=stagin"], reaching(double)))).toContain(
    "did you mean staging?",
  );
  expect(await refusal(mlPipeline([...source, "--environment=staging"], reaching(double)))).toContain(
    "give --kubeconfig=file:PATH",
  );
  const other = await judgedReport(project, image("other").replace("0123", "ffff"));
  expect(await refusal(deploy(NEW, other))).toContain("--report is about another image");
  await settings('deployment = "model"', "[evidence]\nrequire-signature = true\n");
  expect(await refusal(deploy(NEW))).toContain(
    `${NEW} is not deployed, since evidence.require-signature asks for a signed verdict about it: Nothing says whose signature counts`,
  );
  expect(double.patches).toEqual([]);
}, 600_000);

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ARGO_FOLDER, ARGO_MODULE, go, takeArgo } from "../argo/module.ts";
import { freePorts } from "../free-ports.ts";
import { Part } from "./processes.ts";
import { CACHE } from "./programs.ts";

/*
 * The controller of Argo Rollouts, built from its Go module, and the kinds that it brings, which the module has as manifests. It takes some
 * 300 seconds of a processor, once for each machine and version.
 */

const PROGRAM = join(ARGO_FOLDER, "rollouts-controller");

/** Whether it is asked for: `built` asks for it where it is there. */
export const isArgoWanted = (): boolean =>
  process.env.ML_PIPELINE_TEST_CLUSTER === "built" ? existsSync(PROGRAM) : true;

async function build(work: string): Promise<void> {
  if (existsSync(PROGRAM)) return;
  const made = join(work, "rollouts-controller");
  await go(work, "build", "-trimpath", "-ldflags", "-s -w", "-o", made, `${ARGO_MODULE}/cmd/rollouts-controller`);
  await mkdir(ARGO_FOLDER, { recursive: true });
  await rename(made, PROGRAM);
}

const KINDS = ["rollout", "experiment", "analysis-run", "analysis-template", "cluster-analysis-template"];

/**
 * Installs Argo Rollouts.
 *
 * @param create makes what is in a file of the cluster's
 */
export async function startArgo(
  folder: string,
  kubeconfig: string,
  create: (file: string) => Promise<unknown>,
): Promise<Part> {
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, "argo-build-"));
  try {
    const folderOfModule = await takeArgo(work);
    await build(work);
    for (const kind of KINDS) await create(join(folderOfModule, "manifests", "crds", `${kind}-crd.yaml`));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const [metrics, health] = await freePorts(2);
  const own = [`--metricsPort=${metrics}`, `--healthzPort=${health}`, "--leader-elect=false", "--loglevel=warn"];
  const part = new Part(folder, PROGRAM, [`--kubeconfig=${kubeconfig}`, "--namespace=argo-rollouts", ...own]);
  await part.until(async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok, 60);
  return part;
}

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { Part } from "./processes.ts";
import { CACHE, go } from "./programs.ts";

/*
 * The controller of Argo Rollouts, built from its Go module, and the kinds that it brings, which the module has as manifests. It takes some
 * 300 seconds of a processor, once for each machine and version.
 */

const MODULE = "github.com/argoproj/argo-rollouts";
const VERSION = "v1.9.1";
const FOLDER = join(CACHE, `argo-rollouts-${VERSION}`);
const PROGRAM = join(FOLDER, "rollouts-controller");

/** Whether it is asked for: `built` asks for it where it is there. */
export const isArgoWanted = (): boolean =>
  process.env.ML_PIPELINE_TEST_CLUSTER === "built" ? existsSync(PROGRAM) : true;

interface Downloaded {
  readonly Dir: string;
  readonly GoMod: string;
}

async function module(work: string): Promise<Downloaded> {
  await writeFile(join(work, "go.mod"), "module ml-pipeline.test/argo-rollouts\n");
  return JSON.parse(await go(work, ["mod", "download", "-json", `${MODULE}@${VERSION}`]));
}

async function build(work: string, { GoMod }: Downloaded): Promise<void> {
  if (existsSync(PROGRAM)) return;
  const own = await readFile(GoMod, "utf8");
  const [language = ""] = /^go \S+$/m.exec(own) ?? [];
  // What a module replaces counts where it is built itself, so it is said here once more.
  const replaced = [...own.matchAll(/^replace (?:\([^)]*\)|.*)$/gm)].map(([text]) => text);
  const required = `require ${MODULE} ${VERSION}`;
  await writeFile(
    join(work, "go.mod"),
    ["module ml-pipeline.test/argo-rollouts", language, required, ...replaced].join("\n\n"),
  );
  const made = join(work, "rollouts-controller");
  await go(work, ["build", "-trimpath", "-ldflags", "-s -w", "-o", made, `${MODULE}/cmd/rollouts-controller`]);
  await mkdir(FOLDER, { recursive: true });
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
    const downloaded = await module(work);
    await build(work, downloaded);
    for (const kind of KINDS) await create(join(downloaded.Dir, "manifests", "crds", `${kind}-crd.yaml`));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const [metrics, health] = await freePorts(2);
  const own = [`--metricsPort=${metrics}`, `--healthzPort=${health}`, "--leader-elect=false", "--loglevel=warn"];
  const part = new Part(folder, PROGRAM, [`--kubeconfig=${kubeconfig}`, "--namespace=argo-rollouts", ...own]);
  await part.until(async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok, 60);
  return part;
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { ClusterKind } from "../../src/delivery/workload.ts";
import type { KubernetesDouble } from "../support/api-server/server.ts";
import { type Begun, beginMlPipeline, type Ended, mlPipeline } from "./pipeline.ts";

/** Where someone deploys to. */
export interface DeployerOptions {
  /** What `model` is. */
  readonly kind: ClusterKind;
  /** The folder of the project that says so. */
  readonly project: string;
  /** The way to the cluster: a kubeconfig that is in no file, when absent. */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Someone who deploys to `model` in the environment staging. */
export class Deployer {
  readonly kind: ClusterKind;
  readonly project: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;

  constructor({ kind, project, args = ["--kubeconfig=env:TEST_KUBECONFIG"], env }: DeployerOptions) {
    this.kind = kind;
    this.project = project;
    this.args = args;
    this.env = env;
  }

  async call(name: string, ...more: readonly string[]): Promise<Ended> {
    const ended = await mlPipeline(this.#words(name, more), this.env);
    expect(ended.stderr).not.toMatch(/Traceback|\n +at /);
    return ended;
  }

  begin = (name: string, ...more: readonly string[]): Begun => beginMlPipeline(this.#words(name, more), this.env);

  #words(name: string, more: readonly string[]): string[] {
    return [...this.args, name, `--source=${this.project}`, "--environment=staging", ...more];
  }

  deploy = (image: string, ...more: readonly string[]): Promise<Ended> =>
    this.call("deploy", `--image=${image}`, ...more);

  /** Says how to deploy. */
  settings = (text: string): Promise<void> =>
    writeFile(join(this.project, "ml-pipeline.toml"), `[deploy.staging]\n${this.kind} = "model"\n${text}\n`);
}

/** Clusters of a project, of which each is an environment and a context of this name. */
export type Clusters = Readonly<Record<"staging" | "production", KubernetesDouble>>;

/** What a call needs of the host to reach both of them: one kubeconfig, which is in no file. */
export function reachingBoth({ staging, production }: Clusters): Record<string, string> {
  const [one, other] = [staging, production].map((double) => JSON.parse(double.kubeconfig()));
  const kubeconfig = {
    ...one,
    clusters: [
      { ...one.clusters[0], name: "staging" },
      { ...other.clusters[0], name: "production" },
    ],
    contexts: ["staging", "production"].map((name) => ({ name, context: { cluster: name, user: "deployer" } })),
  };
  return {
    ML_PIPELINE_HOST_PORTS: [staging.port, production.port].join(","),
    TEST_KUBECONFIG: JSON.stringify(kubeconfig),
  };
}

/** What a call needs of the host: the way to a double, which containers of the included engine are let reach on its loopback. */
export const reaching = (double: KubernetesDouble): Record<string, string> => ({
  ML_PIPELINE_HOST_PORTS: String(double.port),
  TEST_KUBECONFIG: double.kubeconfig(),
});

export async function works(work: Promise<Ended>): Promise<string> {
  const { exitCode, stdout, stderr } = await work;
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

export async function fails(work: Promise<Ended>): Promise<string> {
  const { exitCode, stdout, stderr } = await work;
  expect(exitCode, stdout).not.toBe(0);
  return stderr;
}

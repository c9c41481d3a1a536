import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { WorkloadKind } from "../../src/delivery/workload.ts";
import { documentedRules, type Rule } from "../support/cluster/access.ts";
import type { Given, TestCluster } from "../support/cluster/cluster.ts";
import { type Begun, beginMlPipeline, type Ended, mlPipeline } from "./pipeline.ts";

/** Someone who deploys to `model` in a namespace, and a project that says so. */
export class Caller {
  readonly cluster: TestCluster;
  /** What `model` is. */
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly project: string;
  /** The way to the cluster: a kubeconfig that is in no file. */
  readonly args: readonly string[] = ["--kubeconfig=env:TEST_KUBECONFIG"];
  readonly env: Readonly<Record<string, string>>;

  constructor(
    of: Pick<Caller, "cluster" | "kind" | "namespace" | "project" | "env"> & { readonly args?: readonly string[] },
  ) {
    this.cluster = of.cluster;
    this.kind = of.kind;
    this.namespace = of.namespace;
    this.project = of.project;
    this.env = of.env;
    this.args = of.args ?? this.args;
  }

  /** The same with another way to the cluster. */
  with(env: Readonly<Record<string, string>>, args = this.args): Caller {
    return new Caller({ ...this, args, env: { ...this.env, ...env } });
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

  image = (): Promise<string> => this.cluster.image(this.namespace);

  kubectl = (...args: readonly string[]): Promise<string> => this.cluster.kubectl("-n", this.namespace, ...args);

  /** Says how to deploy. */
  settings = (text: string): Promise<void> =>
    writeFile(join(this.project, "ml-pipeline.toml"), `[deploy.staging]\n${this.kind} = "model"\n${text}\n`);
}

export interface Begin extends Omit<Given, "namespace"> {
  readonly settings: string;
  /** What the caller may do: what the manual shows for a rolling deploy, when absent. */
  readonly granted?: readonly Rule[];
  /** A Deployment when absent. */
  readonly kind?: WorkloadKind;
  /** What makes it, and waits until it serves. */
  readonly serve?: (given: Given) => Promise<void>;
}

/** Runs something in a namespace of its own, whose `model` serves. */
export async function inNamespace(
  cluster: TestCluster,
  name: string,
  { settings, granted, kind = "deployment", serve = cluster.serve, ...given }: Begin,
  work: (caller: Caller) => Promise<void>,
): Promise<void> {
  const namespace = name.toLowerCase().replaceAll(/\W+/g, "-").slice(0, 60).replace(/-$/, "");
  const project = await mkdtemp(join(tmpdir(), "ml-pipeline-cluster-project-"));
  try {
    await serve({ namespace, ...given });
    const rules = await documentedRules();
    const token = await cluster.deployer(namespace, granted ?? rules[kind === "deployment" ? "rolling" : kind]);
    const env = {
      ML_PIPELINE_HOST_PORTS: String(cluster.plane.port),
      TEST_KUBECONFIG: cluster.plane.kubeconfig(token, namespace),
    };
    const caller = new Caller({ cluster, kind, namespace, project, env });
    await caller.settings(settings);
    await work(caller);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

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

/** Rows to ask a canary about. */
export const requests = (): string =>
  Array.from({ length: 400 }, (_, x) => JSON.stringify({ x: ((x * 7919) % 400) / 400 })).join("\n");

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect } from "vitest";
import { TOOLS } from "../../../src/containers/settings.ts";
import { type Rollout, rolloutSchema } from "../../../src/delivery/rollout.ts";
import { CONVENTIONAL_PROTOCOL } from "../../../src/project/serving/protocol.ts";
import type { ServerOptions } from "../../support/api-server/options.ts";
import { KubernetesDouble } from "../../support/api-server/server.ts";
import { ENVIRONMENT_MS, pythonPackages } from "../../support/python-environment.ts";
import { inFolder, pathOf } from "./python.ts";

export const image = (name: string): string => `registry.example/team/${name}@sha256:${"0123456789abcdef".repeat(4)}`;
export const OLD = image("old");
export const NEW = image("good");

/** A double of the API server whose pods fare as the names of their images say. */
export const startDouble = (options: Partial<ServerOptions> = {}): Promise<KubernetesDouble> =>
  new KubernetesDouble({
    image: OLD,
    behaviours: {
      "team/crash": "crash",
      "team/missing": "missing",
      "team/config": "config",
      "team/unready": "unready",
      "team/no-room": "noRoom",
      "team/other": "other",
      "team/slow": "slow",
      "team/failing": "failing",
      "team/drifted": "drifted",
      "team/lagging": "lagging",
      "team/old": "steady",
      "team/same": "steady",
    },
    ...options,
  }).start();

export interface Asked {
  readonly kubeconfig?: string;
  readonly context?: string | null;
  readonly [key: string]: unknown;
}

export interface Written extends Rollout {
  readonly printed: string;
}

/** The program that changes what a cluster runs. The client takes long to import, so all calls are copies of one process that has. */
export class DeployProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #calls = 0;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(): Promise<DeployProgram> {
    const packages = await pythonPackages("kubernetes", [`kubernetes==${TOOLS.kubernetes}`]);
    const program = fileURLToPath(new URL("fork.py", import.meta.url));
    const modules = ["kubernetes.client", "kubernetes.config", "yaml"];
    return new DeployProgram(
      spawn("python3", [program, pathOf("deploy_kubernetes.py"), ...modules], {
        env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" },
      }),
    );
  }

  kill = (): boolean => this.#child.kill();

  async #printedBy(...args: readonly string[]): Promise<string> {
    this.#child.stdin.write(`${JSON.stringify(args)}\n`);
    const { code, printed } = JSON.parse((await this.#answers.next()).value);
    expect(code, printed).toBe(0);
    return printed;
  }

  /** Runs it, and gives what it wrote and printed. */
  async run(double: KubernetesDouble, action: string, more: Asked = {}): Promise<Written> {
    const { kubeconfig = double.kubeconfig(), context = null, ...rest } = more;
    let written: Written | undefined;
    await inFolder(async (folder) => {
      const file = join(folder, "kubeconfig");
      await writeFile(file, kubeconfig);
      const result = join(folder, "result.json");
      const access = {
        kubeconfig: file,
        token: null,
        keys: folder,
        server: null,
        authority: null,
        context,
        namespace: null,
      };
      const checks = {
        names: ["health", "answer"],
        service: null,
        recorded: { instance: { x: 1 }, predictions: ["yes"] },
      };
      const id = `call-${++this.#calls}`;
      const spec = {
        ...{ action, access, result, container: null, timeout: 60 },
        target: { kind: "deployment", name: "model" },
        limits: { ready: 2, patience: 1 },
        checks: { ...checks, protocol: CONVENTIONAL_PROTOCOL, tolerance: 0.01 },
        ...{ dryRun: false, id, image: "", cause: "ml-pipeline deploy", revision: null, canary: null },
        records: { "ml-pipeline/verdict": "passed" },
        ...rest,
      };
      const printed = await this.#printedBy(JSON.stringify(spec));
      const text = await readFile(result, "utf8");
      written = { ...rolloutSchema.parse(JSON.parse(text)), printed: `${printed}${text}` };
    });
    if (written === undefined) throw new Error("nothing was written");
    return written;
  }
}

/** The program, which runs for as long as the tests of the file that asks for it. */
export function deployProgram(): Pick<DeployProgram, "run"> {
  let program: DeployProgram;
  beforeAll(async () => {
    program = await DeployProgram.start();
  }, ENVIRONMENT_MS);
  afterAll(() => program.kill());
  return { run: (double, action, asked) => program.run(double, action, asked) };
}

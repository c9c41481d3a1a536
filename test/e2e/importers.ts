import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "vitest";
import { repository } from "../../local/base/repository.ts";
import type { TestRegistry } from "../support/registry.ts";
import { makeDeploySite, NEW } from "./deploy.ts";
import { fails, reaching, works } from "./deployer.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";

/* What a module of examples/modules does for its team, in whichever language it is written. */

type Call = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;

const folderOf = (language: string): string => join(repository, "examples/modules", language);

/** Calls an example on the included engine. */
export const onIncluded =
  (language: string): Call =>
  (args, env) =>
    mlPipeline(["-m", folderOf(language), ...args], env);

/** Calls an example as someone does who has Dagger alone: the command line of ml-pipeline reads modules in TypeScript only. */
export const onDagger =
  (language: string): Call =>
  (args, env = {}) => {
    const child = spawn("dagger", ["call", "--progress=plain", "-m", folderOf(language), ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const text = (chunks: Buffer[]): string => stripVTControlCharacters(Buffer.concat(chunks).toString());
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ exitCode: code ?? -1, stdout: text(stdout), stderr: text(stderr) }));
    });
  };

interface Given {
  readonly call: Call;
  readonly project: TestProject;
  readonly registry: TestRegistry;
}

interface Scenario {
  readonly name: string;
  /** Whether it needs a registry that containers of the engine reach. */
  readonly pushes?: true;
  run(given: Given): Promise<void>;
}

const paths = ({ source, data }: TestProject): string[] => [`--source=${source}`, `--data=${data}`];

export const IMPORTER_SCENARIOS: readonly Scenario[] = [
  {
    name: "says what the gates and its own stage found",
    async run({ call, project }) {
      const lines = (await works(call(["pull-request", ...paths(project)]))).split("\n");
      expect(lines).toContainEqual(expect.stringMatching(/^metrics passed: accuracy 0\.9\d+ /));
      expect(lines).toContainEqual(expect.stringMatching(/^weight passed: 0\.\d{3} MB of at most 100 MB$/));
    },
  },
  {
    name: "pushes nothing that its own stage refuses, and what it does not",
    pushes: true,
    async run({ call, project, registry }) {
      const name = `team-${randomUUID()}`;
      const publish = ["publish", ...paths(project), `--address=${registry.address}/${name}:v1`];
      const refused = await fails(call([...publish, "--most=0"]));
      expect(refused).toMatch(/the model weighs 0\.\d{3} MB, and may weigh 0 MB/);
      expect((await registry.ask(`${name}/tags/list`)).status).toBe(404);
      const image = await works(call(publish));
      expect(image.trim()).toMatch(/\/team-[0-9a-f-]+(?::v1)?@sha256:[0-9a-f]{64}$/);
      expect(await (await registry.ask(`${name}/tags/list`)).json()).toMatchObject({
        tags: expect.arrayContaining(["v1"]),
      });
    },
  },
  {
    name: "deploys with the credentials that it was given",
    async run({ call }) {
      const site = await makeDeploySite();
      const args = [`--source=${site.project}`, `--image=${NEW}`, "--environment=staging"];
      const deployed = call(["deploy", ...args, "--kubeconfig=env:TEST_KUBECONFIG"], reaching(site.double));
      expect(await works(deployed).finally(() => site.remove())).toMatch(/^deployed in/);
      expect(site.double.cluster.image()).toBe(NEW);
    },
  },
  {
    name: "gives the report of a run whose gate failed, and fails with the number and the limit",
    async run({ call, project }) {
      await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.999");
      const failure = await fails(call(["pull-request", ...paths(project)]));
      expect(failure).toMatch(/metrics failed: accuracy 0\.9\d+ .*at least 0\.999/);
      await works(call(["report", ...paths(project), "export", `--path=${project.out}`]));
      expect(await readFile(join(project.out, "team.txt"), "utf8")).toMatch(/^metrics failed: accuracy 0\.9/m);
      expect(await readFile(join(project.out, "outputs.env"), "utf8")).toContain("VERDICT=failed");
    },
  },
];

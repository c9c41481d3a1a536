import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { repository } from "../docs/pages.ts";
import { nodePackage } from "../node-package.ts";
import { pythonEnvironment } from "../python-environment.ts";

/* The jobs of GitLab, without GitLab: gitlab-ci-local decides which there are and runs them in the host's shell. */

const VERSION = "4.75.1";

/** That of the project's packages: the host's may be too old for it. */
const NODE = join(repository, "node_modules/node/bin/node");

export interface GitlabPipeline {
  readonly exitCode: number;
  readonly printed: string;
  /** What each job that ran printed, by its name. */
  readonly jobs: Readonly<Record<string, string>>;
  /** A file that a job has left as an artifact, until the next pipeline of the checkout; undefined where it has not. */
  artifact(job: string, path: string): Promise<string | undefined>;
}

/** What a pipeline is started by, as GitLab tells its jobs: `CI_PIPELINE_SOURCE` and the like. */
export type Variables = Readonly<Record<string, string>>;

/**
 * Runs the jobs that a checkout has for an event, each in a copy of what is committed.
 *
 * @param home the jobs' home folder, where they clone the module to
 */
export async function gitlabPipeline(
  checkout: string,
  home: string,
  variables: Variables,
  ...more: readonly string[]
): Promise<GitlabPipeline> {
  const program = join(await nodePackage("gitlab-ci-local", VERSION), "dist/index.js");
  const state = join(checkout, ".gitlab-ci-local");
  await rm(state, { recursive: true, force: true });
  const words = [
    ...["--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source", "--color=false"],
    ...["--ignore-predefined-vars", Object.keys(variables).join(",")],
    ...Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
  ];
  const { exitCode, printed } = await ended(program, [...words, ...more], checkout, home);
  const lines = printed.split("\n").map((line) => /^(ml-pipeline\S*)\s+[>$] (.*)$/.exec(line));
  return {
    ...{ exitCode, printed },
    jobs: Object.fromEntries(
      [...new Set(lines.flatMap((line) => line?.[1] ?? []))].map((name) => [
        name,
        lines.flatMap((line) => (line?.[1] === name ? [line[2] ?? ""] : [])).join("\n"),
      ]),
    ),
    artifact: (job, path) => readFile(join(state, "artifacts", job, path), "utf8").catch(() => undefined),
  };
}

function ended(
  program: string,
  words: readonly string[],
  cwd: string,
  home: string,
): Promise<Pick<GitlabPipeline, "exitCode" | "printed">> {
  const env = { ...process.env, HOME: home };
  return new Promise((resolve) => {
    execFile(NODE, [program, ...words], { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, printed: stripVTControlCharacters(`${stderr}\n${stdout}`) });
    });
  });
}

/** What the schema that GitLab publishes of its files says of one; empty where nothing is wrong. */
export async function gitlabSchemaErrors(text: string): Promise<string> {
  const bin = await pythonEnvironment("check-jsonschema", ["check-jsonschema==0.39.0"]);
  const folder = await mkdtemp(join(tmpdir(), "gitlab-schema-"));
  try {
    const file = join(folder, "gitlab-ci.yml");
    await writeFile(file, text);
    return await new Promise((resolve) => {
      const words = ["--builtin-schema", "vendor.gitlab-ci", file];
      execFile(join(bin, "check-jsonschema"), words, (error, stdout) =>
        resolve(error === null ? "" : stdout || String(error)),
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

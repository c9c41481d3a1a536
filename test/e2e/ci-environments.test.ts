import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { githubFiles } from "../../src/ci/github.ts";
import { CiEngine } from "../../src/ci/system.ts";
import { workflowsOf } from "../../src/ci/workflows.ts";
import { ACTION, type ActEnded, actIn } from "../support/act.ts";
import { callsOf, doubleProgram } from "../support/ci/double.ts";
import { FULL_PROJECT } from "../support/ci-files.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";

/* A release through three environments, executed: a program in the place of ml-pipeline says where it waits, and notes what it is called with. */

const IMAGE = "registry.example.com/team/churn@sha256:12";

let folder: string;
let act: Awaited<ReturnType<typeof actIn>>;
const at = (name: "double" | "log" | "project"): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "environments-"));
  act = await actIn(folder, at("double"));
  const workflows = workflowsOf({ ...FULL_PROJECT, environments: ["staging", "eu", "us"] });
  const module = { repository: `https://github.com/${ACTION.name}`, ref: ACTION.ref };
  for (const [path, text] of githubFiles({ workflows, engine: CiEngine.INCLUDED, module, branch: "main" })) {
    await mkdir(dirname(join(at("project"), path)), { recursive: true });
    // It is later than this version of act, which takes no file that has it.
    await writeFile(join(at("project"), path), text.replaceAll(/^ +queue: max\n/gm, ""));
  }
  const git = (...args: readonly string[]): unknown =>
    execFileSync("git", ["-C", at("project"), "-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args]);
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=Begin");
}, ENVIRONMENT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => rm(at("log"), { force: true }));

async function released(waiting: string, refuses = "nothing"): Promise<ActEnded> {
  const text = doubleProgram({ log: at("log"), outputs: { IMAGE, WAITING: waiting } });
  // A promotion that does not work there ends with a failure.
  const refusal = `case "$*" in *"--to=${refuses}"*) exit 1 ;; esac`;
  await writeFile(at("double"), `#!/bin/sh\n${text}\n${refusal}\n`, { mode: 0o755 });
  return act({
    ...{ project: at("project"), workflow: "ml-pipeline-release.yml", event: "push" },
    payload: { ref: "refs/tags/v1.2", ref_name: "v1.2", ref_type: "tag" },
  });
}

const promotions = async (): Promise<string[]> =>
  (await callsOf(at("log"))).flatMap((line) => /promote --source=\. (--from=\w+ --to=\w+)/.exec(line)?.[1] ?? []);

it.each<[string, string, string[]]>([
  ["the first of them", "eu", ["--from=staging --to=eu", "--from=eu --to=us"]],
  ["a later one", "us", ["--from=eu --to=us"]],
  ["none", "", []],
])(
  "a release that waits for %s goes on from there",
  async (_name, waiting, asked) => {
    const { exitCode, output } = await released(waiting);
    expect(exitCode, output).toBe(0);
    expect(await promotions()).toEqual(asked);
    for (const line of (await callsOf(at("log"))).filter((one) => one.includes(" promote "))) {
      expect(line).toContain(`--approve-image=${IMAGE}`);
    }
  },
  120_000,
);

it("what does not work in one environment does not go on to the next", async () => {
  const { exitCode } = await released("eu", "eu");
  expect(exitCode).not.toBe(0);
  expect(await promotions()).toEqual(["--from=staging --to=eu"]);
}, 120_000);

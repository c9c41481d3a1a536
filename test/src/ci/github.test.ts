import { expect, test } from "vitest";
import { parse } from "yaml";
import { githubFiles } from "../../../src/ci/github.ts";
import { CiEngine, type CiRequest, isWritten } from "../../../src/ci/system.ts";
import { workflowsOf } from "../../../src/ci/workflows.ts";
import { FULL_PROJECT } from "../../support/ci-files.ts";

const MODULE = { repository: "https://github.com/OWNER/ml-pipeline", ref: "v0.1.0" };

interface JobFile {
  readonly if?: string;
  readonly concurrency: { readonly group: string; readonly queue?: string; readonly "cancel-in-progress"?: boolean };
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly run?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
  }[];
}

const filesOf = (request: Partial<CiRequest> = {}): ReadonlyMap<string, string> =>
  githubFiles({
    ...{ workflows: workflowsOf(FULL_PROJECT), engine: CiEngine.INCLUDED, module: MODULE, branch: "main" },
    ...request,
  });

const jobsOf = (text: string): Readonly<Record<string, JobFile>> =>
  (parse(text) as { readonly jobs: Readonly<Record<string, JobFile>> }).jobs;

test("no script has an expression, so that no name of a branch is read by a shell", () => {
  for (const text of filesOf().values()) {
    for (const { steps } of Object.values(jobsOf(text))) {
      for (const { run = "" } of steps) expect(run).not.toContain("${{");
    }
  }
});

test("no two jobs of a workflow upload a file or a folder of one name", () => {
  for (const [path, text] of filesOf()) {
    const names = Object.values(jobsOf(text)).flatMap(({ steps }) =>
      steps.flatMap((step) => (step.uses?.includes("upload-artifact") ? [step.with?.name ?? step.with?.path] : [])),
    );
    expect(new Set(names).size, path).toBe(names.length);
  }
});

test("a newer commit ends the run of a pull request; what else waits is never dropped", () => {
  for (const text of filesOf().values()) {
    for (const [id, { concurrency }] of Object.entries(jobsOf(text))) {
      if (id === "pull-request") expect(concurrency["cancel-in-progress"]).toBe(true);
      else expect(concurrency).toEqual({ group: expect.stringMatching(/^ml-pipeline-/), queue: "max" });
    }
  }
});

test("a retraining by hand is that of the main branch alone", () => {
  const jobs = jobsOf(filesOf().get(".github/workflows/ml-pipeline-retrain.yml") ?? "");
  expect(jobs["retrain-by-hand"]?.if).toContain("github.ref == 'refs/heads/main'");
});

test("projects of one repository have files and groups of their own, and neither takes the other's for its own", () => {
  const [one, other] = [filesOf({ root: "services/a" }), filesOf({ root: "services/b" })];
  expect([...one.keys()].filter((path) => other.has(path))).toEqual([]);
  for (const text of one.values()) {
    expect(isWritten(text, { root: "services/a" })).toBe(true);
    expect(isWritten(text, { root: "services/b" })).toBe(false);
    expect(isWritten(text, {})).toBe(false);
    for (const { concurrency } of Object.values(jobsOf(text))) expect(concurrency.group).toContain("services-a");
  }
  expect(isWritten(`name: mine\n\n\n# like what was ${[...filesOf().values()][0]}`, {})).toBe(false);
});

test("images at ghcr.io are pushed by the job's own token, which may write packages there and nowhere else", () => {
  const registry = "ghcr.io";
  const workflows = workflowsOf({ ...FULL_PROJECT, address: "ghcr.io/team/churn" });
  for (const [path, text] of filesOf({ registry, workflows })) {
    for (const { permissions, steps } of Object.values(jobsOf(text))) {
      const token = steps.flatMap(({ env }) => env?.REGISTRY_PASSWORD ?? []);
      expect(new Set(token), path).toEqual(new Set(permissions.packages === "write" ? ["${{ github.token }}"] : []));
    }
  }
});

import { execFile, execFileSync, spawnSync } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACTION, type ActEnded, type ActRun, actIn } from "../support/act.ts";
import { repository } from "../support/docs/pages.ts";
import { startForge, type TestForge } from "../support/forge.ts";
import { ENVIRONMENT_MS, pythonEnvironment } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* GitHub's workflows are executed, on a project that passes and on one that fails, and looked at by what others look at them with. */

let folder: string;
let project: TestProject;
let registry: TestRegistry;
let forge: TestForge;
let act: (run: ActRun) => Promise<ActEnded>;

const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", project.source, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args], {
    encoding: "utf8",
  }).trim();

function commit(subject: string): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", subject);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "act-"));
  [project, registry, act] = await Promise.all([tinyProject(), startRegistry(), actIn(folder)]);
  forge = await startForge("GitHub", {
    [WRITES]: { id: 7, mayWrite: true },
    [READS]: { id: 7, mayWrite: false },
  });
  await mkdir(join(project.source, "data"));
  await cp(join(project.data, "rows.csv"), join(project.source, "data/rows.csv"));
  git("init", "--quiet", "--initial-branch=main");
  const written = await mlPipeline([
    ...["ci", "--system=github", `--source=${project.source}`, `--address=${registry.address}/tiny`],
    ...[`--module=github.com/${ACTION.name}@${ACTION.ref}`, "export", `--path=${project.source}`],
  ]);
  expect(written.exitCode, written.stderr).toBe(0);
  // It is later than this version of act, which takes no file that has it.
  await project.edit(".github/workflows/ml-pipeline-main.yml", "      queue: max\n", "");
  commit("Begin");
}, ENVIRONMENT_MS);
afterAll(async () => {
  forge.close();
  await Promise.all([project.remove(), registry.close(), rm(folder, { recursive: true, force: true })]);
});

/** The token of a job, and the one that a job of a fork has. */
const [WRITES, READS] = ["token-that-writes", "token-of-a-fork"] as const;

const pullRequest = (branch: string, token: string = WRITES): Promise<ActEnded> =>
  act({
    ...{ project: project.source, workflow: "ml-pipeline-pull-request.yml", event: "pull_request" },
    payload: { pull_request: { html_url: forge.page, head: { ref: branch } } },
    secrets: { GITHUB_TOKEN: token },
  });

const reportOf = async (kept: string, name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(kept, name, "report/report.json"), "utf8"));

describe("a pull request", () => {
  it("that passes is green, and keeps its report, also as a page that is not zipped", async () => {
    // A branch is whatever its author calls it, and no shell reads it.
    const { exitCode, output, kept } = await pullRequest("topic-$(touch${IFS}pwned)", READS);
    expect(exitCode, output).toBe(0);
    expect(await reportOf(kept, "pull-request-report")).toMatchObject({
      ...{ verdict: "passed", training: { profile: "quick" }, project: { branch: "topic-$(touch${IFS}pwned)" } },
    });
    expect(await readdir(join(kept, "artifact"))).toEqual(["pull-request.html"]);
    expect(await readdir(project.source)).not.toContain("pwned");
    // A fork's token reads alone, which changes no verdict.
    expect(output).toMatch(/warning: no comment was written on .*HTTP 403/);
    expect(forge.comments).toEqual([]);
    expect(output).not.toContain(READS);
  }, 600_000);

  it("that fails is red at its verdict alone, with its findings at their lines", async () => {
    await appendFile(join(project.source, "src/train.py"), "import os\n");
    commit("Import what nothing needs");
    const { exitCode, output, kept } = await pullRequest("topic").finally(() => git("revert", "--no-edit", "HEAD"));
    expect(exitCode).not.toBe(0);
    expect(await reportOf(kept, "pull-request-report")).toMatchObject({ verdict: "failed" });
    expect(output).toMatch(/::error .*file=src\/train\.py,line=\d+.*F401/);
    const failed = [...output.matchAll(/❌ {2}Failure - Main (.+?) \[/g)].map(([, step]) => step);
    expect(failed).toEqual(["Verdict"]);
    expect(forge.comments).toHaveLength(1);
    expect(forge.comments[0]?.body).toMatch(/## ❌ [\s\S]*lint/);
  }, 600_000);
});

it("a commit on the main branch pushes its image by the commit", async () => {
  const { exitCode, output, kept } = await act({
    ...{ project: project.source, workflow: "ml-pipeline-main.yml", event: "push" },
    payload: { ref: "refs/heads/main" },
    ...{ secrets: { REGISTRY_PASSWORD: "Tr0ub4dor&3" }, variables: { REGISTRY_USER: "someone" } },
  });
  expect(exitCode, output).toBe(0);
  const sha = git("rev-parse", "HEAD");
  expect(await reportOf(kept, "main-report")).toMatchObject({ verdict: "passed", project: { commit: sha } });
  const pushed = await registry.ask(`tiny/manifests/${sha}`, {
    headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
  });
  expect(pushed.status).toBe(200);
}, 600_000);

describe("nothing is found in any workflow", () => {
  const workflows = async (): Promise<string[]> => {
    const files: string[] = [];
    for (const engine of ["included", "dagger"]) {
      const path = `${repository}ci/github/${engine}/.github/workflows`;
      files.push(...(await readdir(path)).map((name) => join(path, name)));
    }
    return [...files, `${repository}action.yml`];
  };

  it("by zizmor, which looks for what others could do with them", async () => {
    const zizmor = join(await pythonEnvironment("zizmor", ["zizmor==1.32.0"]), "zizmor");
    // A tag is what is shown; who wants it gives a commit, as the tests above do.
    const found = spawnSync(zizmor, ["--offline", "--format=json", ...(await workflows())], { encoding: "utf8" });
    const findings: { readonly ident: string; readonly ignored: boolean }[] = JSON.parse(found.stdout);
    expect([...new Set(findings.filter(({ ignored }) => !ignored).map(({ ident }) => ident))]).toEqual([
      "unpinned-uses",
    ]);
  }, 120_000);

  it.skipIf(spawnSync("go", ["version"]).status !== 0)(
    "by actionlint",
    async () => {
      const bin = join(homedir(), ".cache/ml-pipeline-tests/actionlint-v1.7.12");
      await promisify(execFile)("go", ["install", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"], {
        env: { ...process.env, GOBIN: bin },
      });
      const files = (await workflows()).filter((path) => !path.endsWith("action.yml"));
      // Of May 2026, and later than this version of actionlint; GitHub's schema has it.
      const later = '-ignore=unexpected key "queue" for "concurrency"';
      const found = spawnSync(join(bin, "actionlint"), ["-shellcheck=", later, ...files], { encoding: "utf8" });
      expect(found.stdout).toBe("");
      expect(found.status).toBe(0);
    },
    300_000,
  );
});

import { describe, expect, test } from "vitest";
import type { Call, Job } from "../../../src/ci/workflow.ts";
import { type CiProject, workflowsOf } from "../../../src/ci/workflows.ts";
import { FULL_PROJECT } from "../../support/ci-files.ts";

const jobsOf = (changes: Partial<CiProject> = {}): Job[] =>
  workflowsOf({ ...FULL_PROJECT, ...changes }).flatMap(({ jobs }) => jobs);
const job = (id: string, changes: Partial<CiProject> = {}): Job => {
  const found = jobsOf(changes).find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no job ${id}`);
  return found;
};
const words = ({ words }: Call): string[] =>
  words.map((word) => (typeof word === "string" ? word : `${word.before}${"fact" in word ? word.fact : "…"}`));

describe("a project gets the jobs that it has a use for", () => {
  test.each<[string, Partial<CiProject>, string[]]>([
    [
      "one that has everything",
      {},
      [
        ...["pull-request", "main", "release", "promote-production", "retrain", "retrain-by-hand"],
        ...["monitor", "retrain-for-drift"],
      ],
    ],
    [
      "one that has nothing",
      { address: undefined, hasStore: false, environments: [], hasWindow: false, live: undefined },
      ["pull-request", "main"],
    ],
    [
      "one without a store and without an environment, which has no accepted model to retrain against",
      { hasStore: false, environments: [], pointer: undefined },
      ["pull-request", "main", "monitor"],
    ],
    [
      "one that pushes nothing",
      { address: undefined, live: undefined },
      ["pull-request", "main", "retrain", "retrain-by-hand"],
    ],
  ])("%s", (_name, changes, ids) => {
    expect(jobsOf(changes).map(({ id }) => id)).toEqual(ids);
  });
});

test("a job that exports a report exports it first, keeps it, and fails by it at its end", () => {
  for (const { run, report, verdict } of jobsOf()) {
    if (report === undefined) continue;
    expect(words(run).slice(-3)).toEqual(["report", "export", `--path=${report}/`]);
    expect(verdict?.words).toEqual(["assert", `--report=${report}/`]);
  }
});

test("a pull request, which may be one of a fork, is asked for no secret but those that data are had by", () => {
  const asked = job("pull-request", { access: ["webhook", "signing-key", "dvc-config"] });
  expect(asked.run.secrets).toEqual(["DVC_CONFIG"]);
  expect(words(asked.run)).toContain("--profile=quick");
});

test("each call names the variables of all secrets that it takes", () => {
  for (const { run, comment, verdict } of jobsOf({ access: ["webhook", "aws-credentials"] })) {
    for (const call of [run, comment, verdict]) {
      if (call === undefined) continue;
      const named = words(call).flatMap((word) => /=env:(\w+)$/.exec(word)?.[1] ?? []);
      expect(call.secrets).toEqual(named);
    }
  }
});

test("what an earlier job must have left is among what it leaves", () => {
  const all = jobsOf();
  for (const { after, run } of all) {
    const outputs = run.words.flatMap((word) => (typeof word === "object" && "output" in word ? [word.output] : []));
    if (after === undefined) expect(outputs).toEqual([]);
    else {
      const before = all.find(({ id }) => id === after.job);
      expect(before?.outputs).toEqual(expect.arrayContaining([after.output, ...outputs]));
    }
  }
});

test("a release goes from each environment to the next one, and only the image that waited", () => {
  const promote = job("promote-production");
  expect(words(promote.run)).toEqual(
    expect.arrayContaining(["promote", "--from=staging", "--to=production", "--approve-image=…"]),
  );
  expect(promote).toMatchObject({ environment: "production", after: { job: "release", output: "WAITING" } });
});

test("a project in a folder of its repository is named in each call", () => {
  for (const { run } of jobsOf({ root: "services/churn" })) expect(words(run)[0]).toBe("--root=services/churn");
});

describe("the accepted model that a new one is held against", () => {
  const baselines = (changes: Partial<CiProject>): string[] =>
    jobsOf(changes).flatMap(({ run }) =>
      words(run).filter((word) => /^--(baseline-from|store-as|environment)=/.test(word)),
    );

  test("is that of the main branch, and what the environment's pointer follows; no merge moves that pointer", () => {
    const [main, release, retrain] = ["main", "release", "retrain"].map((id) => words(job(id).run).join(" "));
    expect(main).toContain("--baseline-from=store:accepted --store-as=accepted");
    expect(release).toContain("--baseline-from=store:production");
    expect(retrain).toContain("--baseline-from=store:production");
    expect(retrain).toContain("--environment=production");
  });

  test("is what runs where no pointer follows it, and of a release none", () => {
    expect(baselines({ pointer: undefined, hasStore: false, live: undefined })).toEqual(
      [1, 2].flatMap(() => ["--baseline-from=environment:production", "--environment=production"]),
    );
  });

  test("is that of the main branch where nothing is deployed", () => {
    const changes = { address: undefined, environments: [], pointer: undefined, live: undefined };
    expect(new Set(baselines(changes))).toEqual(new Set(["--baseline-from=store:accepted", "--store-as=accepted"]));
  });
});

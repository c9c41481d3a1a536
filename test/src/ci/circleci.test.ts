import { expect, test } from "vitest";
import { parse } from "yaml";
import { CiEngine } from "../../../src/ci/system.ts";
import { CiSystem } from "../../../src/ci/systems.ts";
import { shownFiles } from "../../support/ci-files.ts";

const PATH = ".circleci/config.yml";
const text = shownFiles(CiSystem.CIRCLECI, CiEngine.INCLUDED).get(PATH) ?? "";

interface Invocation {
  readonly context?: readonly string[];
  readonly requires?: readonly unknown[];
  readonly type?: string;
  readonly filters?: unknown;
}
const { workflows } = parse(text) as {
  readonly workflows: Readonly<
    Record<
      string,
      { readonly when: { readonly and: readonly unknown[] }; readonly jobs: readonly Record<string, Invocation>[] }
    >
  >;
};
const invocation = (workflow: string, job: string): Invocation | undefined =>
  workflows[workflow]?.jobs.find((one) => job in one)?.[job];

test("what starts in different ways is different workflows", () => {
  expect(Object.keys(workflows)).toEqual([
    ...["pull-request", "main", "release", "retrain", "retrain-by-hand", "monitor"],
  ]);
});

test("a schedule starts its own workflow, and none of those that commits start", () => {
  const scheduled = { equal: ["scheduled_pipeline", "<< pipeline.trigger_source >>"] };
  for (const name of ["retrain", "monitor"]) {
    expect(workflows[name]?.when.and).toEqual([scheduled, { equal: [name, "<< pipeline.schedule.name >>"] }]);
  }
  for (const name of ["pull-request", "main", "release"]) {
    expect(workflows[name]?.when.and).toEqual([{ not: scheduled }, { not: "<< pipeline.parameters.retrain >>" }]);
  }
});

test("a promotion waits for a person, and has a context that only some may use", () => {
  expect(invocation("release", "approve-production")).toMatchObject({ type: "approval", requires: ["release"] });
  expect(invocation("release", "promote-production")).toMatchObject({
    requires: ["approve-production"],
    context: ["ml-pipeline", "ml-pipeline-production"],
  });
});

test("a pull request has no context, whose secrets a fork would ask for", () => {
  expect(invocation("pull-request", "pull-request")).toEqual({ filters: { branches: { ignore: "main" } } });
});

test("all jobs of a release are for tags, or CircleCI would leave them out", () => {
  for (const jobs of workflows.release?.jobs ?? []) {
    for (const { filters } of Object.values(jobs)) {
      expect(filters).toEqual({ branches: { ignore: "/.*/" }, tags: { only: "/^v.*/" } });
    }
  }
});

test("no template stands in a script", () => {
  const scripts = [...text.matchAll(/command: \|\n((?: {8,}.*\n)+)/g)].map(([, script]) => script);
  expect(scripts.length).toBeGreaterThan(10);
  for (const script of scripts) expect(script).not.toContain("<<");
});

test("Dagger's program is installed where it is called", () => {
  const dagger = shownFiles(CiSystem.CIRCLECI, CiEngine.DAGGER).get(PATH);
  expect(dagger).toMatch(/dl\.dagger\.io\/dagger\/install\.sh/);
  expect(dagger).not.toMatch(/^ *ml-pipeline (run|assert)/m);
});

import { expect, test } from "vitest";
import { parse } from "yaml";
import { bitbucketFiles } from "../../../src/ci/bitbucket.ts";
import { CiEngine } from "../../../src/ci/system.ts";
import { CiSystem } from "../../../src/ci/systems.ts";
import { shownFiles } from "../../support/ci-files.ts";
import { userError } from "../support.ts";

const text = shownFiles(CiSystem.BITBUCKET, CiEngine.INCLUDED).get("bitbucket-pipelines.yml") ?? "";

interface Step {
  readonly "runs-on": readonly string[];
  readonly "concurrency-group"?: string;
  readonly deployment?: string;
  readonly trigger?: string;
}
interface Item {
  readonly step?: Step;
  readonly variables?: readonly { readonly name: string }[];
}
const { pipelines } = parse(text) as {
  readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly Item[]>>>>;
};
const steps = Object.values(pipelines)
  .flatMap((section) => Object.values(section))
  .flat()
  .flatMap(({ step }) => step ?? []);

test("each event has its pipelines, and what the clock or a person starts is custom", () => {
  expect(Object.entries(pipelines).map(([section, named]) => [section, Object.keys(named)])).toEqual([
    ["pull-requests", ["**"]],
    ["branches", ["main"]],
    ["tags", ["v*"]],
    ["custom", ["retrain", "retrain-by-hand", "monitor"]],
  ]);
});

test("the head says when the clock starts what, which no file can tell Bitbucket", () => {
  expect(text).toContain(
    '# Schedules of custom pipelines on main, in UTC: retrain at "0 4 * * 1", monitor at "0 5 * * *".',
  );
});

test("a promotion is a deployment that a person starts", () => {
  expect(pipelines.tags?.["v*"]?.[1]?.step).toMatchObject({ deployment: "production", trigger: "manual" });
});

test("a person who retrains is asked whether to force, and nobody else is", () => {
  const asked = Object.entries(pipelines.custom ?? {}).filter(([, items]) => items.some(({ variables }) => variables));
  expect(asked.map(([name]) => name)).toEqual(["retrain-by-hand"]);
  expect(pipelines.custom?.["retrain-by-hand"]?.[0]?.variables).toMatchObject([{ name: "FORCE_DEPLOY" }]);
});

test("all steps run in the shell of a runner of the site", () => {
  expect(steps.length).toBeGreaterThan(7);
  for (const step of steps) expect(step["runs-on"]).toEqual(["self.hosted", "linux.shell"]);
});

test("deliveries wait for each other", () => {
  const groups = steps.map((step) => step["concurrency-group"]);
  expect(groups.filter((group) => group === "ml-pipeline-delivery")).toHaveLength(4);
});

test("Dagger's engine is refused, saying why and what to do", () => {
  const request = { workflows: [], engine: CiEngine.DAGGER, branch: "main", module: { repository: "r", ref: "v1" } };
  expect(userError(() => bitbucketFiles(request))).toMatch(/^--engine=dagger: .*privileges.*Leave out --engine/);
});

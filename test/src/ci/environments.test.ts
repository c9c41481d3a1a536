import { expect, test } from "vitest";
import { parse } from "yaml";
import { CiEngine } from "../../../src/ci/system.ts";
import { CiSystem, SYSTEMS } from "../../../src/ci/systems.ts";
import { workflowsOf } from "../../../src/ci/workflows.ts";
import { FULL_PROJECT } from "../../support/ci-files.ts";

/* A release with four environments goes through all of them, whichever it waits for first. */

const workflows = workflowsOf({ ...FULL_PROJECT, environments: ["staging", "canary", "eu", "us"] });
const release = workflows.find(({ id }) => id === "release");

const textOf = (system: CiSystem): string =>
  [
    ...SYSTEMS[system]({
      ...{ workflows, engine: CiEngine.INCLUDED, branch: "main", project: "churn" },
      module: { repository: "https://github.com/OWNER/ml-pipeline", ref: "v0.1.0" },
    }).values(),
  ].join("\n---\n");

const documents = (system: CiSystem): Record<string, never>[] =>
  textOf(system)
    .split("\n---\n")
    .map((text) => parse(text) as Record<string, never>);

const found = <T>(system: CiSystem, ...path: readonly (string | number)[]): T => {
  for (const document of documents(system)) {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    if (value !== undefined) return value as T;
  }
  throw new Error(`there is no ${path.join(".")}`);
};

test("each environment comes after the one before it, or after the release where it waited there", () => {
  expect(release?.jobs.map(({ id, after }) => [id, after?.is, after?.through])).toEqual([
    ["release", undefined, undefined],
    ["promote-canary", ["canary"], undefined],
    ["promote-eu", ["eu", "canary"], "promote-canary"],
    ["promote-us", ["us", "canary", "eu"], "promote-eu"],
  ]);
});

test("GitHub goes on where the promotion before it ended well, and skips one that the release is beyond", () => {
  expect(found(CiSystem.GITHUB, "jobs", "promote-canary")).toMatchObject({
    needs: "release",
    if: "needs.release.outputs.WAITING == 'canary'",
  });
  expect(found(CiSystem.GITHUB, "jobs", "promote-us")).toMatchObject({
    ...{ needs: ["release", "promote-eu"], environment: "us" },
    if: "${{ !cancelled() && needs.release.result == 'success' && (needs.release.outputs.WAITING == 'us' || needs.promote-eu.result == 'success') }}",
  });
});

test("Azure does the same", () => {
  const stages = found<{ stage: string; dependsOn: unknown; condition: string }[]>(CiSystem.AZURE, "stages");
  expect(stages.find(({ stage }) => stage === "promote_us")).toMatchObject({
    dependsOn: ["release", "promote_eu"],
    condition:
      "and(not(canceled()), eq(dependencies.release.result, 'Succeeded'), or(eq(dependencies.release.outputs['release.outputs.WAITING'], 'us'), eq(dependencies.promote_eu.result, 'Succeeded')))",
  });
});

test("where a person starts each, every environment from the one that waits may go on", () => {
  const [guard] = found<string[]>(CiSystem.GITLAB, "ml-pipeline-promote-eu", "script");
  expect(guard).toMatch(/^\[ "\$WAITING" = eu \] \|\| \[ "\$WAITING" = canary \] \|\| \{ echo /);
  expect(textOf(CiSystem.CIRCLECI)).toContain("grep -Eqx 'WAITING=(us|canary|eu)' ");
  expect(textOf(CiSystem.CIRCLECI)).toContain("grep -qx 'WAITING=canary' ");
  expect(textOf(CiSystem.JENKINS)).toContain(
    "expression { env.WAITING == 'us' || env.WAITING == 'canary' || env.WAITING == 'eu' }",
  );
});

test("Bitbucket's steps follow each other, so one that the release is beyond ends well", () => {
  const steps = found<{ step: { deployment?: string; script: string[] } }[]>(
    CiSystem.BITBUCKET,
    "pipelines",
    "tags",
    "v*",
  );
  const [canary, , us] = steps.flatMap(({ step }) => (step.deployment === undefined ? [] : [step.script[0] ?? ""]));
  expect(canary).toMatch(
    /! grep -Eqx 'WAITING=\(eu\|us\)' .* \|\| \{ echo 'The release is beyond it already'; exit 0; \}/,
  );
  expect(canary).toContain("grep -qx 'WAITING=canary' ");
  expect(us).not.toContain("beyond");
  expect(us).toContain("grep -Eqx 'WAITING=(us|canary|eu)' ");
});

import { describe, expect, test } from "vitest";
import { targetOf } from "../../../src/stages/roll-out.ts";
import { configOf, userError } from "../support.ts";

describe("an environment", () => {
  const config = configOf(
    '[deploy.staging]\ndeployment = "model"\n\n[deploy.production]\ndeployment = "model"\ntimeout = 60',
  );

  test("is a table of the configuration, with defaults for what it does not say", () => {
    expect(targetOf({ config }, "production")).toMatchObject({
      deployment: "model",
      timeout: 60,
      checks: ["health", "answer"],
    });
    expect(targetOf({ config }, "staging")).toMatchObject({ timeout: 600, tolerance: 0.01, "patience-seconds": 30 });
  });

  test.each([
    ["stagin", "did you mean staging?"],
    ["qa", "The configuration has deploy.staging, deploy.production."],
    ["toString", "there is no such environment"],
    ["__proto__", "there is no such environment"],
  ])("%s is none, and the message says which are", (name, words) => {
    expect(userError(() => targetOf({ config }, name))).toContain(words);
  });

  test("where there is none, the message has the table to write", () => {
    expect(userError(() => targetOf({ config: configOf("") }, "staging"))).toContain(
      'add a table [tool.ml-pipeline.deploy.staging] with deployment = "NAME", or rollout or inference-service.',
    );
  });
});

test.each([
  ['deployment = "Model"', "deploy.staging.deployment: expected a name of Kubernetes"],
  ['deployment = "../x"', "deploy.staging.deployment: expected a name of Kubernetes"],
  [
    'namespace = "a"',
    "deploy.staging: one of deployment, rollout, inference-service, external names what is deployed to, and none of them is there",
  ],
  [
    'deployment = "m"\nrollout = "m"',
    "deploy.staging: one of deployment, rollout, inference-service, external names what is deployed to, and deployment and rollout are there",
  ],
  [
    'rollout = "m"\nstrategy = "canary"',
    'deploy.staging.strategy: "canary" is for a Deployment: the steps of a Rollout',
  ],
  [
    'inference-service = "m"\nstrategy = "canary"',
    'deploy.staging.strategy: "canary" is for a Deployment: KServe moves',
  ],
  ['deployment = "m"\nservice = "x/y"', "deploy.staging.service: expected a Service"],
  ['deployment = "m"\nchecks = ["latency"]', "deploy.staging.checks.0: expected one of"],
  ['deployment = "m"\ntimeout = 0', "deploy.staging.timeout: 0 is below the least possible"],
  ['deployment = "m"\nserver = "cluster:6443"', "deploy.staging.server: expected an address that begins with https://"],
  ['deployment = "m"\nstrategies = "canary"', "deploy.staging.strategies: unknown key"],
])("%s is refused", (table, words) => {
  expect(userError(() => configOf(`[deploy.staging]\n${table}`))).toContain(words);
});

test.each(["http://cluster:6443", "https://me:secret@cluster", "https://cluster?token=x"])(
  "a token is not sent to %s, where others may read it",
  (server) => {
    const text = userError(() => configOf(`[deploy.staging]\ndeployment = "m"\nserver = "${server}"`));
    expect(text).toContain("deploy.staging.server: expected an address that begins with https://, without a password");
  },
);

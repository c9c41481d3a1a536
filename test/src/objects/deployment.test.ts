import type { Directory } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Deployment, type DeploymentFacts } from "../../../src/objects/deployment.ts";
import { userError } from "../support.ts";

const folder = {} as Directory;
const [image, old] = ["team/model@sha256:2", "team/model@sha256:1"];
const made = (facts: DeploymentFacts): Deployment => new Deployment(JSON.stringify(facts), folder);

test("a deploy that worked says what runs", () => {
  const done = made({
    ...{ verdict: "passed", text: "deployed in 2 s: staging" },
    deployed: { environment: "staging", outcome: "done", image, runs: image, revision: 7, rolledBack: false },
  });
  expect([done.verdict(), done.outcome(), done.image(), done.running()]).toEqual(["passed", "done", image, image]);
  expect([done.revision(), done.rolledBack(), done.report()]).toEqual([7, false, folder]);
  expect(done.assert()).toBe("deployed in 2 s: staging");
});

test("one that did not work is an object too, and its assert says why", () => {
  const text = "staging: the rollout failed after 3 s. exit code 3\nSee docs/delivery.md of ml-pipeline.";
  const failed = made({
    ...{ verdict: "failed", text },
    deployed: { environment: "staging", outcome: "failed", image, runs: old, revision: 6, rolledBack: true },
  });
  expect([failed.verdict(), failed.running(), failed.rolledBack()]).toEqual(["failed", old, true]);
  expect(userError(() => failed.assert())).toBe(text);
});

test("one that was refused knows nothing of what runs", () => {
  const deployed = { environment: "staging", outcome: "refused", image, rolledBack: false } as const;
  const refused = made({ verdict: "failed", text: "no", deployed });
  expect([refused.running(), refused.revision()]).toEqual(["", 0]);
});

import { expect, test } from "vitest";
import { type Deployed, deployedOf, deployedWords } from "../../../src/delivery/deployed.ts";
import { rolloutLine } from "../../../src/delivery/rollout-words.ts";
import { digest, ran, rollout } from "./rollouts.ts";

const back = { outcome: "done", image: digest("b"), revision: 5, why: "", asked: true, reason: null } as const;
const told = { environment: "staging", workload: { kind: "deployment", name: "model" } } as const;

test.each<[string, Parameters<typeof rollout>[0], Partial<Deployed>, string]>([
  [
    "done",
    { outcome: "done", after: ran() },
    { runs: digest("a"), revision: 4 },
    `staging runs team/model@sha256:${"a".repeat(12)}…, revision 4`,
  ],
  [
    "failed",
    { outcome: "failed", after: ran({ image: digest("b"), revision: 5 }), back },
    { runs: digest("b"), revision: 5, rolledBack: true },
    `staging went back, and runs team/model@sha256:${"b".repeat(12)}…, revision 5`,
  ],
  ["failed", { outcome: "failed" }, {}, "staging was not deployed"],
  ["refused", { outcome: "refused" }, {}, "staging was not deployed"],
  [
    "waiting",
    { outcome: "waiting", after: ran() },
    { runs: digest("a"), revision: 4, next: "kubectl argo rollouts promote model" },
    "staging waits for a person",
  ],
])("a deploy that is %s", (outcome, more, expected, words) => {
  const found = deployedOf("staging", digest("a"), rollout(more), "kubectl argo rollouts promote model");
  expect(found).toEqual({ environment: "staging", image: digest("a"), outcome, rolledBack: false, ...expected });
  expect(deployedWords(found)).toBe(words);
});

test("a failed rollout is told in a line, without the container's output", () => {
  const reason = { code: "crash", pod: "model-1", container: "serve", exitCode: 3, log: "Traceback" } as const;
  const after = ran({ image: digest("b"), revision: 5 });
  const line = rolloutLine(rollout({ outcome: "failed", reason, back, after }), told);
  expect(line).toBe(
    `staging: the rollout failed after 3.2 s. Container serve of pod model-1 ends again and again, with exit code 3. It went back to revision 5, team/model@sha256:${"b".repeat(12)}…, which serves again.`,
  );
});

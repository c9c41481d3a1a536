import { expect, test } from "vitest";
import { jobResult, jobText, placeText } from "../../../src/remote/words.ts";

const ASKING = { where: "s3://models/ in us-east-1", endpoint: "", admitted: true, writes: true };

const result = (reason: object) => {
  const found = jobResult.parse({
    ...{ outcome: "failed", server: "https://cluster", context: "gpus", namespace: "models" },
    ...{ name: "ml-pipeline-train-1", joined: false, pod: "p", reason },
  });
  if (found.reason === null) throw new Error("no reason");
  return { ...found, reason: found.reason };
};

const text = (reason: object): string => jobText(result(reason), ASKING);

test.each([
  [
    { code: "memory", pod: "p", exitCode: 137 },
    /killed for its memory in pod p \(exit code 137\).*training\.kubernetes\.memory/,
  ],
  [
    { code: "unschedulable", pod: "p", detail: "0/4 nodes are available: 4 Insufficient nvidia.com/gpu." },
    /Insufficient nvidia\.com\/gpu\. training\.kubernetes\.cpu/,
  ],
  [{ code: "image", pod: "p", detail: "401 Unauthorized" }, /does not come: 401 Unauthorized.*image-pull-secret/],
  [
    { code: "missing", detail: 'namespaces "model" not found' },
    /namespaces "model" not found.*training\.kubernetes\.namespace/,
  ],
  [{ code: "not-created", detail: "exceeded quota: small" }, /exceeded quota: small/],
  [
    { code: "store", pod: "p", detail: "timed out", names: ["unreachable", ""] },
    /^From pod p: The model store s3:.* does not answer \(timed out\)/,
  ],
  [{ code: "store", detail: "denied", names: ["permission", "blobs/x"] }, /does not let this key write blobs\/x in it/],
  [{ code: "forbidden", detail: "jobs.batch is forbidden" }, /docs\/remote-training\.md has a Role/],
  [{ code: "no-rights", names: ["create jobs", "get pods/log"] }, /They lack: create jobs, get pods\/log/],
  [{ code: "unauthorized" }, /refuses the credentials/],
  [{ code: "deadline" }, /training\.kubernetes\.timeout/],
  [{ code: "cancelled", detail: "Job x was removed" }, /cancelled: Job x was removed/],
  [{ code: "deleted" }, /Somebody deleted Job/],
  [{ code: "lost", detail: "HTTP 503" }, /The same call finds it again/],
  [{ code: "something-new", detail: "odd" }, /does not know \(something-new\): odd/],
])("%j is a sentence that says what to do", (reason, words) => {
  expect(text(reason)).toMatch(words);
  expect(text(reason)).not.toMatch(/undefined|\s{2}|\.\./);
});

test("where it ran is said, and that it was there before", () => {
  expect(placeText({ ...result({ code: "deadline" }), joined: true })).toBe(
    "by Job ml-pipeline-train-1 in namespace models, which was there already",
  );
});

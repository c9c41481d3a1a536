import { expect, test } from "vitest";
import { refuseQuickDelivery } from "../../../src/functions/profile.ts";
import { Profile, quickRefusal, refuseQuick } from "../../../src/model/profile.ts";
import { judgedManifest as writtenManifest } from "../../../src/stages/release.ts";
import { judgedManifest } from "../evidence/image-facts.ts";
import { userError } from "../support.ts";

test("a model of the quick profile is refused by name, and no other", () => {
  expect(quickRefusal({})).toBe("");
  refuseQuick(undefined, "--baseline");
  refuseQuick({}, "--baseline");
  expect(userError(() => refuseQuick({ profile: "quick" }, "--baseline"))).toMatch(
    /^The model of --baseline is not taken: it was trained with --profile=quick/,
  );
});

test("a quick run goes with nothing that leaves it", () => {
  const all = { address: "registry/name", environment: "staging", storeAs: "staging" };
  refuseQuickDelivery(Profile.FULL, all);
  refuseQuickDelivery(Profile.QUICK, {});
  expect(userError(() => refuseQuickDelivery(Profile.QUICK, { address: all.address }))).toMatch(
    /^--profile=quick goes with no --address:/,
  );
  expect(userError(() => refuseQuickDelivery(Profile.QUICK, all))).toContain(
    "no --address and no --environment and no --store-as",
  );
});

test("the verdict on a quick model is that it failed, whatever its gates said", () => {
  const { validation, ...manifest } = judgedManifest;
  if (validation === undefined) throw new Error("the manifest of the tests has no verdict");
  const judgement = { verdict: "passed", stages: [], evidence: { gates: [] } } as const;
  const conditions = validation.judged;
  expect(writtenManifest(manifest, judgement, conditions).validation?.verdict).toBe("passed");
  expect(writtenManifest({ ...manifest, profile: "quick" }, judgement, conditions).validation).toMatchObject({
    ...{ verdict: "failed", reason: expect.stringContaining("--profile=quick") },
  });
});

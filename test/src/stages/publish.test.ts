import type { Secret } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { checkPublishInputs } from "../../../src/stages/publish.ts";
import { userError } from "../support.ts";

const password = {} as Secret;

describe("addresses", () => {
  test.each([
    ...["localhost:5000/model:v1", "ghcr.io/owner/model", "user/model:latest", "10.0.0.1:5000/a/b/c:1.0_x-y"],
    ...["registry.example.com/team/census-income.model:V1", "some_user/model", "a/b__c/d--e"],
  ])("%s", (address) => {
    expect(() => checkPublishInputs({ address })).not.toThrow();
  });

  test.each([
    ...["", "model", "model:v1", "/model:v1", "https://ghcr.io/a/b", "localhost:5000", "localhost:5000/", "a//b"],
    ...["ghcr.io/Owner/Model", "a/b:", "a/b:-x", "a/b:v 1", "a/../b", "a/b@sha256:00", "--flag/x", "a/b:v1\n", "a/ü"],
    ...["$(touch x)/b", "a/b;rm", "user:pass@host/b", `a/b:${"x".repeat(129)}`],
  ])("%j is refused with the form", (address) => {
    expect(userError(() => checkPublishInputs({ address }))).toContain("expected REGISTRY/NAME:TAG");
  });
});

test("user and password go together", () => {
  const address = "a/b:c";
  expect(() => checkPublishInputs({ address, username: "u", password })).not.toThrow();
  expect(userError(() => checkPublishInputs({ address, username: "u" }))).toContain("go together");
  expect(userError(() => checkPublishInputs({ address, password }))).toContain("go together");
});

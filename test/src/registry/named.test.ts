import { describe, expect, test } from "vitest";
import { hostsNamed } from "../../../src/registry/named.ts";
import { credentialsOf } from "../../../src/stages/credentials.ts";
import { userError } from "../support.ts";

/* Credentials go to the registries that the caller names. */

const digest = `@sha256:${"a".repeat(64)}`;

test("a call names registries by its images", () => {
  const places = [undefined, "localhost:5000/model", `image:Registry.example.com/team/model${digest}`, "team/model:v1"];
  expect(hostsNamed(places)).toEqual(["localhost:5000", "registry.example.com", "registry-1.docker.io"]);
});

test("what a cluster or the store names is none of them, nor is what is no image", () => {
  expect(
    hostsNamed(["environment:staging", "store:production", `store:sha256:${"a".repeat(64)}`, "Model", ""]),
  ).toEqual([]);
});

test("--registry-host names one more", () => {
  expect(hostsNamed([], "registry.example.com:5000")).toEqual(["registry.example.com:5000"]);
  expect(hostsNamed(["localhost:5000/model"], "docker.io")).toEqual(["localhost:5000", "registry-1.docker.io"]);
  for (const host of ["https://registry.example.com", "registry.example.com/team", "registry", "a b"]) {
    expect(userError(() => hostsNamed([], host))).toContain(`--registry-host=${host}: expected the host of a registry`);
  }
});

describe("credentials", () => {
  const password = { plaintext: async () => "s3cret" } as never;
  const access = { username: "someone", password, hosts: ["registry.example.com"] };

  test("go to the registry that they are for, and to no other", async () => {
    expect(await credentialsOf(access, { host: "Registry.example.com" })).toMatchObject({ password: "s3cret" });
    for (const host of ["localhost:5000", "registry.example.com:5000", "evil.registry.example.com", "example.com"]) {
      expect(await credentialsOf(access, { host })).toBe("withheld");
    }
    expect(await credentialsOf({ username: "someone", password }, { host: "registry.example.com" })).toBe("withheld");
  });

  test("are none without any, and go together", async () => {
    expect(await credentialsOf({ hosts: ["a.b"] }, { host: "a.b" })).toBeUndefined();
    await expect(credentialsOf({ username: "someone" }, { host: "a.b" })).rejects.toThrow("go together");
  });
});

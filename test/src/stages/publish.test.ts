import type { Container, Secret } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { checkPublishInputs, publish } from "../../../src/stages/publish.ts";
import { pushImage } from "../../../src/stages/push-image.ts";
import { stage } from "../../../src/stages/stage.ts";
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

test.each([
  ["localhost:5000/model", "localhost:5000/model:latest"],
  ["localhost:5000/model:v1", "localhost:5000/model:v1"],
])("%s is pushed as %s, which is what is told", async (address, whole) => {
  const image = { publish: async (to: string) => `${to}@sha256:0` };
  expect(await pushImage(image as unknown as Container, { address })).toMatchObject({ value: `${whole}@sha256:0` });
});

describe("a push that fails", () => {
  const address = "registry.test:5000/team/model:v1";
  /** The stage's report after the engine answered so, or what the call ended with. */
  const pushed = async (message: string, code = "D100") => {
    const image = { publish: () => Promise.reject(Object.assign(new Error(message), { code })) };
    const { report } = await stage(publish, () => pushImage(image as unknown as Container, { address }));
    return report;
  };
  const dagger = (reason: string): string =>
    `resolve: container: publish: failed to publish: failed to push ${address}: failed to do request: Head "https://registry.test:5000/v2/team/model/blobs/sha256:00": ${reason}`;
  const local = (reason: string): string => `Cannot push to ${address}: ${reason}`;

  test.each([
    [
      local(
        "registry.test:5000 does not answer (connection refused). Is the address right, and does the registry run?",
      ),
      "does not answer (connection refused)",
    ],
    [
      local(
        "registry.test:5000 does not answer (503 Service Unavailable). Is the address right, and does the registry run?",
      ),
      "does not answer (503 Service Unavailable)",
    ],
    [
      local("registry.test:5000 refuses it (unauthorized). Check that the name is right, and give credentials."),
      "refuses it (unauthorized)",
    ],
    [local("registry.test:5000 speaks plain http. Allow it with `insecure = true`."), "speaks plain http"],
    [
      local("registry.test:5000 does not answer (self-signed certificate). Is the address right?"),
      "is not trusted (self-signed certificate)",
    ],
    [dagger("dial tcp 127.0.0.1:5000: connect: connection refused"), "does not answer (connection refused)"],
    [dagger("dial tcp: lookup registry.test on 127.0.0.11:53: no such host"), "does not answer (no such host)"],
    [dagger("dial tcp 10.0.0.1:5000: i/o timeout"), "does not answer (i/o timeout)"],
    [
      dagger("read tcp 10.0.0.2:1->10.0.0.1:5000: read: connection reset by peer"),
      "does not answer (connection reset)",
    ],
    [
      dagger("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
      "is not trusted (x509: certificate signed by unknown authority)",
    ],
    [dagger("http: server gave HTTP response to HTTPS client"), "speaks plain http"],
    [
      `failed to push ${address}: push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      "refuses it (denied)",
    ],
    [
      `failed to push ${address}: failed to authorize: failed to fetch oauth token: unexpected status from GET request: 401 Unauthorized`,
      "refuses it (401 Unauthorized)",
    ],
    [
      `failed to push ${address}: unexpected status from POST request to https://registry.test:5000/v2/team/model/blobs/uploads/: 403 Forbidden`,
      "refuses it (403 Forbidden)",
    ],
    [
      `rpc error: code = Unknown desc = failed to push ${address}: failed to do request: dial tcp: connect: no route to host`,
      "does not answer (no route to host)",
    ],
    [`failed to push ${address}: manifest too large`, "manifest too large."],
  ])("%s", async (said, reason) => {
    const { status, message } = await pushed(said);
    expect(status).toBe("failed");
    expect(message).toMatch(new RegExp(`^cannot push to ${address}: `));
    expect(message).toContain(reason);
    expect(message).toMatch(/ The model passed, and nothing was pushed\.$/);
    expect(message).not.toMatch(/[?.!]\.|engine failed|its disk/);
    expect(message.match(/cannot push to/gi)).toHaveLength(1);
  });

  test.each([
    ["the session ended", "engine session ended", "D105"],
    ["the disk is full", `failed to push ${address}: write /var/lib: no space left on device`, "D100"],
    ["the engine was stopped", "rpc error: code = Unavailable desc = transport is closing", "D100"],
  ])("is the engine's where %s", async (_name, said, code) => {
    await expect(pushed(said, code)).rejects.toThrow(/^The engine failed during publish/);
  });
});

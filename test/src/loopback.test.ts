import { expect, test } from "vitest";
import { isLocal, loopbackHint, registryHint } from "../../src/loopback.ts";

test.each([
  ["localhost:5000", true],
  ["127.0.0.1:1", true],
  ["[::1]:6443", true],
  ["reg.localhost", true],
  ["localhost.example.com", false],
  ["registry:5000", false],
  ["10.0.0.1", false],
])("%s is on this machine: %s", (host, local) => expect(isLocal(host)).toBe(local));

test.each([
  ["https://127.0.0.1:6443", "ML_PIPELINE_HOST_PORTS=6443"],
  ["https://localhost/", "ML_PIPELINE_HOST_PORTS=443"],
  ["http://localhost", "ML_PIPELINE_HOST_PORTS=80"],
  ["https://[::1]:6443", "that port of this machine at 127.0.0.1 where ML_PIPELINE_HOST_PORTS=6443"],
])("who asks %s is told how it is reached", (address, said) => expect(loopbackHint(address)).toContain(said));

test.each(["the connection was closed", "[Errno 104] Connection reset by peer"])(
  "who is let through to this machine, where nothing listens, is told that: %s",
  (detail) => {
    const hint = loopbackHint("https://127.0.0.1:6999", detail);
    expect(hint).toMatch(/HOST_PORTS=6999 is set, .* nothing listens on port 6999 of this machine's 127\.0\.0\.1\.$/);
    expect(loopbackHint("https://127.0.0.1:6999", "nothing listens there")).toContain("the container's own");
    expect(loopbackHint("https://10.0.0.1:6443", detail)).toBe("");
  },
);

test.each(["https://10.0.0.1:6443", "https://cluster.example", "", "no address"])("%j has no such reason", (address) =>
  expect(loopbackHint(address)).toBe(""),
);

test("a registry on the loopback is told how it is reached, and no other", () => {
  expect(registryHint("localhost:5000")).toMatch(/^; on a Dagger engine .* an address that containers reach$/);
  expect(registryHint("registry.example")).toBe("");
});

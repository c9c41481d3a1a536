import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../local/shared/address.ts";

const registry = (text: string): string => {
  const address = parseAddress(text, "/work");
  return address.kind === "registry" ? `${address.reference.registry} ${address.reference.repository}` : address.path;
};

describe("parseAddress", () => {
  it.each([
    ["registry.example.com/team/cache", "registry.example.com team/cache"],
    ["localhost:5000/cache", "localhost:5000 cache"],
    ["localhost/cache", "localhost cache"],
    ["10.0.0.1:5000/a/b", "10.0.0.1:5000 a/b"],
    ["./registry.example.com/cache", "/work/registry.example.com/cache"],
    ["/var/cache/team", "/var/cache/team"],
    ["../cache", "/cache"],
    [".cache/team", "/work/.cache/team"],
    ["cache", "/work/cache"],
    ["cache.d", "/work/cache.d"],
    ["team/cache", "/work/team/cache"],
    ["$(touch x)/ü", "/work/$(touch x)/ü"],
  ])("%s", (text, expected) => {
    expect(registry(text)).toBe(expected);
  });

  it.each([
    ["registry.example.com/Team/cache", "names are lower case"],
    ["registry.example.com/team/cache:v1", "leave out the tag"],
    [`registry.example.com/team/cache@sha256:${"a".repeat(64)}`, "leave out what follows @"],
    ["https://registry.example.com/cache", "without a scheme"],
  ])("refuses %s", (text, reason) => {
    expect(() => parseAddress(text, "/work")).toThrow(reason);
  });

  it("answers any text with a place or a message", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        try {
          expect(["folder", "registry"]).toContain(parseAddress(text.replaceAll("\0", ""), "/work").kind);
        } catch (error) {
          expect(error).toHaveProperty("name", "UsageError");
        }
      }),
    );
  });
});

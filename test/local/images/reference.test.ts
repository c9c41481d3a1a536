import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatReference, isLoopback, parseReference } from "../../../local/images/reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("normalization, as Docker does it", () => {
  it.each([
    ["python:3.11-slim", "docker.io/library/python:3.11-slim"],
    ["python", "docker.io/library/python:latest"],
    ["pytorch/pytorch:2.5", "docker.io/pytorch/pytorch:2.5"],
    ["docker.io/python", "docker.io/library/python:latest"],
    ["index.docker.io/library/python:3", "docker.io/library/python:3"],
    ["localhost/x", "localhost/x:latest"],
    ["localhost:5000/x", "localhost:5000/x:latest"],
    ["localhost:5000/a/b:v1", "localhost:5000/a/b:v1"],
    ["127.0.0.1:5000/x:1", "127.0.0.1:5000/x:1"],
    ["[::1]:5000/x", "[::1]:5000/x:latest"],
    ["ghcr.io/org/name", "ghcr.io/org/name:latest"],
    ["REGISTRY/name", "REGISTRY/name:latest"],
    [`python@${digest}`, `docker.io/library/python@${digest}`],
    [`python:3.11@${digest}`, `docker.io/library/python:3.11@${digest}`],
    ["a__b/c-d.e_f", "docker.io/a__b/c-d.e_f:latest"],
  ])("%s is %s", (text, expected) => {
    expect(formatReference(parseReference(text))).toBe(expected);
  });

  it.each([
    ["", "no image name"],
    ["Python", "lower case"],
    ["docker://python", "no scheme"],
    ["localhost:5000/", "no image name"],
    ["python:", "no tag"],
    ["python:a b", "no tag"],
    ["python@sha256:12", "no digest"],
    ["a//b", "no image name"],
    ["host:port/x", "no registry address"],
    ["-x/y:1", "no image name"],
    ["python:$(touch x)", "no tag"],
  ])("%s is refused: %s", (text, why) => {
    expect(() => parseReference(text)).toThrow(why);
  });
});

describe("properties", () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const registry = fc.oneof(
    fc.constant("localhost"),
    fc.tuple(word, fc.integer({ min: 1, max: 65535 })).map(([host, port]) => `${host}:${port}`),
    fc.tuple(word, word).map(([a, b]) => `${a}.${b}`),
  );
  const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/);

  it("keeps the parts of any full reference", () => {
    fc.assert(
      fc.property(registry, path, fc.option(tag, { nil: undefined }), fc.boolean(), (host, name, version, pinned) => {
        const text = `${host}/${name}${version === undefined ? "" : `:${version}`}${pinned ? `@${digest}` : ""}`;
        const reference = parseReference(text);
        expect(reference.registry).toBe(host);
        expect(reference.repository).toBe(name);
        expect(reference.tag).toBe(version ?? (pinned ? undefined : "latest"));
        expect(reference.digest).toBe(pinned ? digest : undefined);
      }),
    );
  });

  it("does not change what is normalized, and throws nothing but a refusal", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9:@/._-]{1,40}$/)), (text) => {
        let once: string;
        try {
          once = formatReference(parseReference(text));
        } catch (error) {
          expect((error as Error).name).toBe("EngineError");
          return;
        }
        expect(formatReference(parseReference(once))).toBe(once);
        expect(once).not.toMatch(/\s/);
      }),
    );
  });
});

it.each([
  ["localhost", true],
  ["localhost:5000", true],
  ["127.0.0.1:80", true],
  ["127.3.2.1", true],
  ["[::1]:5000", true],
  ["registry.localhost:5000", true],
  ["localhost.example.com", false],
  ["128.0.0.1", false],
  ["docker.io", false],
])("%s on this machine: %s", (registry, expected) => {
  expect(isLoopback(registry)).toBe(expected);
});

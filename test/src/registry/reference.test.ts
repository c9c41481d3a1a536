import { expect, test } from "vitest";
import { parseReference } from "../../../src/registry/reference.ts";
import { userError } from "../support.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

test.each([
  [`localhost:5000/model@${DIGEST}`, { host: "localhost:5000", repository: "model", digest: DIGEST }],
  [
    `registry.example.com/team/model:v1@${DIGEST}`,
    { host: "registry.example.com", repository: "team/model", tag: "v1", digest: DIGEST },
  ],
  ["localhost/model:v1", { host: "localhost", repository: "model", tag: "v1" }],
  ["python:3.11-slim", { host: "registry-1.docker.io", repository: "library/python", tag: "3.11-slim" }],
  ["team/model", { host: "registry-1.docker.io", repository: "team/model" }],
  ["docker.io/team/model", { host: "registry-1.docker.io", repository: "team/model" }],
])("%s names a place", (text, place) => {
  expect(parseReference(text, "--image")).toEqual({ name: text.split("@")[0]?.replace(/:[^:/]*$/, ""), ...place });
});

test.each(["", "Model", "localhost:5000/model@sha256:abc", "https://localhost/model", "a/b:", "a b", "../x"])(
  "%j is no name of an image",
  (text) =>
    expect(userError(() => parseReference(text, "--image"))).toContain(`--image=${text}: expected REGISTRY/NAME`),
);

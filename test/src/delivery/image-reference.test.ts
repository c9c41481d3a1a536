import { expect, test } from "vitest";
import { isByDigest } from "../../../src/delivery/image-reference.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

test.each([`model@${DIGEST}`, `localhost:5000/team/model:v1@${DIGEST}`, `registry.example/a/b@${DIGEST}`])(
  "%s can be deployed",
  (image) => {
    expect(isByDigest(image)).toBe(true);
  },
);

test.each([
  "model:v1",
  "model",
  "",
  `model@${DIGEST.slice(0, -1)}`,
  `model@${DIGEST} x`,
  `-x@${DIGEST}`,
  `$(x)@${DIGEST}`,
])("%j cannot: it may be another one by now, or is none", (image) => {
  expect(isByDigest(image)).toBe(false);
});

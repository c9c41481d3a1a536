import { expect, test } from "vitest";
import { imageContent } from "../../../src/registry/image-content.ts";

const image = {
  ...{ architecture: "amd64", os: "linux", created: "2026-01-01T00:00:00Z" },
  config: { Env: ["A=1"], Entrypoint: ["python3"] },
  rootfs: { type: "layers", diff_ids: ["sha256:a", "sha256:b"] },
  history: [{ created: "2026-01-01T00:00:00Z", created_by: "RUN x" }],
};
const content = (change: object = {}) => imageContent(JSON.stringify({ ...image, ...change }));

test("an image is the same whenever it was built", () => {
  expect(content()).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(content({ created: "2026-02-02T00:00:00Z", history: [] })).toBe(content());
  expect(imageContent(JSON.stringify(Object.fromEntries(Object.entries(image).reverse())))).toBe(content());
});

test("and another one where anything that runs is", () => {
  const changes = [
    { architecture: "arm64" },
    { variant: "v8" },
    { os: "windows" },
    { config: { ...image.config, Env: ["A=2"] } },
    { rootfs: { type: "layers", diff_ids: ["sha256:b", "sha256:a"] } },
  ];
  expect(new Set([content(), ...changes.map(content)]).size).toBe(changes.length + 1);
});

test.each(["", "{}", "[]", '{"rootfs":{"diff_ids":[1]}}'])("%j is no image", (text) => {
  expect(imageContent(text)).toBeUndefined();
});

import { expect, test } from "vitest";
import { imageContent } from "../../../src/registry/image-content.ts";

const image = {
  ...{ architecture: "amd64", os: "linux", created: "2026-01-01T00:00:00Z" },
  config: { Env: ["A=1"], Entrypoint: ["python3"] },
  rootfs: { type: "layers", diff_ids: ["sha256:a", "sha256:b"] },
  history: [{ created: "2026-01-01T00:00:00Z", created_by: "RUN x" }],
};
const content = (change: object = {}) => imageContent(JSON.stringify({ ...image, ...change }))?.content;

test("an image is the same whenever it was built", () => {
  expect(content()).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(content({ created: "2026-02-02T00:00:00Z", history: [] })).toBe(content());
  expect(imageContent(JSON.stringify(Object.fromEntries(Object.entries(image).reverse())))).toEqual({
    content: content(),
    layers: ["sha256:a", "sha256:b"],
  });
});

test("and another one where anything that runs is", () => {
  const changes = [
    { architecture: "arm64" },
    { variant: "v8" },
    { os: "windows" },
    { config: { ...image.config, Env: ["A=2"] } },
    { rootfs: { type: "layers", diff_ids: ["sha256:b", "sha256:a"] } },
    // What runs images takes keys whatever their case is, and may know more of them than this program.
    { Config: { Entrypoint: ["/bin/sh"] } },
    { CONFIG: { User: "0" } },
    { config: { ...image.config, entrypoint: ["/bin/sh"] } },
    { rootfs: { ...image.rootfs, Diff_IDs: ["sha256:c"] } },
    { "os.features": ["x"] },
  ];
  expect(new Set([content(), ...changes.map(content)]).size).toBe(changes.length + 1);
});

test.each([
  (text: string) => text.replace(/\}$/, ',"config":{"User":"0"}}'),
  (text: string) => text.replace('"Env"', '"Env":["B=1"],"Env"'),
  (text: string) => text.replace('"diff_ids"', '"diff_ids":["sha256:c"],"diff_ids"'),
])("one that has a key twice is none, since readers differ in which one counts: %s", (doubled) => {
  const text = JSON.stringify(image);
  expect(doubled(text)).not.toBe(text);
  expect(imageContent(doubled(text))).toBeUndefined();
});

test.each(["", "{}", "[]", '{"rootfs":{"diff_ids":[1]}}'])("%j is no image", (text) => {
  expect(imageContent(text)).toBeUndefined();
});

import { describe, expect, test } from "vitest";
import { type Manifest, parseManifest, trainingKey } from "../../../src/model/manifest.ts";
import { userError } from "../support.ts";

describe("the key of a training", () => {
  const inputs = {
    app: "sha256:a",
    data: "sha256:b",
    dependencies: "sha256:c",
    image: "python:3.11",
    epochs: 10,
    device: "cpu",
  };

  test("is equal for equal inputs", () => {
    expect(trainingKey(inputs)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(trainingKey({ ...inputs })).toBe(trainingKey(inputs));
  });

  test("depends on each of them, and on which is which", () => {
    const changed = [
      ...(["app", "data", "dependencies", "image", "device"] as const).map((name) => ({ ...inputs, [name]: "other" })),
      { ...inputs, epochs: 11 },
      { ...inputs, app: inputs.data, data: inputs.app },
    ];
    expect(new Set([inputs, ...changed].map(trainingKey)).size).toBe(changed.length + 1);
  });
});

describe("the manifest in a model directory", () => {
  const manifest: Manifest = { schemaVersion: 1, trainingInputs: "sha256:t", source: "s", data: "d", model: "m" };
  const gate = { id: "schema", status: "passed", required: true, message: "well" };
  const validation = { verdict: "passed", data: "d", reason: "", gates: [gate] };

  test("is read back unchanged", () => {
    expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
    expect(parseManifest(JSON.stringify({ ...manifest, validation }))).toEqual({ ...manifest, validation });
  });

  test.each([
    "",
    "{}",
    "null",
    "not json",
    JSON.stringify({ ...manifest, schemaVersion: 2 }),
    JSON.stringify({ ...manifest, model: 1 }),
    JSON.stringify({ ...manifest, more: 1 }),
    JSON.stringify({ ...manifest, validation: { ...validation, verdict: "yes" } }),
    JSON.stringify({ ...manifest, validation: { ...validation, gates: [{ ...gate, status: "fine" }] } }),
  ])("anything else is refused: %s", (text) => {
    expect(userError(() => parseManifest(text))).toContain("ml-pipeline.json in the model directory");
  });
});

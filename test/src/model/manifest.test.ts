import type { Directory } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import {
  type Manifest,
  manifestText,
  parseManifest,
  readManifest,
  type TrainingInputs,
  trainingKey,
  trainingParts,
} from "../../../src/model/manifest.ts";
import { userError } from "../support.ts";

const keyOf = (inputs: TrainingInputs): string => trainingKey(trainingParts(inputs));

describe("the key of a training", () => {
  const inputs = {
    source: "sha256:a",
    data: "sha256:b",
    dependencies: "sha256:c",
    image: "python:3.11",
    epochs: 10,
    device: "cpu",
  };

  test("is equal for equal inputs", () => {
    expect(keyOf(inputs)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(keyOf(Object.fromEntries(Object.entries(inputs).reverse()) as unknown as TrainingInputs)).toBe(
      keyOf(inputs),
    );
  });

  test("depends on each of them, and on which is which", () => {
    const changed = [
      ...(["source", "data", "dependencies", "image", "device"] as const).map((name) => ({
        ...inputs,
        [name]: "other",
      })),
      { ...inputs, epochs: 11 },
      { ...inputs, command: { args: ["train"] } },
      { ...inputs, baseline: "sha256:accepted" },
      { ...inputs, baseline: "sha256:other" },
      { ...inputs, source: inputs.data, data: inputs.source },
    ];
    expect(new Set([inputs, ...changed].map(keyOf)).size).toBe(changed.length + 1);
  });
});

test("the parts of a key have a name and a short text each", () => {
  const inputs = {
    source: "sha256:a",
    data: "sha256:b",
    dependencies: "sha256:c",
    image: "i",
    epochs: 10,
    device: "cpu",
  };
  expect(trainingParts({ ...inputs, baseline: undefined })).toEqual({ ...inputs, epochs: "10" });
  const { command } = trainingParts({ ...inputs, command: { args: ["train", "now"] } });
  expect(command).toMatch(/^sha256:[0-9a-f]{64}$/);
});

describe("the manifest in a model directory", () => {
  const parse = (text: string) => parseManifest(text, "--baseline");
  const manifest: Manifest = { schemaVersion: 2, trainingInputs: "sha256:t", source: "s", data: "d", model: "m" };
  const gate = { id: "schema", status: "passed", required: true, message: "well" } as const;
  const environment = { python: "3.11", image: "python:3.11-slim", dependencies: "x", tools: { uv: "1" } };
  const judged = { source: "s", data: "d", model: "m", image: "i", cases: "c", environment, settings: { gates: {} } };
  const validation = { verdict: "passed", reason: "", gates: [gate], judged } as const;
  const parts = { source: "sha256:s", epochs: "10" };
  const whole: Manifest = {
    ...manifest,
    trainingParts: parts,
    validation: { ...validation, gates: [...validation.gates] },
  };

  test("is read back unchanged", () => {
    expect(parse(manifestText(manifest))).toEqual(manifest);
    expect(parse(manifestText(whole))).toEqual(whole);
  });

  test("is the same in another layout and with its keys in another order", () => {
    const reversed = Object.fromEntries(Object.entries(JSON.parse(manifestText(whole))).reverse());
    expect(parse(JSON.stringify(reversed))).toEqual(whole);
    expect(parse(manifestText(whole).replaceAll("\n", "\r\n"))).toEqual(whole);
  });

  test.each<[string, string, string]>([
    ["a verdict", '"verdict": "passed"', '"verdict": "failed"'],
    ["a gate's status", '"status": "passed"', '"status": "skipped"'],
    ["a gate that blocks no longer", '"required": true', '"required": false'],
    ["a hash", '"model": "m"', '"model": "n"'],
    ["the environment", '"python": "3.11"', '"python": "3.12"'],
    ["the settings of the gates", '"gates": {}', '"gates": { "metrics": {} }'],
    ["a part of what the training depends on", '"epochs": "10"', '"epochs": "11"'],
    ["the training", '"trainingInputs": "sha256:t"', '"trainingInputs": "sha256:u"'],
  ])("that was edited is told: %s", (_, before, after) => {
    const text = manifestText(whole);
    expect(text).toContain(before);
    expect(userError(() => parse(text.replace(before, after)))).toMatch(
      /^ml-pipeline\.json in the model directory of --baseline was edited after the pipeline had written it\./,
    );
  });

  test("of version 1 says where the model came from, and no verdict", () => {
    const first = { ...manifest, schemaVersion: 1, rows: 7 };
    const old = { verdict: "passed", data: "d", reason: "", gates: [gate] };
    expect(parse(JSON.stringify({ ...first, validation: old }))).toEqual({ ...manifest, rows: 7 });
  });

  const sealed = JSON.parse(manifestText(whole));
  test.each([
    "",
    "{}",
    "null",
    "[]",
    "not json",
    JSON.stringify(manifest),
    JSON.stringify({ ...sealed, seal: 1 }),
    JSON.stringify({ ...sealed, schemaVersion: 3 }),
    JSON.stringify({ ...sealed, model: 1 }),
    JSON.stringify({ ...sealed, more: 1 }),
    JSON.stringify({ ...sealed, validation: { ...validation, verdict: "yes" } }),
    JSON.stringify({ ...sealed, validation: { ...validation, gates: [{ ...gate, status: "fine" }] } }),
    JSON.stringify({ ...sealed, validation: { ...validation, judged: {} } }),
  ])("anything else is refused, with the flag that it came by: %s", (text) => {
    expect(userError(() => parse(text))).toContain("ml-pipeline.json in the model directory of --baseline");
  });

  test.each([
    ["ml-pipeline.json/", "of --model is a folder"],
    ["ml-pipeline.json", "of --model is a link that leads nowhere"],
  ])("%s is refused, with the flag that it came by: %s", async (entry, words) => {
    const listed = { entries: async () => ["model.bin", entry], exists: async () => false };
    await expect(readManifest(listed as unknown as Directory, "--model")).rejects.toThrow(words);
  });
});

describe("a folder without a model", () => {
  const folder = (...files: string[]): Directory => {
    const listed = { entries: async () => files, glob: async () => files, filter: () => listed };
    return listed as unknown as Directory;
  };

  test.each([
    [[], "is empty"],
    [[".gitkeep"], "holds nothing but .gitkeep"],
    [["a/", "a/.keep", ".gitignore"], "holds nothing but a/.keep, .gitignore"],
  ])("is refused before the project is asked: %j", async (files, words) => {
    for (const flag of ["--model", "--baseline"] as const)
      await expect(readManifest(folder(...files), flag)).rejects.toThrow(`the folder of ${flag} ${words}.`);
  });

  test.each([
    [["blobs/", "pointers/", "store.json", "versions/"], /is that of a model store\. .*--baseline-from=store:POINTER/],
    [["model/", "report/"], /has folders model\/ and report\/.*name the folder model\//],
    [["index.html", "report.json", "tests/"], /is the report of a run/],
  ])("is named where it is known: %j", async (files, words) => {
    await expect(readManifest(folder("x", ...files), "--baseline")).rejects.toThrow(words);
    await expect(readManifest(folder("x", ...files.slice(1)), "--baseline")).resolves.toBeUndefined();
  });

  test("may be there to be reused, and any file is a model", async () => {
    expect(await readManifest(folder(), "--reuse")).toBeUndefined();
    expect(await readManifest(folder("model.onnx", ".gitkeep"), "--model")).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import { IN_TOTO, opened, signed } from "../../../src/evidence/dsse.ts";
import { shortKey, signerOf, trustedKeys } from "../../../src/evidence/keys.ts";
import { statement, statementOf } from "../../../src/evidence/statement.ts";
import type { Manifest } from "../../../src/model/manifest.ts";
import { checkVerdict, signedVerdict, VERDICT_TYPE } from "../../../src/model/verdict.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";

const pair = ed25519();
const signer = signerOf(pair.secret);
const trusted = trustedKeys(pair.open);
const time = new Date("2026-11-29T12:00:00.123Z");
const model = `sha256:${"a".repeat(64)}`;

const manifest: Manifest = {
  ...{ schemaVersion: 2, trainingInputs: "sha256:t", source: "sha256:s", data: "sha256:d", model },
  validation: {
    ...{ verdict: "passed", reason: "" },
    gates: [
      { id: "metrics", status: "passed", required: true, message: "accuracy 0.9 (at least 0.85)" },
      { id: "served-answers", status: "passed", required: true, message: "all" },
      { id: "shadow", status: "skipped", required: true, message: "nothing to compare with" },
    ],
    judged: {
      ...{ source: "sha256:s", data: "sha256:d", model, image: "sha256:i", cases: "sha256:c" },
      environment: { python: "3.11", image: "python:3.11-slim", dependencies: "sha256:e", tools: {} },
      settings: { gates: { metrics: { accuracy: { min: 0.85 } } } },
    },
  },
};
const text = signedVerdict(manifest, signer, time);
const lines = text.trim().split("\n");

test("a verdict is two statements of in-toto about the model", () => {
  const statements = lines.map((line) => statementOf(opened(line, trusted)?.content ?? ""));
  expect(statements).toMatchObject([
    {
      subject: [{ name: "model", digest: { sha256: "a".repeat(64) } }],
      predicateType: VERDICT_TYPE,
      predicate: { timeCreated: "2026-11-29T12:00:00Z", manifest },
    },
    {
      subject: [{ name: "model", digest: { sha256: "a".repeat(64) } }],
      predicateType: "https://in-toto.io/attestation/svr/v0.2",
      predicate: {
        verifier: { id: "urn:ml-pipeline" },
        timeCreated: "2026-11-29T12:00:00Z",
        properties: ["ML_PIPELINE_PASSED", "ML_PIPELINE_GATE_METRICS", "ML_PIPELINE_GATE_SERVED_ANSWERS"],
      },
    },
  ]);
});

test("of a model that failed nothing says that it passed", () => {
  const failed: Manifest = {
    ...manifest,
    validation: { ...must(manifest.validation), verdict: "failed", reason: "test model: 1 failed" },
  };
  expect(signedOf(failed)[1]?.predicate.properties).toEqual([
    "ML_PIPELINE_GATE_METRICS",
    "ML_PIPELINE_GATE_SERVED_ANSWERS",
  ]);
});

describe("a verdict", () => {
  test("is believed for the manifest that it was signed for", () => {
    expect(checkVerdict(text, manifest, trusted)).toEqual({ keyId: signer.id, timeCreated: "2026-11-29T12:00:00Z" });
  });

  test("is believed whatever the order of keys and lines, and beside one of an older key", () => {
    const shuffled = Object.fromEntries(Object.entries(manifest).toReversed()) as Manifest;
    expect(checkVerdict(`${lines.toReversed().join("\n")}\n\n`, shuffled, trusted)).toHaveProperty("keyId");
    const other = signedVerdict(manifest, signerOf(ecdsa().secret), time);
    expect(checkVerdict(`${other}${text}`, manifest, trusted)).toMatchObject({ keyId: signer.id });
  });

  test.each<[string, (one: Manifest) => Manifest, string]>([
    [
      "a verdict",
      (one) => withValidation(one, { verdict: "failed" }),
      'validation.verdict was "passed" and is "failed"',
    ],
    ["a hash of the data", (one) => ({ ...one, data: "sha256:x" }), 'data was "sha256:d" and is "sha256:x"'],
    [
      "a setting of a gate",
      (one) =>
        withValidation(one, {
          judged: { ...must(one.validation).judged, settings: { gates: { metrics: { accuracy: { min: 0.1 } } } } },
        }),
      "settings.gates.metrics.accuracy.min was 0.85 and is 0.1",
    ],
    ["the gates", (one) => withValidation(one, { gates: [] }), "validation.gates.metrics"],
    ["the whole verdict", ({ validation: _, ...one }) => one, "validation"],
    ["the model", (one) => ({ ...one, model: "sha256:other" }), "is about another model"],
  ])("is not believed for another value of %s, and says which", (_what, change, words) => {
    expect(checkVerdict(text, change(manifest), trusted)).toContain(words);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "verdict: passed\n"],
    ["half a line", text.slice(0, 300)],
    ["the result without the verdict", `${lines[1]}\n`],
    ["one whole line and half of another", text.slice(0, text.length - 40)],
  ])("that is %s is not one", (_what, damaged) => {
    expect(checkVerdict(damaged, manifest, trusted)).toBe("is not what the pipeline wrote, or was cut off");
  });

  test("of a key that is not trusted is not believed, and the trusted ones are named", () => {
    const other = signerOf(ecdsa().secret);
    expect(checkVerdict(signedVerdict(manifest, other, time), manifest, trusted)).toBe(
      `has no signature of a trusted key: signed by key ${shortKey(other.id)}; trusted here: ${shortKey(signer.id)}`,
    );
  });

  test("with any byte changed is not believed", () => {
    for (let index = 0; index < text.length; index += 3) {
      const changed = `${text.slice(0, index)}${text[index] === "A" ? "B" : "A"}${text.slice(index + 1)}`;
      const found = checkVerdict(changed, manifest, trusted);
      // What nobody signed may change: the hint of the key, and the second statement beside a whole first one.
      if (typeof found !== "string") expect(signedParts(changed)).toBe(signedParts(text));
    }
  });

  test("of ours that somebody wrapped as another kind of statement is not one", () => {
    const foreign = signed(IN_TOTO, statement({ name: "model", sha256: model }, "urn:other", { manifest }), signer);
    expect(checkVerdict(`${JSON.stringify(foreign)}\n`, manifest, trusted)).toBe(
      "is not what the pipeline wrote, or was cut off",
    );
    const plain = signed("text/plain", statement({ name: "model", sha256: model }, VERDICT_TYPE, { manifest }), signer);
    expect(checkVerdict(`${JSON.stringify(plain)}\n`, manifest, trusted)).toContain("is not what the pipeline wrote");
  });
});

const signedOf = (one: Manifest) =>
  signedVerdict(one, signer, time)
    .trim()
    .split("\n")
    .map((line) => must(statementOf(must(opened(line, trusted)).content)));

/** The statement that a verdict is read from, as far as it opens. */
const signedParts = (bundle: string): string | undefined => opened(bundle.split("\n")[0] ?? "", trusted)?.content;

function withValidation(one: Manifest, change: Partial<NonNullable<Manifest["validation"]>>): Manifest {
  return { ...one, validation: { ...must(one.validation), ...change } };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("nothing is there");
  return value;
}

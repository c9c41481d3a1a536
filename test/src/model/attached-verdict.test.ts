import { describe, expect, test } from "vitest";
import { attestation, type OpenedAttestation, openAttestation } from "../../../src/evidence/attestation.ts";
import { type Signer, shortKey, signerOf } from "../../../src/evidence/keys.ts";
import { statement } from "../../../src/evidence/statement.ts";
import { newestSigned, newestVerdict, reasonAgainst } from "../../../src/model/attached-verdict.ts";
import type { Manifest } from "../../../src/model/manifest.ts";
import { checkVerdict, VERDICT_TYPE, verdictStatements } from "../../../src/model/verdict.ts";
import { judgedManifest } from "../evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";

const image = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;
const signer = signerOf(ed25519().secret);
const stranger = signerOf(ecdsa().secret);

/** A verdict as it is found beside an image. */
function attached(
  by: Signer | undefined,
  { day = 1, about = image, manifest = judgedManifest }: { day?: number; about?: string; manifest?: Manifest } = {},
): OpenedAttestation {
  const time = new Date(`2026-11-${String(day).padStart(2, "0")}T12:00:00Z`);
  const [verdict = ""] = verdictStatements({ name: "image", sha256: about }, manifest, time);
  const { type, content } = attestation(verdict, by);
  return openAttestation({ digest: `sha256:${day}`, type, content: Buffer.from(content) }, [signer.trusted]);
}

const dayOf = (found: readonly OpenedAttestation[]): string | undefined =>
  newestVerdict(found, image)?.verdict.timeCreated.slice(8, 10);

describe("of several verdicts about an image", () => {
  test("the newest that a trusted key signed counts, whatever came after it", () => {
    const found = [attached(signer, { day: 3 }), attached(signer, { day: 5 }), attached(stranger, { day: 7 })];
    expect(dayOf([...found, attached(undefined, { day: 9 })])).toBe("05");
    expect(newestSigned(found, image)?.key.id).toBe(signer.id);
  });

  test("the newest of any counts where no trusted key signed one", () => {
    const found = [attached(stranger, { day: 3 }), attached(undefined, { day: 2 })];
    expect(dayOf(found)).toBe("03");
    expect(newestSigned(found, image)).toBeUndefined();
  });

  test("none about another image counts", () => {
    const found = [attached(signer, { about: other })];
    expect(newestVerdict(found, image)).toBeUndefined();
    expect(reasonAgainst(found, image, [signer.trusted])).toMatch(/ is about another image\.$/);
  });
});

describe("where times do not tell which verdict is the newest, the worse one counts:", () => {
  const { validation } = judgedManifest;
  if (validation === undefined) throw new Error("the manifest of the tests is judged");
  const failed: Manifest = { ...judgedManifest, validation: { ...validation, verdict: "failed", reason: "worse" } };
  const at = (timeCreated: string, manifest: unknown, digest = timeCreated): OpenedAttestation => {
    const content = statement({ name: "image", sha256: image }, VERDICT_TYPE, { timeCreated, manifest });
    return openAttestation({ digest, ...attestation(content, signer) }, [signer.trusted]);
  };
  const now = new Date("2026-11-30T12:00:00Z");
  const counts = (found: readonly OpenedAttestation[]): string[] =>
    [found, found.toReversed()].map(
      (one) => newestSigned(one, image, now)?.verdict.manifest.validation?.verdict ?? "none",
    );

  test.each<[string, OpenedAttestation[], string]>([
    ["of one second", [at("2026-11-30T10:00:00Z", judgedManifest), at("2026-11-30T10:00:00Z", failed)], "failed"],
    [
      "a part of a second later",
      [at("2026-11-30T10:00:00Z", judgedManifest), at("2026-11-30T10:00:00.9Z", failed)],
      "failed",
    ],
    [
      "a part of a second before",
      [at("2026-11-30T10:00:00.1Z", failed), at("2026-11-30T10:00:00.9Z", judgedManifest)],
      "failed",
    ],
    [
      "one that passed later",
      [at("2026-11-30T10:00:00Z", failed), at("2026-11-30T10:00:01Z", judgedManifest)],
      "passed",
    ],
    [
      "one that passed by a clock years ahead",
      [at("2036-11-30T10:00:00Z", judgedManifest), at("2026-11-30T10:00:00Z", failed)],
      "failed",
    ],
    ["one that passed by a clock years ahead, alone", [at("2036-11-30T10:00:00Z", judgedManifest)], "passed"],
  ])("%s", (_what, found, verdict) => {
    expect(counts(found)).toEqual([verdict, verdict]);
  });

  const unknown = { ...failed, schemaVersion: 3 };
  test.each([
    ["later", "2026-11-30T11:00:00Z"],
    ["of one second", "2026-11-30T10:00:00Z"],
    ["without a time", "yesterday"],
  ])("one of a form that is not known, %s", (_what, time) => {
    const found = [at("2026-11-30T10:00:00Z", judgedManifest), at(time, unknown, "sha256:unknown")];
    expect(counts(found)).toEqual(["none", "none"]);
    expect(newestVerdict(found, image, now)).toBeUndefined();
    expect(reasonAgainst(found, image, [signer.trusted])).toBe(
      "the verdict sha256:unknown, which a trusted key signed after the others, is of a form that this version of ml-pipeline does not know.",
    );
  });

  test("one of a later version of the pipeline", () => {
    const content = statement({ name: "image", sha256: image }, "urn:ml-pipeline:verdict:v2", { failed: true });
    const newer = openAttestation({ digest: "sha256:n", ...attestation(content, signer) }, [signer.trusted]);
    const found = [at("2026-11-30T10:00:00Z", judgedManifest), newer];
    expect(counts(found)).toEqual(["none", "none"]);
    for (const one of [found, [newer]]) {
      expect(reasonAgainst(one, image, [signer.trusted])).toMatch(
        /^the verdict sha256:n.* is of a form that this version of ml-pipeline does not know \(urn:ml-pipeline:verdict:v2\)\.$/,
      );
    }
  });

  test("an earlier one of a form that is not known changes nothing, nor does one of a stranger", () => {
    expect(counts([at("2026-11-30T10:00:00Z", judgedManifest), at("2026-11-30T09:00:00Z", unknown)])).toEqual([
      "passed",
      "passed",
    ]);
    const content = statement({ name: "image", sha256: image }, VERDICT_TYPE, { manifest: unknown });
    const strange = openAttestation({ digest: "sha256:s", ...attestation(content, stranger) }, [signer.trusted]);
    expect(counts([at("2026-11-30T10:00:00Z", judgedManifest), strange])).toEqual(["passed", "passed"]);
  });
});

test("what was signed about an image is believed beside the model that it names, and beside no other", () => {
  const { envelope = "" } = newestSigned([attached(signer)], image) ?? {};
  expect(checkVerdict(`${envelope}\n`, judgedManifest, [signer.trusted])).toMatchObject({ keyId: signer.id });
  expect(checkVerdict(envelope, { ...judgedManifest, model: other }, [signer.trusted])).toBe("is about another model");
  expect(checkVerdict(envelope, judgedManifest, [stranger.trusted])).toMatch(/^has no signature of a trusted key/);
});

/** Who signed, and whom one trusts here: both sides of a wrong key. */
const named = (by: Signer, here: Signer): RegExp =>
  new RegExp(`has no signature of a trusted key: signed by key ${shortKey(by.id)}; trusted here: ${shortKey(here.id)}`);

describe("without a verdict of a trusted key it says", () => {
  const unknown = (): OpenedAttestation => {
    const { type, content } = attestation(statement({ name: "image", sha256: image }, VERDICT_TYPE, { a: 1 }), signer);
    return openAttestation({ digest: "sha256:1", type, content: Buffer.from(content) }, [signer.trusted]);
  };

  test.each<[string, OpenedAttestation[], RegExp]>([
    ["that none is attached", [], /^no verdict is attached to it/],
    ["that nobody signed it", [attached(undefined)], /is not signed, so anybody may have written it/],
    ["that somebody else did", [attached(stranger)], named(stranger, signer)],
    ["that its form is not known", [unknown()], /is of a form that this version of ml-pipeline does not know/],
  ])("%s", (_what, found, words) => {
    expect(newestSigned(found, image)).toBeUndefined();
    expect(reasonAgainst(found, image, [signer.trusted])).toMatch(words);
  });
});

import { describe, expect, test } from "vitest";
import { attestation, openAttestation } from "../../../src/evidence/attestation.ts";
import { type Signer, signerOf } from "../../../src/evidence/keys.ts";
import { statement } from "../../../src/evidence/statement.ts";
import {
  APPROVAL_TYPE,
  approvalStatement,
  approverText,
  countingApproval,
  type Decision,
} from "../../../src/model/signed-approval.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";

/* Which approval of an image counts, and what is said of those that do not. */

const reviewer = signerOf(ed25519().secret);
const stranger = signerOf(ecdsa().secret);
const image = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;
const noon = new Date("2026-11-30T12:00:00Z");
const later = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

interface Given extends Partial<Decision> {
  readonly about?: string;
  readonly key?: Signer | undefined;
  readonly at?: Date;
}

/** Approvals as they are attached, opened with the key of the reviewer. */
const attached = (...given: readonly Given[]) =>
  given.map(({ about = image, at = noon, ...more }, index) => {
    const key = "key" in more ? more.key : reviewer;
    const decision = { decision: "approved", environment: "production", by: "Reviewer", note: undefined } as const;
    const content = approvalStatement(
      { name: "model", sha256: about },
      { verdict: undefined, ...decision, ...more },
      at,
    );
    return openAttestation({ digest: `sha256:${index}`, ...attestation(content, key) }, [reviewer.trusted]);
  });

const judged = (found: ReturnType<typeof attached>, validHours?: number, now = later(1)) =>
  countingApproval(found, { image, environment: "production", approvers: [reviewer.trusted], validHours, now });

test("an approval that a key of those who may approve signed counts", () => {
  const found = judged(attached({ by: "Release team", note: "TICKET-7" }));
  if (typeof found === "string") throw new Error(found);
  expect(found.approval).toMatchObject({ by: "Release team", note: "TICKET-7", timeCreated: "2026-11-30T12:00:00Z" });
  expect(approverText(found)).toBe(`Release team (key ${reviewer.id.slice(0, 16)})`);
});

describe("does not count, and is named:", () => {
  test.each<[string, ReturnType<typeof attached>, RegExp]>([
    ["none", [], /^nobody has approved it for production$/],
    ["one for another image", attached({ about: other }), /^the approval sha256:0 is about another image$/],
    [
      "one for another environment",
      attached({ environment: "staging" }),
      /^the approval sha256:0 by Reviewer is for staging$/,
    ],
    ["one that nobody signed", attached({ key: undefined }), /is not signed, so anybody may have written it$/],
    [
      "one of another key",
      attached({ key: stranger }),
      /has no signature of a key of --approval-key: signed by key \w{16}; which are: \w{16}/,
    ],
    [
      "one that was withdrawn",
      attached({}, { decision: "withdrawn", at: later(0.5) }),
      /^Reviewer withdrew the approval at 2026-11-30T12:30:00Z$/,
    ],
    [
      "one that was withdrawn in the same second",
      attached({ decision: "withdrawn" }, {}),
      /^Reviewer withdrew the approval/,
    ],
    [
      "several, each with its reason",
      attached({ about: other }, { environment: "staging" }),
      /^the approval sha256:0 is about another image; the approval sha256:1 by Reviewer is for staging$/,
    ],
  ])("%s", (_what, found, words) => {
    expect(judged(found)).toMatch(words);
  });

  test("one of a form that is not known", () => {
    const content = statement({ name: "model", sha256: image }, APPROVAL_TYPE, { decision: "maybe" });
    const opened = openAttestation({ digest: "sha256:0", ...attestation(content, reviewer) }, [reviewer.trusted]);
    expect(judged([opened])).toMatch(/is of a form that this version of ml-pipeline does not know/);
  });

  test("one that is too old, where that is asked", () => {
    expect(judged(attached({}), 24, later(25))).toBe(
      "the approval of Reviewer at 2026-11-30T12:00:00Z is older than 24 hours (approval.valid-hours)",
    );
    expect(judged(attached({}), 24, later(23))).toMatchObject({ approval: { by: "Reviewer" } });
    expect(judged(attached({}), undefined, later(10_000))).toMatchObject({ approval: { by: "Reviewer" } });
  });
});

test("one that is given anew after it was withdrawn counts, and what strangers attach changes nothing", () => {
  const found = attached({}, { decision: "withdrawn", at: later(0.2) }, { at: later(0.4) });
  expect(judged(found)).toMatchObject({ approval: { timeCreated: "2026-11-30T12:24:00Z" } });
  const disturbed = attached(
    {},
    { decision: "withdrawn", key: stranger, at: later(0.2) },
    { key: undefined, at: later(1) },
  );
  expect(judged(disturbed)).toMatchObject({ approval: { decision: "approved" } });
});

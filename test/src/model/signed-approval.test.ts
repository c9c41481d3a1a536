import { describe, expect, test } from "vitest";
import { attestation, type OpenedAttestation, openAttestation } from "../../../src/evidence/attestation.ts";
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

interface Given extends Partial<Omit<Decision, "replaces">> {
  /** Places in the list of those that were seen when it was made. */
  readonly after?: readonly number[];
  readonly about?: string;
  readonly key?: Signer | undefined;
  readonly at?: Date;
}

/** Approvals as they are attached, opened with the key of the reviewer. */
function attached(...given: readonly Given[]): OpenedAttestation[] {
  const made: OpenedAttestation[] = [];
  for (const [index, { about = image, at = noon, after = [], ...more }] of given.entries()) {
    const key = "key" in more ? more.key : reviewer;
    const decision = { decision: "approved", environment: "production", by: "Reviewer", note: undefined } as const;
    const replaces = after.map((place) => made[place]?.id ?? "");
    const content = approvalStatement(
      { name: "model", sha256: about },
      { verdict: undefined, ...decision, ...more, replaces },
      at,
    );
    made.push(openAttestation({ digest: `sha256:${index}`, ...attestation(content, key) }, [reviewer.trusted]));
  }
  return made;
}

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
    for (const found of [[opened], [...attached({}), opened]]) {
      expect(judged(found)).toBe("the approval sha256:0 is of a form that this version of ml-pipeline does not know");
    }
    const strange = openAttestation({ digest: "sha256:1", ...attestation(content, stranger) }, [reviewer.trusted]);
    expect(judged([...attached({}), strange])).toMatchObject({ approval: { decision: "approved" } });
  });

  test("one beside what a newer version signed, which may be a withdrawal, whichever version that is", () => {
    for (const type of ["urn:ml-pipeline:approval:v2", "urn:ml-pipeline:approval:v1.1"]) {
      const content = statement({ name: "model", sha256: image }, type, { decision: "withdrawn", anything: "else" });
      const newer = (by: Signer | undefined): OpenedAttestation =>
        openAttestation({ digest: "sha256:n", ...attestation(content, by) }, [reviewer.trusted]);
      for (const found of [[newer(reviewer)], [...attached({}), newer(reviewer)]]) {
        expect(judged(found)).toBe(
          `the approval sha256:n is of a form that this version of ml-pipeline does not know (${type})`,
        );
      }
      for (const by of [stranger, undefined]) {
        expect(judged([...attached({}), newer(by)])).toMatchObject({ approval: { decision: "approved" } });
      }
    }
  });

  test("one that is too old, where that is asked", () => {
    expect(judged(attached({}), 24, later(25))).toBe(
      "the approval of Reviewer at 2026-11-30T12:00:00Z is older than 24 hours (approval.valid-hours)",
    );
    expect(judged(attached({}), 24, later(23))).toMatchObject({ approval: { by: "Reviewer" } });
    expect(judged(attached({}), undefined, later(10_000))).toMatchObject({ approval: { by: "Reviewer" } });
  });
});

describe("what comes after another one is known by what it says that it replaces, and by no clock:", () => {
  const withdrawn = (more: Given = {}): Given => ({ decision: "withdrawn", ...more });

  test.each<[string, Given[]]>([
    ["a withdrawal of an approval whose clock was ahead", [{ at: later(0.9) }, withdrawn({ after: [0] })]],
    ["one that is years ahead, in those years", [{ at: later(-1) }, withdrawn({ at: later(-90_000), after: [0] })]],
    ["a withdrawal whose clock was behind", [{}, withdrawn({ at: later(-100), after: [0] })]],
    ["a withdrawal that did not see the approval", [{}, withdrawn()]],
    ["an approval that did not see the withdrawal", [withdrawn(), { at: later(0.5) }]],
    ["one that saw another withdrawal", [withdrawn(), withdrawn({ at: later(0.1) }), { at: later(0.5), after: [1] }]],
  ])("%s ends it", (_what, given) => {
    expect(judged(attached(...given))).toMatch(/^Reviewer withdrew the approval at /);
  });

  test("one that is given anew after it was withdrawn counts, whatever the clocks say", () => {
    for (const at of [later(0.4), later(-1)]) {
      const found = attached({}, withdrawn({ at: later(0.2), after: [0] }), { at, after: [0, 1] });
      expect(judged(found)).toMatchObject({ approval: { decision: "approved" } });
      expect(judged(found.toReversed())).toMatchObject({ approval: { decision: "approved" } });
    }
  });

  test("what replaces something has seen what that replaced", () => {
    const found = attached(withdrawn(), withdrawn({ at: later(0.2), after: [0] }), { at: later(0.3), after: [1] });
    expect(judged(found)).toMatchObject({ approval: { decision: "approved" } });
  });

  test("a withdrawal ends what has not seen it, also when somebody else approves anew", () => {
    const found = attached({ by: "First", at: later(0.2) }, withdrawn({ by: "Second" }), {
      by: "Third",
      at: later(0.1),
      after: [1],
    });
    expect(judged(found)).toMatchObject({ approval: { by: "Third" } });
    expect(judged(found, 1, later(1.15))).toMatch(/^Second withdrew the approval at /);
  });

  test("what strangers attach changes nothing", () => {
    const found = attached({}, withdrawn({ key: stranger, after: [0] }), { key: undefined, after: [0] });
    expect(judged(found)).toMatchObject({ approval: { decision: "approved" } });
    const ended = attached({}, withdrawn({ after: [0] }), { key: stranger, after: [0, 1] });
    expect(judged(ended)).toMatch(/^Reviewer withdrew/);
  });

  test("a decision for elsewhere takes no place of one here", () => {
    const found = attached(withdrawn(), {}, { environment: "staging", after: [0] });
    expect(judged(found)).toMatch(/^Reviewer withdrew/);
  });
});

describe("an approval that is renewed before its end", () => {
  test("counts until the end of the later one, whichever was signed by a clock that was behind or ahead", () => {
    const renewed = attached({}, { at: later(20), after: [0] });
    expect(judged(renewed, 24, later(30))).toMatchObject({ approval: { timeCreated: "2026-12-01T08:00:00Z" } });
    expect(judged(renewed, 24, later(45))).toMatch(/ at 2026-12-01T08:00:00Z is older than 24 hours/);
    const behind = attached({}, { at: later(-10), after: [0] });
    expect(judged(behind, 24, later(20))).toMatchObject({ approval: { timeCreated: "2026-11-30T12:00:00Z" } });
    const ahead = attached({}, { at: later(90_000), after: [0] });
    expect(judged(ahead, 24, later(20))).toMatchObject({ approval: { timeCreated: "2026-11-30T12:00:00Z" } });
  });

  test("is ended by a withdrawal as any other", () => {
    const found = attached({}, { at: later(20), after: [0] }, { decision: "withdrawn", at: later(21), after: [0, 1] });
    expect(judged(found, 24, later(22))).toMatch(/^Reviewer withdrew/);
    const unseen = attached({}, { at: later(20), after: [0] }, { decision: "withdrawn", at: later(21), after: [0] });
    expect(judged(unseen, 24, later(22))).toMatch(/^Reviewer withdrew/);
  });
});

test("what is dated ahead of the clock here does not count yet, however long it would be valid", () => {
  const years = attached({ at: later(90_000) });
  for (const hours of [undefined, 1]) {
    expect(judged(years, hours)).toMatch(
      /^the approval of Reviewer is dated 2037-\S+, and the clock here says 2026-11-30T13:00:00Z: one of the two clocks/,
    );
  }
  expect(judged(attached({ at: later(1.05) }))).toMatchObject({ approval: { by: "Reviewer" } });
  expect(judged(attached({ at: later(90_000) }, {}))).toMatchObject({
    approval: { timeCreated: "2026-11-30T12:00:00Z" },
  });
});

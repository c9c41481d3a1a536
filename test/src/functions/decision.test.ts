import { describe, expect, test } from "vitest";
import type { ImageVerdict } from "../../../src/evidence/image-verdict.ts";
import { signerOf } from "../../../src/evidence/keys.ts";
import { decisionText, whatIsTakenBack, whatWasBefore } from "../../../src/functions/decision.ts";
import type { AttachedDecision, CountingApproval } from "../../../src/model/signed-approval.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";

/* What an approval does beside what was decided before, and what is said of it. */

const [mine, other] = [signerOf(ed25519().secret).trusted, signerOf(ecdsa().secret).trusted];
const [mineId, otherId] = [mine, other].map(({ id }) => id.slice(0, 16));
const time = "2026-11-30T12:00:00Z";
const now = new Date("2026-11-30T13:00:00.4Z");
const team = { by: "team", keyId: mine.id };

const approved = (key = mine, by = "team"): { counting: CountingApproval; attached: AttachedDecision } => ({
  counting: { key, approval: { timeCreated: time, decision: "approved", environment: "production", by, replaces: [] } },
  attached: { id: `sha256:${key.id}`, decision: "approved", by, replaces: [], keyId: key.id },
});
const withdrawn: AttachedDecision = { ...approved(other).attached, id: "sha256:w", decision: "withdrawn" };

const standing = (
  found: readonly ReturnType<typeof approved>[],
  { approvers, validHours, more = [] }: { approvers?: (typeof mine)[]; validHours?: number; more?: AttachedDecision[] },
) =>
  whatWasBefore(
    found.map(({ counting }) => counting),
    [...found.map(({ attached }) => attached), ...more],
    { ...team, approvers },
    { validHours, now },
  );
const approvers = [mine, other];

const verdict: ImageVerdict = {
  ...{ verdict: "passed", reason: "", keyId: "f".repeat(64), timeCreated: time, hashes: {} },
  approval: { required: true, change: ["code"] },
};
const decided = { ...team, image: "model@sha256:i", environment: "production", withdraw: false, dryRun: false };
const head = (...args: Parameters<typeof standing>): string =>
  decisionText(decided, verdict, standing(...args)).split("\n")[0] ?? "";

describe("an approval", () => {
  test("is left as it is where it would not end later", () => {
    const already = `model@sha256:i is approved for production already, by team, signed by key ${mineId} at ${time}`;
    expect(head([approved()], { approvers })).toBe(already);
    expect(standing([approved()], { approvers }).isLeft).toBe(true);
    const inSecond = whatWasBefore(
      [approved().counting],
      [],
      { ...team, approvers },
      {
        ...{ validHours: 1, now: new Date("2026-11-30T12:00:00.9Z") },
      },
    );
    expect(inSecond.isLeft).toBe(true);
  });

  test("is renewed where it has an end", () => {
    const found = [approved()];
    expect(standing(found, { approvers, validHours: 24 }).isLeft).toBe(false);
    const words = `the approval of model@sha256:i for production by team, signed by key ${mineId}, which was of ${time}`;
    expect(head(found, { approvers, validHours: 24 })).toBe(`renewed ${words}`);
    const planned = decisionText({ ...decided, dryRun: true }, verdict, standing(found, { approvers, validHours: 24 }));
    expect(planned).toContain(`would renew ${words}\n`);
  });

  test("is found beside a newer one of somebody else", () => {
    expect(standing([approved(other, "second"), approved()], { approvers }).isLeft).toBe(true);
  });

  test("by the same name is another one with another key, which is said", () => {
    const found = standing([approved(other)], { approvers });
    expect(found.isLeft).toBe(false);
    expect(decisionText(decided, verdict, found).split("\n")).toEqual([
      `approved model@sha256:i for production by team, signed by key ${mineId}`,
      `  verdict  passed, signed by key ffffffffffffffff at ${time}`,
      "  change   code: for a person to decide",
      `  beside   key ${otherId} has signed an approval by team as well, which counts by itself`,
    ]);
    const unknown = standing([], { more: [approved(other).attached] });
    expect(decisionText(decided, verdict, unknown)).toMatch(
      /\n {2}beside {3}key \w{16} has signed an approval by team as well; give --approval-key, which says whose counts$/,
    );
    expect(standing([], { approvers: [mine], more: [approved(other).attached] }).otherKeys).toEqual([]);
  });

  test("is given anew after a withdrawal, by whomever where nothing says whose count", () => {
    expect(standing([approved()], { more: [withdrawn] }).isLeft).toBe(false);
    expect(standing([], { approvers, more: [withdrawn] })).toEqual({ isLeft: false, otherKeys: [], isKnown: true });
  });
});

describe("a withdrawal", () => {
  const taken = (...counting: readonly CountingApproval[]): string =>
    decisionText({ ...decided, by: "second", withdraw: true }, verdict, whatIsTakenBack(counting));

  test("says who takes back whose approval", () => {
    expect(taken(approved().counting)).toMatch(
      /^second withdrew the approval of model@sha256:i for production, given by team at 2026-11-30T12:00:00Z; signed by key \w{16}\n {2}verdict/,
    );
    expect(taken()).toMatch(/^second withdrew .* for production, of which none counted; signed by key/);
  });

  test("names each person once, with the newest of what was renewed", () => {
    const { counting } = approved();
    const renewed = { ...counting, approval: { ...counting.approval, timeCreated: "2026-11-30T12:30:00Z" } };
    expect(taken(renewed, approved(other, "lead").counting, counting)).toContain(
      ", given by team at 2026-11-30T12:30:00Z, by lead at 2026-11-30T12:00:00Z;",
    );
  });

  test("that is only tried says so", () => {
    const planned = { ...decided, withdraw: true, dryRun: true };
    expect(decisionText(planned, verdict, whatIsTakenBack([approved().counting]))).toMatch(
      /^team would withdraw the approval of model@sha256:i for production, given by team at /,
    );
  });
});

import { neededText } from "../delivery/noted-change.ts";
import type { ImageVerdict } from "../evidence/image-verdict.ts";
import { shortKey, type TrustedKey } from "../evidence/keys.ts";
import {
  type AttachedDecision,
  type CountingApproval,
  type SignedApproval,
  standing,
} from "../model/signed-approval.ts";
import { secondOf } from "../model/verdict.ts";
import { oneLine } from "../text.ts";

/* What a person decides of an image beside what has been decided before, in words. */

/** Who decides. */
interface Decider {
  readonly by: string;
  /** The key that signs it. */
  readonly keyId: string;
  /** Those whose decisions count; undefined where the site does not say. */
  readonly approvers: readonly TrustedKey[] | undefined;
}

/** What there was before an approval. */
export interface DecidedBefore {
  /** The same approval, of the same person and key. */
  readonly approval?: SignedApproval;
  /** Whether that is left as it is: to give it anew would change nothing. */
  readonly isLeft: boolean;
  /** Other keys that have signed an approval in the name of that person. */
  readonly otherKeys: readonly string[];
  /** Whether it is known whose decisions count. */
  readonly isKnown: boolean;
  /** The approvals that counted until a withdrawal, the newest first. */
  readonly takenBack?: readonly SignedApproval[];
}

/** @param counting the approvals that a withdrawal takes back, the newest first */
export const whatIsTakenBack = (counting: readonly CountingApproval[]): DecidedBefore => ({
  ...{ isLeft: false, otherKeys: [], isKnown: true },
  takenBack: counting.map(({ approval }) => approval),
});

/** @param counting the approvals that count */
export function whatWasBefore(
  counting: readonly CountingApproval[],
  attached: readonly AttachedDecision[],
  { by, keyId, approvers }: Decider,
  { validHours, now }: { readonly validHours: number | undefined; readonly now: Date },
): DecidedBefore {
  const isKnown = approvers !== undefined;
  const keys = attached.flatMap((one) =>
    one.by === by && one.decision === "approved" && one.keyId !== undefined ? [one.keyId] : [],
  );
  const otherKeys = [...new Set(keys)].filter(
    (key) => key !== keyId && (!isKnown || approvers.some(({ id }) => id === key)),
  );
  // Whose withdrawals count is not known without --approval-key, so that each does.
  const isOpen = !isKnown && standing(attached, ({ replaces }) => replaces).some((one) => one.decision === "withdrawn");
  const same = counting.find(({ approval, key }) => approval.by === by && key.id === keyId);
  if (isOpen || same === undefined) return { isLeft: false, otherKeys, isKnown };
  const { approval } = same;
  const endsLater = validHours !== undefined && Date.parse(approval.timeCreated) < Date.parse(secondOf(now));
  return { approval, isLeft: !endsLater, otherKeys, isKnown };
}

/** A decision, for its words. */
interface Decided extends Pick<Decider, "by" | "keyId"> {
  /** By digest. */
  readonly image: string;
  readonly environment: string;
  /** Whether an approval is taken back. */
  readonly withdraw: boolean;
  readonly dryRun: boolean;
}

export function decisionText(
  decided: Decided,
  { verdict, keyId, timeCreated, approval }: ImageVerdict,
  before: DecidedBefore,
): string {
  const change = approval === undefined ? "nothing says what kind of change it is" : neededText(approval);
  return [
    headOf(decided, before),
    `  verdict  ${verdict}, signed by key ${shortKey(keyId)} at ${timeCreated}`,
    `  change   ${change}`,
    ...before.otherKeys.map((key) => `  beside   ${besideText(decided.by, key, before.isKnown)}`),
  ].join("\n");
}

function headOf(
  { image, environment, by, keyId, withdraw, dryRun }: Decided,
  { approval: before, isLeft, takenBack = [] }: DecidedBefore,
): string {
  if (withdraw) {
    const did = dryRun ? "would withdraw" : "withdrew";
    return `${by} ${did} the approval of ${image} for ${environment}, ${givenText(takenBack)}; signed by key ${shortKey(keyId)}`;
  }
  const who = `by ${by}, signed by key ${shortKey(keyId)}`;
  if (before !== undefined && isLeft) {
    return `${image} is approved for ${environment} already, ${who} at ${before.timeCreated}`;
  }
  const [would, did] =
    before !== undefined ? ["would renew the approval of", "renewed the approval of"] : ["would approve", "approved"];
  const former = before === undefined ? "" : `, which was of ${before.timeCreated}`;
  return `${dryRun ? would : did} ${image} for ${environment} ${who}${former}`;
}

/** Whose approvals a withdrawal takes back: of what one person has renewed, the newest. */
function givenText(takenBack: readonly SignedApproval[]): string {
  if (takenBack.length === 0) return "of which none counted";
  const newest = new Map(takenBack.toReversed().map(({ by, timeCreated }) => [oneLine(by), timeCreated]));
  return `given ${[...newest].map(([by, time]) => `by ${by} at ${time}`).join(", ")}`;
}

/** Who has given another key than the one that they wanted is to see that. */
const besideText = (by: string, key: string, isKnown: boolean): string =>
  `key ${shortKey(key)} has signed an approval by ${by} as well${isKnown ? ", which counts by itself" : "; give --approval-key, which says whose counts"}`;

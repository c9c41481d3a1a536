import { digestOf, shortImage } from "./image-reference.ts";
import { changeIn, type FoundChange, reasonForChange } from "./noted-change.ts";
import type { Rollout } from "./rollout.ts";
import { RECORD, statusProblems, type Told } from "./rollout-words.ts";

/* Whether what runs in one environment may go on to the next, by what the cluster itself says of both. */

/**
 * Why what runs in an environment may not go on, as a sentence; undefined where it may.
 *
 * @param seen its status
 * @param image what it must run; whatever it runs when absent
 */
export function reasonToStay(seen: Rollout, told: Told, image?: string): string | undefined {
  const { after, waits } = seen;
  const { environment } = told;
  const [problem] = statusProblems(seen, told);
  if (after === null || problem !== undefined) return problem ?? `Nothing is known of ${environment}.`;
  if (image !== undefined && digestOf(after.image) !== digestOf(image)) {
    return `${environment} does not run ${shortImage(image)} any more: it runs ${shortImage(after.image)}, by another release or by hand.`;
  }
  const { records } = after;
  if (records[RECORD.image] !== after.image || digestOf(after.image) === "") {
    return `${environment} runs ${after.image}, which was not deployed by ml-pipeline: nothing says who judged it.`;
  }
  if (waits !== "") return `A rollout is under way in ${environment}, and waits for ${waits}.`;
  if (records[RECORD.state] !== "ready") {
    return `The deploy of ${shortImage(after.image)} to ${environment} has not ended well: it was interrupted, or its checks failed. The same deploy again goes on.`;
  }
  if (!/^passed\b/.test(records[RECORD.verdict] ?? "")) {
    return `${environment} runs ${shortImage(after.image)} without a verdict: it was deployed without --report.`;
  }
  return undefined;
}

/** What was noted of an image's approval. */
export interface NotedApproval extends FoundChange {
  /** `none` or `required`. */
  readonly approval: string | undefined;
}

export const approvalIn = (records: Readonly<Record<string, string>>): NotedApproval => ({
  approval: records[RECORD.approval],
  change: changeIn(records[RECORD.change]),
  comparedWith: records[RECORD.comparedWith],
});

/** The model that an environment runs, by what is noted there; undefined where nothing is. */
export const notedModel = ({ after }: Pick<Rollout, "after">): string | undefined =>
  after !== null && after.records[RECORD.image] === after.image ? after.records[RECORD.model] : undefined;

/**
 * Why a person is to decide whether an image goes to a guarded environment; empty where none is needed.
 *
 * That a change needs nobody is said about one accepted model: where another one runs by now, it says nothing.
 *
 * @param model the one that runs there
 * @param automatic the kinds of change that need nobody where the model is better
 */
export function reasonsForPerson(
  noted: NotedApproval,
  model: string | undefined,
  automatic: readonly string[],
): readonly string[] {
  const { approval, comparedWith } = noted;
  if (approval === undefined) return ["nothing says what kind of change it is"];
  if (approval !== "none") return [reasonForChange(noted, automatic)];
  if (model === undefined) return ["nothing says which model runs there now"];
  if (model === comparedWith) return [];
  return [`it was compared with the model ${comparedWith ?? "none"}, and another one runs there now: ${model}`];
}

/** The tag of a release: `v` and a semantic version, without build metadata, which no tag of an image can have. */
const TAG =
  /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\w-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\w-]*))*))?$/;

export const isReleaseTag = (tag: string): boolean => TAG.test(tag) && !tag.includes("_");

/** The tag of a release that an image was pushed with; undefined for another one. */
export function releaseTagOf(image: string): string | undefined {
  const tag = /:([^/:@]+)(?:@|$)/.exec(image)?.[1];
  return tag !== undefined && isReleaseTag(tag) ? tag : undefined;
}

/** Whether one release is later than another, as https://semver.org orders them. */
export function isLater(one: string, other: string): boolean {
  const [a, b] = [one, other].map((tag) => TAG.exec(tag) ?? []);
  for (const place of [1, 2, 3]) {
    const [x, y] = [Number(a?.[place]), Number(b?.[place])];
    if (x !== y) return x > y;
  }
  const [early, late] = [a?.[4], b?.[4]];
  // A version without an addition is later than all of its previews.
  if (early === undefined || late === undefined) return early === undefined && late !== undefined;
  return comparePreviews(early.split("."), late.split(".")) > 0;
}

function comparePreviews(one: readonly string[], other: readonly string[]): number {
  for (let place = 0; place < Math.max(one.length, other.length); place++) {
    const [a, b] = [one[place], other[place]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (a === b) continue;
    const [x, y] = [a, b].map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
    if (x !== undefined && y !== undefined) return x - y;
    if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1;
    return a > b ? 1 : -1;
  }
  return 0;
}

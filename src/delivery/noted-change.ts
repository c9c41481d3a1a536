/*
 * What changed since the accepted model, as one word in notes and outputs, and in words for a person. No case of it is an empty text, which
 * could be any of them.
 */

/** What was found of a change. */
export interface FoundChange {
  /** Its kinds; empty for a model that differs in nothing that counts, absent where it was compared with none. */
  readonly change?: readonly string[] | undefined;
  /** The hash of the accepted model, where there was one. */
  readonly comparedWith?: string | undefined;
}

const NOTHING = "nothing";
const NOT_COMPARED = "not-compared";

/** `data,code`, `nothing`, or `not-compared`. */
export const changeNote = (change: readonly string[] | undefined): string =>
  change === undefined ? NOT_COMPARED : change.join(",") || NOTHING;

/** What a note says. Earlier versions wrote an empty one for `nothing`, and none where nothing was compared. */
export const changeIn = (note: string | undefined): readonly string[] | undefined =>
  note === undefined || note === NOT_COMPARED ? undefined : note === NOTHING || note === "" ? [] : note.split(",");

export function changeText({ change, comparedWith }: FoundChange): string {
  if (change !== undefined) return change.join(", ") || "nothing that counts";
  return comparedWith === undefined
    ? "no accepted model to compare with"
    : "not known (nothing says how the accepted model was judged)";
}

/** What changed, and who decides about it. */
export function neededText({ required, ...found }: FoundChange & { readonly required: boolean }): string {
  const than = found.change === undefined || found.comparedWith === undefined ? "" : `, since ${found.comparedWith}`;
  return `${changeText(found)}${than}: ${required ? "for a person to decide" : "needs nobody"}`;
}

/**
 * Why a person is to decide about a change, where the run that found it is over and nothing but its kinds was kept.
 *
 * @param automatic the kinds that need nobody where the model is better
 */
export function reasonForChange({ change, comparedWith }: FoundChange, automatic: readonly string[]): string {
  if (change === undefined) {
    return comparedWith === undefined
      ? "there is no accepted model to compare with"
      : `nothing says how the accepted model was judged, ${comparedWith}`;
  }
  const what = change.length === 0 ? "nothing that counts changed" : `what changed: ${change.join(", ")}`;
  const isAutomatic = change.every((kind) => automatic.includes(kind));
  return isAutomatic ? `${what}, and it was not shown to be better than the accepted model beyond noise` : what;
}

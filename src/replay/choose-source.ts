import { some } from "./words.ts";

/* Which of two folders is replayed: the checkout, or the commit that the run noted. */

/** How a folder compares with what failed: in what it differs, undefined where nobody can tell, or why it cannot be read. */
export type Compared = { readonly differences: readonly string[] | undefined } | { readonly lacking: string };

/** What is replayed, and what is said of it. */
export interface SourceChoice {
  readonly use: "checkout" | "commit";
  readonly isSame?: boolean | undefined;
  readonly text: string;
}

/** The checkout, where nothing else has to be looked for. */
export function checkoutAlone(here: Compared, asItIs: boolean): SourceChoice | undefined {
  if ("lacking" in here) return undefined;
  const { differences } = here;
  if (differences === undefined) return { use: "checkout", text: `the checkout: ${UNTOLD}` };
  if (differences.length === 0) return { use: "checkout", isSame: true, text: "the checkout, which is what failed" };
  return asItIs
    ? { use: "checkout", isSame: false, text: `the checkout as it is (--as-it-is): ${some(differences)}` }
    : undefined;
}

const UNTOLD = "the report does not say what the stage depended on, so nobody can tell whether it is what failed";

/**
 * The commit where it is what failed; else the checkout, or what of both can be read.
 *
 * @param commit the first letters of its hash
 */
export function chooseSource(here: Compared, there: Compared, commit: string): SourceChoice {
  const because = clausesOf(here);
  if (!("lacking" in there) && (there.differences ?? []).length === 0) {
    const text = `commit ${commit} of the repository, since the checkout is not what failed: ${because}`;
    return { use: "commit", isSame: true, text };
  }
  if ("lacking" in here) {
    return "lacking" in there
      ? { use: "checkout", isSame: false, text: because }
      : { use: "commit", isSame: false, text: `commit ${commit}, which is not what failed: ${clausesOf(there)}` };
  }
  const why =
    "lacking" in there
      ? there.lacking
      : `nor is commit ${commit}, so what failed was never committed: ${clausesOf(there)}`;
  return { use: "checkout", isSame: false, text: `the checkout, which is not what failed: ${because}; ${why}` };
}

const clausesOf = (compared: Compared): string =>
  "lacking" in compared ? compared.lacking : some(compared.differences ?? []);

import { z } from "zod";
import { counted } from "../../text.ts";

/*
 * What verify_dvc.py found: the outputs of .dvc files that are in the data folder. DVC names a file by the MD5 of its
 * content, and a folder by that of its listing, with `.dir` behind it.
 */

export interface TrackedOut {
  /** The .dvc file, from the project's root: `data/train.csv.dvc`. */
  readonly file: string;
  /** What it is about: `data/train.csv`. */
  readonly path: string;
  /** The MD5 that the .dvc file names. */
  readonly expected: string;
  readonly state: "same" | "missing" | "different";
  /** The MD5 that it has; empty where none could be taken. */
  readonly actual: string;
  /** What else differs: sizes, counts of files. */
  readonly detail: string;
}

export interface Tracked {
  readonly outs: readonly TrackedOut[];
  /** .dvc files that cannot be read or verified, a sentence each. */
  readonly problems: readonly string[];
}

export const trackedSchema: z.ZodType<Tracked> = z.object({
  outs: z.array(
    z.object({
      file: z.string(),
      path: z.string(),
      expected: z.string(),
      state: z.enum(["same", "missing", "different"]),
      actual: z.string(),
      detail: z.string(),
    }),
  ),
  problems: z.array(z.string()),
});

/** The revision of the data in one text: `data/test.csv@<md5> data/train.csv@<md5>`. */
export const revisionOf = (outs: readonly TrackedOut[]): string =>
  outs
    .map(({ path, expected }) => `${path}@${expected}`)
    .sort()
    .join(" ");

export const outsThatAre = (state: TrackedOut["state"], { outs }: Tracked): TrackedOut[] =>
  outs.filter((out) => out.state === state);

/** How many differing files a message names. */
const MAX_NAMED = 5;

/** What is wrong with the data as it is there, before anything is pulled; empty when nothing is. */
export function localFindings(tracked: Tracked): string {
  return [
    ...tracked.problems,
    ...firstFindings(
      outsThatAre("different", tracked).map(
        (out) =>
          `${mismatch(out)}. Run \`dvc checkout\` to have the tracked version again, or \`dvc add\` and commit ${out.file} to keep this one`,
      ),
    ),
  ].join("; ");
}

/** What is wrong with the data that was pulled; empty when nothing is. */
export function pulledFindings(tracked: Tracked, pulledFrom: string): string {
  const different = outsThatAre("different", tracked).map(
    (out) =>
      `${mismatch(out)}. It came like this from ${pulledFrom}: the object there was changed or damaged; push it again with \`dvc push\` from where the data is right`,
  );
  const missing = outsThatAre("missing", tracked).map(
    ({ file, path, expected }) =>
      `${path} (${file}, ${expected}) was not pulled from ${pulledFrom}. Push it with \`dvc push\``,
  );
  return [...tracked.problems, ...firstFindings([...different, ...missing])].join("; ");
}

function mismatch({ file, path, expected, actual, detail }: TrackedOut): string {
  const found = actual === "" ? detail : `its MD5 is ${actual}${detail === "" ? "" : ` (${detail})`}`;
  return `${path} is not what ${file} says: ${found}, expected ${expected}`;
}

const firstFindings = (findings: readonly string[]): string[] =>
  findings.length <= MAX_NAMED
    ? [...findings]
    : [...findings.slice(0, MAX_NAMED), `and ${counted(findings.length - MAX_NAMED, "more finding")}`];

import { z } from "zod";
import { counted } from "../../text.ts";

/*
 * The results of verify_dvc.py: the outputs of .dvc files in the data folder. DVC names a file by the MD5 of its content,
 * and a folder by that of its listing with `.dir` appended.
 */

export interface TrackedOut {
  /** The .dvc file, relative to the project's root: `data/train.csv.dvc`. */
  readonly file: string;
  /** The file or folder that it tracks: `data/train.csv`. */
  readonly path: string;
  /** The MD5 in the .dvc file. */
  readonly expected: string;
  readonly state: "same" | "missing" | "different";
  /** The MD5 of what is there; empty if it has none. */
  readonly actual: string;
  /** What else differs: the size, the number of files. */
  readonly detail: string;
}

export interface Tracked {
  readonly outs: readonly TrackedOut[];
  /** A sentence for each .dvc file that cannot be read or verified. */
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

/** The revision of the data as one string: `data/test.csv@<md5> data/train.csv@<md5>`. */
export const revisionOf = (outs: readonly TrackedOut[]): string =>
  outs
    .map(({ path, expected }) => `${path}@${expected}`)
    .sort()
    .join(" ");

export const outsThatAre = (state: TrackedOut["state"], { outs }: Tracked): TrackedOut[] =>
  outs.filter((out) => out.state === state);

/** The largest number of files that a message names. */
const MAX_NAMED = 5;

/** The problems of the local data before a pull; empty if there are none. */
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

/** The problems of the pulled data; empty if there are none. */
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

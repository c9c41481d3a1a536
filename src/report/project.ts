import type { Report } from "./report.ts";

/** Signs of a commit's hash that tell it from the others; the record has all of it. */
const COMMIT = /^([0-9a-f]{12})[0-9a-f]{28,52}$/;

/** Whose run it is, and of what, in words: the project's name, and `main at 1b2c3d4e5f60`. */
export function projectWords({ project }: Pick<Report, "project">): { name?: string; checkout?: string } {
  const { name, commit, branch } = project ?? {};
  const at = commit === undefined ? undefined : (COMMIT.exec(commit)?.[1] ?? commit);
  const checkout = branch === undefined ? at : at === undefined ? branch : `${branch} at ${at}`;
  return { ...(name === undefined ? {} : { name }), ...(checkout === undefined ? {} : { checkout }) };
}

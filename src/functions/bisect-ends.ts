import type { Directory } from "@dagger.io/dagger";
import { type Between, type Commit, type History, readable } from "../bisect/repository.ts";
import { shortCommit } from "../bisect/words.ts";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { findRun } from "../journal/find.ts";
import { readJournal } from "./journal.ts";
import type { Site } from "./site.ts";

/* The two ends of a search in a history. */

/** The two commits, as they are named. */
export interface EndsRequest {
  /** Commits, branches, tags, or runs of the journal. */
  readonly good: string;
  readonly bad: string;
  /** Reports of earlier runs, to find runs in. */
  readonly history?: Directory | undefined;
}

/** The two commits, by their names or by those of runs. */
export async function endsOf(site: Site, history: History, request: EndsRequest): Promise<[Commit, Commit]> {
  const { good, bad } = request;
  const [first, last] = await history.resolve([good, bad]);
  return [
    first ?? (await commitOfRun(site, history, request, "good")),
    last ?? (await commitOfRun(site, history, request, "bad")),
  ];
}

async function commitOfRun(site: Site, history: History, request: EndsRequest, flag: "good" | "bad"): Promise<Commit> {
  const { [flag]: name, history: reports } = request;
  const { address, credentials, folder } = site.store;
  if (reports === undefined && address === undefined && credentials === undefined && folder === undefined) {
    throw new UserError(
      `--${flag}=${name}: the repository has no such branch, tag or commit. For the name of a run, say where runs are noted: --history=DIR with their reports, or the model store.`,
      "why",
    );
  }
  const [head] = await history.resolve(["HEAD"]);
  if (head === undefined) throw new UserError("The repository of --source has no commit checked out.", "why");
  const source = readable(await history.files(head.commit));
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  const { entries } = await readJournal(site, context, { history: reports }, { isNeeded: true });
  const { project, id } = findRun(entries, name, `--${flag}`);
  if (project?.commit === undefined) {
    throw new UserError(`--${flag}=${name}: the run ${id} did not note its commit. Give the commit itself.`, "why");
  }
  const [found] = await history.resolve([project.commit]);
  if (found !== undefined) return found;
  throw new UserError(
    `--${flag}=${name}: the run ${id} was of commit ${project.commit}, which the repository does not have: fetch it first.`,
    "why",
  );
}

/** @throws UserError where no commits lead from the one to the other */
export function requirePath(between: Between, good: Commit, bad: Commit): Between {
  const { path, isAncestor, common, isShallow } = between;
  if (isAncestor && path.length > 0) return between;
  const [first, last] = [`${shortCommit(good)} of --good`, `${shortCommit(bad)} of --bad`];
  if (good.commit === bad.commit) throw new UserError(`${first} and ${last} are the same commit.`, "why");
  if (isShallow) {
    throw new UserError(
      `The history does not reach from ${last} back to ${first}: the clone is shallow. Fetch all of it: fetch-depth: 0, or \`git fetch --unshallow\`.`,
      "why",
    );
  }
  const advice =
    common === bad.commit
      ? "The bad one is before the good one: to find what made it better, swap them."
      : common === null
        ? "They have no commit in common."
        : `Both come from ${common.slice(0, 10)}: is that one good?`;
  throw new UserError(`${first} is not before ${last}. ${advice}`, "why");
}

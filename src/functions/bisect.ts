import type { Directory } from "@dagger.io/dagger";
import { type Commit, type History, historyOf } from "../bisect/repository.ts";
import type { Bisected, Change } from "../bisect/result.ts";
import { firstBad, type Verdict } from "../bisect/search.ts";
import { type Compared, shortCommit, type Tried, triedText } from "../bisect/words.ts";
import { UserError } from "../errors.ts";
import { Bisection } from "../objects/bisection.ts";
import { DEFAULT_PYTHON } from "../project/python/version.ts";
import { checkEpochs } from "../stages/train.ts";
import { type EndsRequest, endsOf, requirePath } from "./bisect-ends.ts";
import { fallOf } from "./bisect-parts.ts";
import { lastOf, type TrialRequest, Trials } from "./bisect-trials.ts";
import type { Site } from "./site.ts";

export interface BisectRequest extends EndsRequest, TrialRequest {
  /** The checkout of the repository, with its `.git`. */
  readonly source: Directory;
  /** Whether all commits are tried, each against the one before it. */
  readonly every: boolean;
}

/** Finds the commit that made the metric fall between two commits, and what of it did. */
export async function bisectHistory(site: Site, request: BisectRequest): Promise<Bisection> {
  checkEpochs(request.epochs);
  const runtime = { settings: site.settings, python: DEFAULT_PYTHON, since: Date.now() };
  const history = await historyOf(runtime, request.source);
  const [good, bad] = await endsOf(site, history, request);
  const { path } = requirePath(await history.between(good.commit, bad.commit), good, bad);
  const trials = new Trials(site, history, request, good);
  const reference = await trials.reference();
  const search = request.every ? everyFall : oneFall;
  const found: Bisected = {
    ...{ schemaVersion: 1, isEvery: request.every, good, bad, reference, commits: path.length },
    ...(await search(trials, history, { good, path })),
  };
  return new Bisection(JSON.stringify(found));
}

/** A range of commits, of which the first is known to be good and is not in the path. */
interface Range {
  readonly good: Commit;
  readonly path: readonly Commit[];
}

/** What a search adds to what it was asked. */
type Searched = Pick<Bisected, "changes" | "tried" | "end">;

/** Halves the path until one commit is left. */
async function oneFall(trials: Trials, history: History, { good, path }: Range): Promise<Searched> {
  const bad = lastOf(path);
  const ends = await trials.against(bad, good);
  if (typeof ends === "string") throw new UserError(`${shortCommit(bad)} of --bad cannot be tried: ${ends}`, "why");
  const found: Tried[] = [{ commit: bad, outcome: ends }];
  if (ends.side !== "worse") return { changes: [], tried: found };
  const outcomes = new Map<number, Compared | string>([[path.length - 1, ends]]);
  const judge = async (place: number): Promise<Verdict> => {
    const commit = placed(path, place);
    const outcome = await trials.against(commit, good);
    outcomes.set(place, outcome);
    found.push({ commit, outcome });
    console.info(triedText({ commit, outcome }));
    return typeof outcome === "string" ? "skipped" : outcome.side === "worse" ? "bad" : "good";
  };
  const { good: before, suspects } = await firstBad(path.length, judge);
  const lastGood = before < 0 ? good : placed(path, before);
  const first = placed(path, suspects.at(-1) ?? path.length - 1);
  const compared = lastGood === good ? outcomes.get(path.indexOf(first)) : await trials.against(first, lastGood);
  if (compared === undefined || typeof compared === "string") throw new Error("a commit was judged and cannot be");
  const fall = await fallOf(trials, history, {
    ...{ before: lastGood, compared },
    suspects: suspects.map((place) => placed(path, place)),
  });
  const order = (one: Tried): number => path.indexOf(one.commit);
  return {
    changes: [{ kind: "fall", fall }],
    tried: found.toSorted((a, b) => order(a) - order(b)),
    ...(first === bad ? {} : { end: { commit: bad, outcome: await trials.against(bad, first) } }),
  };
}

/** Tries all commits, each against the last one before it that could be tried. */
async function everyFall(trials: Trials, history: History, { good, path }: Range): Promise<Searched> {
  const tried: Tried[] = [];
  const changes: Change[] = [];
  let before = good;
  let skipped: Commit[] = [];
  for (const commit of path) {
    const outcome = await trials.against(commit, before);
    tried.push({ commit, outcome });
    console.info(triedText({ commit, outcome }));
    if (typeof outcome === "string") {
      skipped.push(commit);
      continue;
    }
    if (outcome.side === "worse") {
      const fall = await fallOf(trials, history, { before, suspects: [...skipped, commit], compared: outcome });
      changes.push({ kind: "fall", fall });
    }
    if (outcome.side === "better") changes.push({ kind: "rise", rise: { commit, outcome } });
    before = commit;
    skipped = [];
  }
  if (before === good) return { changes, tried };
  return { changes, tried, end: { commit: before, outcome: await trials.against(before, good) } };
}

function placed(path: readonly Commit[], place: number): Commit {
  const commit = path[place];
  if (commit === undefined) throw new Error(`a path of ${path.length} commits has none at ${place}`);
  return commit;
}

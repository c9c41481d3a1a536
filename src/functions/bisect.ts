import type { Directory } from "@dagger.io/dagger";
import { type Commit, type History, historyOf } from "../bisect/repository.ts";
import { firstBad, type Verdict } from "../bisect/search.ts";
import {
  allTriedText,
  type Compared,
  fallText,
  outcomeText,
  shortCommit,
  type Tried,
  triedText,
} from "../bisect/words.ts";
import { UserError } from "../errors.ts";
import { DEFAULT_PYTHON } from "../project/python/version.ts";
import { checkEpochs } from "../stages/train.ts";
import { comparedText } from "../training/decision.ts";
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
export async function bisectHistory(site: Site, request: BisectRequest): Promise<string> {
  checkEpochs(request.epochs);
  const runtime = { settings: site.settings, python: DEFAULT_PYTHON, since: Date.now() };
  const history = await historyOf(runtime, request.source);
  const [good, bad] = await endsOf(site, history, request);
  const { path } = requirePath(await history.between(good.commit, bad.commit), good, bad);
  const trials = new Trials(site, history, request, good);
  const reference = await trials.reference();
  const text = request.every
    ? await everyFall(trials, history, { good, path })
    : await oneFall(trials, history, { good, path });
  return [`The model of ${shortCommit(good)} is the good one: ${reference}`, text].join("\n");
}

/** A range of commits, of which the first is known to be good and is not in the path. */
interface Range {
  readonly good: Commit;
  readonly path: readonly Commit[];
}

/** Halves the path until one commit is left. */
async function oneFall(trials: Trials, history: History, { good, path }: Range): Promise<string> {
  const bad = lastOf(path);
  const ends = await trials.against(bad, good);
  if (typeof ends === "string") throw new UserError(`${shortCommit(bad)} of --bad cannot be tried: ${ends}`, "why");
  if (ends.side !== "worse") {
    throw new UserError(
      `There is nothing to look for: the model of ${shortCommit(bad)} is not worse than that of ${shortCommit(good)} beyond noise: ${comparedText(ends.models)}. Both were evaluated on the same rows: a metric that fell in reports may have been measured on others.`,
      "why",
    );
  }
  const found: Tried[] = [{ commit: bad, outcome: ends }];
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
  return [
    fallText(fall),
    ...(await afterwards(trials, first, bad)),
    allTriedText(
      found.toSorted((a, b) => order(a) - order(b)),
      path.length,
    ),
  ].join("\n");
}

/** What became of the metric after the commit that was found: a search by halves takes for granted that it stays bad. */
async function afterwards(trials: Trials, first: Commit, bad: Commit): Promise<string[]> {
  const later = first === bad ? undefined : await trials.against(bad, first);
  if (later === undefined || typeof later === "string" || later.side === "alike") return [];
  const text = comparedText(later.models);
  return later.side === "worse"
    ? [`It fell again later: ${text}. bisect --good=${shortCommit(first)} --bad=${shortCommit(bad)} finds where.`]
    : [`It rose again later: ${text}. The search took for granted that it stays bad: --every tries all commits.`];
}

/** Tries all commits, each against the last one before it that could be tried. */
async function everyFall(trials: Trials, history: History, { good, path }: Range): Promise<string> {
  const found: Tried[] = [];
  const changes: string[] = [];
  let before = good;
  let skipped: Commit[] = [];
  for (const commit of path) {
    const outcome = await trials.against(commit, before);
    found.push({ commit, outcome });
    console.info(triedText({ commit, outcome }));
    if (typeof outcome === "string") {
      skipped.push(commit);
      continue;
    }
    if (outcome.side === "worse") {
      changes.push(
        fallText(await fallOf(trials, history, { before, suspects: [...skipped, commit], compared: outcome })),
      );
    }
    if (outcome.side === "better") changes.push(`The metric rose in ${triedText({ commit, outcome })}`);
    before = commit;
    skipped = [];
  }
  const whole = before === good ? undefined : await trials.against(before, good);
  const end = whole === undefined ? [] : [`${shortCommit(before)} against ${shortCommit(good)}: ${outcomeText(whole)}`];
  const nothing = changes.length === 0 ? ["No commit changes the metric beyond noise against the one before it."] : [];
  return [...changes, ...nothing, ...end, `${allTriedText(found, path.length)}`].join("\n");
}

function placed(path: readonly Commit[], place: number): Commit {
  const commit = path[place];
  if (commit === undefined) throw new Error(`a path of ${path.length} commits has none at ${place}`);
  return commit;
}

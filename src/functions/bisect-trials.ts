import type { Directory } from "@dagger.io/dagger";
import { type Commit, type History, readable } from "../bisect/repository.ts";
import { type Compared, shortCommit } from "../bisect/words.ts";
import type { Context, DataContext } from "../context/context.ts";
import { isEngineFault, messageOf, UserError } from "../errors.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import { runStages } from "../pipeline.ts";
import { exactPattern } from "../project/left-out.ts";
import { assertStages } from "../report/text.ts";
import { comparedOn } from "../stages/decide.ts";
import { evaluate } from "../stages/evaluate.ts";
import { compareOn } from "../stages/evaluate-fresh.ts";
import { train } from "../stages/train.ts";
import { lastWords, oneLine, short } from "../text.ts";
import { sideOf } from "../training/decision.ts";
import { dataContext } from "./data.ts";
import type { Site } from "./site.ts";

/* Commits of a history are trained and evaluated, and held against each other. */

/** How all commits are tried. */
export interface TrialRequest {
  readonly epochs: number;
  /** Data that all commits have; those of each commit when absent. */
  readonly data?: Directory | undefined;
  /** What all models are evaluated on; the data of the good commit when absent. */
  readonly testData?: Directory | undefined;
  /** That of the gate `regression` when absent. */
  readonly metric?: string | undefined;
}

/** Trains and evaluates commits, each once. A text says why one cannot be tried. */
export class Trials {
  private readonly files = new Map<string, Promise<Directory>>();
  private readonly trained = new Map<string, Promise<TrainedTree | string>>();
  private readonly evaluations = new Map<string, Promise<Evaluated | string>>();
  private readonly site: Site;
  private readonly history: History;
  private readonly request: TrialRequest;
  private readonly good: Commit;

  /** @param good the commit by whose settings models are compared, and on whose data */
  constructor(site: Site, history: History, request: TrialRequest, good: Commit) {
    this.site = site;
    this.history = history;
    this.request = request;
    this.good = good;
  }

  /**
   * What the good model claims, in words.
   *
   * @throws UserError where nothing can be compared with it
   */
  async reference(): Promise<string> {
    const found = await this.evaluated(this.good);
    if (typeof found === "string") throw this.refused(found);
    if (found.predictions === undefined) {
      throw this.refused(`${found.claimedBy} writes no predictions, and models are compared row by row`);
    }
    const claims = Object.entries(found.claims).map(([metric, value]) => `${metric} ${short(value)}`);
    return claims.length === 0 ? "evaluated" : claims.join(", ");
  }

  /** A commit's model against that of another one. */
  async against(commit: Commit, other: Commit): Promise<Compared | string> {
    const [ours, theirs] = await Promise.all([this.evaluated(commit), this.evaluated(other)]);
    return this.compared(ours, theirs);
  }

  /** The same for the files of the other commit, of which some are those of the commit. */
  async partAgainst(commit: Commit, paths: readonly string[], other: Commit): Promise<Compared | string> {
    const [from, into] = await Promise.all([this.filesOf(commit), this.filesOf(other)]);
    const patterns = paths.map(exactPattern);
    const mixed = into.filter({ exclude: patterns }).withDirectory(".", from.filter({ include: patterns }));
    const evaluation = await this.evaluateOf(await tried(() => trainTree(this.site, mixed, this.request)));
    return this.compared(evaluation, await this.evaluated(other));
  }

  /** What is known of a commit's project, which has been tried. */
  async contextOf(commit: Commit): Promise<Context> {
    const trained = await this.trainedOf(commit);
    if (typeof trained === "string") throw new Error(`${shortCommit(commit)} was judged and cannot be trained`);
    return trained.context;
  }

  private async compared(ours: Evaluated | string, theirs: Evaluated | string): Promise<Compared | string> {
    if (typeof ours === "string") return ours;
    if (typeof theirs === "string") return theirs;
    const reference = await this.trainedOf(this.good);
    if (typeof reference === "string") throw this.refused(reference);
    return tried(() => compareTrees(reference.context, ours, theirs, this.request.metric));
  }

  private filesOf(commit: Commit): Promise<Directory> {
    return once(this.files, commit, async () => readable(await this.history.files(commit.commit)));
  }

  private trainedOf(commit: Commit): Promise<TrainedTree | string> {
    return once(this.trained, commit, () =>
      tried(async () => trainTree(this.site, await this.filesOf(commit), this.request)),
    );
  }

  private evaluated(commit: Commit): Promise<Evaluated | string> {
    return once(this.evaluations, commit, async () => this.evaluateOf(await this.trainedOf(commit)));
  }

  private async evaluateOf(trained: TrainedTree | string): Promise<Evaluated | string> {
    if (typeof trained === "string") return trained;
    const reference = await this.trainedOf(this.good);
    if (typeof reference === "string") throw this.refused(reference);
    const data = this.request.testData ?? reference.context.data;
    return tried(() => evaluateTree(trained, data));
  }

  private refused(reason: string): UserError {
    return new UserError(`${shortCommit(this.good)} of --good cannot be compared with: ${reason}`, "why");
  }
}

/** The last of some commits, of which there is one. */
export function lastOf(commits: readonly Commit[]): Commit {
  const last = commits.at(-1);
  if (last === undefined) throw new Error("there is no commit");
  return last;
}

function once<T>(known: Map<string, Promise<T>>, { commit }: Commit, work: () => Promise<T>): Promise<T> {
  const made = known.get(commit) ?? work();
  known.set(commit, made);
  return made;
}

/** A project that was trained. */
interface TrainedTree {
  readonly context: DataContext;
  readonly model: Directory;
}

/** Trains the files of a commit; the cache has what was trained before. */
async function trainTree(
  site: Site,
  source: Directory,
  { epochs, data }: Pick<TrialRequest, "epochs" | "data">,
): Promise<TrainedTree> {
  const context = await dataContext(site, { source, data });
  const training = { epochs, gpu: site.gpu };
  const trained = await runStages([train], { context, data: context.data, training });
  assertStages(trained.stages);
  const model = trained.value(train);
  if (model === undefined) throw new Error("a passed training gave no model");
  return { context, model: model.directory };
}

/** Evaluates a model by the program of its own commit, on data that are the same for all. */
async function evaluateTree({ context, model }: TrainedTree, data: Directory): Promise<Evaluated> {
  const outcome = await evaluate({ ...context, data }, model, undefined);
  if (outcome.status !== "passed") throw new Error(outcome.message);
  return outcome.value;
}

/**
 * A model against another one, row by row.
 *
 * @param context whose settings say how models are compared
 * @param metric that of the gate `regression` when absent
 * @returns a text where they cannot be compared
 */
async function compareTrees(
  context: DataContext,
  evaluated: Evaluated,
  reference: Evaluated,
  metric: string | undefined,
): Promise<Compared | string> {
  const measured = await compareOn(context, evaluated, reference);
  if ("missing" in measured) return measured.missing;
  const models = comparedOn(context, measured.value, metric);
  if (typeof models === "string") return models;
  // However few rows there are, only what is beyond noise counts.
  const side = sideOf(models, 0);
  if (side === undefined || side === "few") {
    return `the two models cannot be compared row by row${measured.value.unpaired === undefined ? "" : `: ${measured.value.unpaired}`}`;
  }
  return { models, side };
}

/** What came of work that a commit may keep from being done: a text says why it did. */
async function tried<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (isEngineFault(error)) throw error;
    return oneLine(firstLine(messageOf(error)));
  }
}

/** Of a failed stage the line that names it, and the last words of what it printed. */
function firstLine(message: string): string {
  const lines = message.trim().split("\n");
  const told = lines.find((line) => line.startsWith("✗ "))?.slice(2) ?? lines[0] ?? "";
  const printed = lines.filter((line) => line.startsWith("    "));
  const last = lastWords(printed.join("\n"));
  return last === "" || told.includes(last) ? told : `${told}: ${last}`;
}

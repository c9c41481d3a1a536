import type { Directory } from "@dagger.io/dagger";
import { type History, historyOf, readable } from "../bisect/repository.ts";
import { type Context, readContext } from "../context/context.ts";
import { isEngineFault, messageOf } from "../errors.ts";
import { PIPELINE, type PipelineStage } from "../pipeline.ts";
import { DEFAULT_PYTHON } from "../project/python/version.ts";
import { type Compared, checkoutAlone, chooseSource, type SourceChoice } from "../replay/choose-source.ts";
import { sourceDifferences } from "../replay/compare.ts";
import type { Asked, RecordedRun } from "../replay/recorded.ts";
import type { Had } from "../replay/words.ts";
import { type AnyStage, DEFAULT_TRAINING, type RunInputs } from "../stages/definition.ts";
import { stageKeys } from "../stages/stage-keys.ts";
import { oneLine } from "../text.ts";
import type { Site } from "./site.ts";

/* The source of a run that is replayed: the checkout, or the commit that the run noted. */

/** Where a source may be. */
export interface SourceRequest {
  readonly source: Directory;
  /** The checkout with its `.git`. */
  readonly repository: Directory;
  /** Whether the checkout is taken as it is. */
  readonly asItIs: boolean;
}

/** A project that a stage can be replayed of. */
export interface FoundSource {
  readonly source: Directory;
  readonly context: Context;
  /** The stages that are replayed: those whose results the failed one takes, and that one. */
  readonly stages: readonly PipelineStage[];
  readonly had: Had;
}

/** A folder, and in what it is not what failed. */
interface Candidate extends Omit<FoundSource, "had"> {
  readonly differences: readonly string[] | undefined;
}

/**
 * Finds the source of a run: the checkout where it is the same, else the commit that the run noted, else what is nearer to it.
 *
 * @throws UserError where neither can be read
 */
export async function sourceOf(
  site: Site,
  run: RecordedRun,
  { failed, asked }: { readonly failed: PipelineStage; readonly asked: Asked },
  request: SourceRequest,
): Promise<FoundSource> {
  const read = (source: Directory): Promise<Candidate> => candidate(site, run, { failed, asked, source });
  const here = await readOrReason(() => read(request.source));
  const alone = checkoutAlone(compared(here), request.asItIs);
  if (alone !== undefined && typeof here !== "string") return { ...here, had: hadOf(alone) };
  const commit = run.project?.commit;
  const files = commit === undefined ? "the report notes no commit" : await commitOf(site, commit, request.repository);
  const there = typeof files === "string" ? files : await readOrReason(() => read(files));
  const choice = chooseSource(compared(here), compared(there), shortHash(commit ?? ""));
  const chosen = choice.use === "checkout" ? here : there;
  // The reason of the checkout is the one that the caller can do something about.
  return { ...(typeof chosen === "string" ? await read(request.source) : chosen), had: hadOf(choice) };
}

const compared = (candidate: Candidate | string): Compared =>
  typeof candidate === "string" ? { lacking: candidate } : candidate;

const hadOf = ({ isSame, text }: SourceChoice): Had => ({ input: "source", isSame, text });

const shortHash = (commit: string): string => commit.slice(0, 10);

async function candidate(
  site: Site,
  run: RecordedRun,
  { failed, asked, source }: { readonly failed: PipelineStage; readonly asked: Asked; readonly source: Directory },
): Promise<Candidate> {
  const context = await readContext(source, site);
  const inputs: RunInputs = {
    ...{ context, approved: asked.approved, keepGoing: asked.keepGoing },
    training: {
      ...DEFAULT_TRAINING,
      gpu: site.gpu,
      epochs: asked.epochs ?? DEFAULT_TRAINING.epochs,
      isQuick: asked.isQuick,
    },
    only: asked.isQuick ? context.config.profile.quick.gates : undefined,
  };
  const stages = await takenBy(failed, inputs);
  return { source, context, stages, differences: sourceDifferences(run, await stageKeys(stages, inputs)) };
}

/** A stage with those whose results it takes, in the order of the pipeline. */
async function takenBy(failed: PipelineStage, inputs: RunInputs): Promise<PipelineStage[]> {
  const taken = new Set<string>();
  const visit = async (stage: AnyStage): Promise<void> => {
    if (taken.has(stage.name)) return;
    taken.add(stage.name);
    const { from = [] } = (await stage.depends?.(inputs)) ?? {};
    for (const name of from) {
      const needed = stage.needs[name];
      if (needed !== undefined) await visit(needed);
    }
  };
  await visit(failed);
  return PIPELINE.filter(({ name }) => taken.has(name));
}

/** The files of a commit, or why they cannot be had and what to do. */
async function commitOf(site: Site, commit: string, repository: Directory): Promise<Directory | string> {
  return readOrReason(async () => {
    const runtime = { settings: site.settings, python: DEFAULT_PYTHON, since: Date.now() };
    const history = await readOrReason(() => historyOf(runtime, repository));
    if (typeof history === "string") {
      return `commit ${shortHash(commit)} is not looked for, since --repository has no history: give the checkout of the project`;
    }
    return filesOf(history, commit);
  });
}

async function filesOf(history: History, commit: string): Promise<Directory | string> {
  const [found] = await history.resolve([commit]);
  if (found !== undefined) return readable(await history.files(found.commit));
  return `commit ${shortHash(commit)} is not in the repository: \`git fetch origin ${commit}\`, then again`;
}

/** @throws what the engine itself fails with */
async function readOrReason<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (isEngineFault(error)) throw error;
    return oneLine(messageOf(error).split("\nSee docs/")[0] ?? "");
  }
}

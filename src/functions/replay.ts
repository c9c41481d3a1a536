import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { messageOf, UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { INPUTS_FILE, keyInputsSchema, NO_INPUTS } from "../keys/parts.ts";
import { Replay } from "../objects/replay.ts";
import { PIPELINE, type PipelineStage, PROJECT, runStages } from "../pipeline.ts";
import { type EndedStage, outcomeOf } from "../replay/outcome.ts";
import {
  type Asked,
  askedOf,
  failedStageOf,
  type RecordedRun,
  type RecordedStage,
  replayedReportSchema,
} from "../replay/recorded.ts";
import type { Had, Replayed } from "../replay/words.ts";
import { DEFAULT_TRAINING, type RunInputs } from "../stages/definition.ts";
import { evaluateCandidate } from "../stages/evaluate.ts";
import { judge } from "../stages/judge.ts";
import { isTracked } from "../stages/pull-data.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import type { StageReport } from "../stages/stage.ts";
import { train } from "../stages/train.ts";
import { reportText } from "./assert.ts";
import { type Found, foundData, foundImage, foundModel, readsData } from "./replay-inputs.ts";
import { runThere, shellOf } from "./replay-shell.ts";
import { type FoundSource, type SourceRequest, sourceOf } from "./replay-source.ts";
import type { Site } from "./site.ts";

/** What is replayed, and where its inputs may be. */
export interface ReplayRequest extends SourceRequest {
  /** The report folder of the run. */
  readonly report: Directory;
  /** The stage that is replayed, where several failed. */
  readonly stage?: string | undefined;
  readonly data?: Directory | undefined;
  readonly model?: Directory | undefined;
  readonly baseline?: Directory | undefined;
  /** A command that is run where the stage failed; none when empty. */
  readonly command: readonly string[];
}

/**
 * Runs the failed stage of a run again, on what that run had, and says whether it failed the same way.
 *
 * @throws UserError for a folder that is no report, and for a stage that cannot be replayed
 */
export async function replayRun(site: Site, request: ReplayRequest): Promise<Replay> {
  const run = await recordedRun(request.report);
  const failed = failedStageOf(run, request.stage);
  if (failed === undefined) {
    const warned = run.stages.flatMap(({ name, status }) => (status === "warned" ? [name] : []));
    return new Replay(JSON.stringify({ outcome: "nothing", warned, had: [] } satisfies Replayed));
  }
  if (failed.name === PROJECT.name) return replayProject(site, failed, request.source);
  const definition = replayable(run, failed);
  const asked = askedOf(run);
  const found = await sourceOf(site, run, { failed: definition, asked }, request);
  const { inputs, stages, had } = await inputsOf(site, run, { asked, found, request, definition });
  const ran = await runStages(stages, inputs);
  const shell = shellOf(runsFor(definition, stages, ran));
  if (shell === undefined && request.command.length > 0) {
    throw new UserError(
      `--command: ${failed.name} runs nothing in a container, so there is nowhere to run it.`,
      "replay",
    );
  }
  const other =
    shell === undefined || request.command.length === 0 ? undefined : await runThere(shell, request.command);
  const now = endOf(definition, ran);
  const replayed: Replayed = {
    ...{ stage: failed.name, outcome: outcomeOf(failed, now), had: [...had, ...trainedAgain(run, ran)] },
    ...{ before: ended(failed), now, typed: shell?.typed, other },
  };
  return new Replay(JSON.stringify(replayed), shell?.container);
}

async function recordedRun(report: Directory): Promise<RecordedRun> {
  const found = parseJson(await reportText(report), replayedReportSchema, "report.json in the folder of --report");
  const inputs = (await report.exists(INPUTS_FILE))
    ? parseJson(await report.file(INPUTS_FILE).contents(), keyInputsSchema, `${INPUTS_FILE} in the folder of --report`)
    : NO_INPUTS;
  return { ...found, inputs };
}

/** @throws UserError for a stage that acts outside of its run, and for one of another kind of run */
function replayable(run: RecordedRun, { name, message }: RecordedStage): PipelineStage {
  const found = PIPELINE.find((one) => one.name === name);
  const failed = `${name} failed: ${message}`;
  if (run.retraining !== undefined) {
    throw new UserError(
      `${failed}\nA retraining joins a window of fresh data to its own, which no report has: run \`retrain\` with the same --window instead.`,
      "replay",
    );
  }
  if (found === undefined) {
    throw new UserError(
      `${failed}\nIt is no stage of the pipeline with a container of its own, so it cannot be replayed.`,
      "replay",
    );
  }
  if ("effect" in found) {
    throw new UserError(
      `${failed}\nIt acts outside of the run, so it is never replayed: what it said is all there is.`,
      "replay",
    );
  }
  return found;
}

/** What the stages are run with, and what is said of it. */
interface ReplayInputs {
  readonly inputs: RunInputs;
  readonly stages: readonly PipelineStage[];
  readonly had: readonly Had[];
}

async function inputsOf(
  site: Site,
  run: RecordedRun,
  {
    asked,
    found: { context, source, had: hadSource, stages },
    request,
    definition,
  }: {
    readonly asked: Asked;
    readonly found: FoundSource;
    readonly request: ReplayRequest;
    readonly definition: PipelineStage;
  },
): Promise<ReplayInputs> {
  const sources = source === request.source ? [source] : [request.source, source];
  const data = readsData(run, stages)
    ? await foundData(site, context, run, { data: request.data, sources })
    : undefined;
  const takesModel = definition !== train && stages.includes(train);
  const model =
    takesModel && (request.model !== undefined || run.hashes.model !== undefined)
      ? await foundModel(site, context, run.hashes.model, { input: "model", given: request.model, flag: "--model" })
      : undefined;
  const baseline =
    asked.baseline === undefined
      ? undefined
      : await foundModel(site, context, asked.baseline, {
          ...{ input: "accepted model", given: request.baseline, flag: "--baseline" },
        });
  const production = asked.production === undefined ? undefined : foundImage(site, asked.production);
  const inputs: RunInputs = {
    ...{ context, data: data?.value, dvc: site.dvc, model: model?.value, baseline: baseline?.value },
    ...{ production: production?.value, approved: asked.approved, keepGoing: asked.keepGoing },
    tracked: data?.value === undefined ? false : await isTracked({ ...context, data: data.value }),
    training: {
      ...{ ...DEFAULT_TRAINING, gpu: site.gpu, isQuick: asked.isQuick },
      epochs: asked.epochs ?? DEFAULT_TRAINING.epochs,
    },
    only: asked.isQuick ? context.config.profile.quick.gates : undefined,
  };
  const told: readonly (Found<unknown> | undefined)[] = [data, baseline, production];
  const needed = model?.value === undefined ? stages : stages.filter((one) => one !== train);
  // A model that cannot be had is trained again, which is said once it is known what came of it.
  const known = model?.value === undefined ? [] : [model.had];
  return {
    inputs,
    stages: needed,
    had: [hadSource, ...told.flatMap((one) => (one === undefined ? [] : [one.had])), ...known],
  };
}

/** What is said of a model that was trained again. */
function trainedAgain(run: RecordedRun, ran: StagesResult): Had[] {
  const { model: wanted } = run.hashes;
  const trained = ran.value(train);
  if (wanted === undefined || trained === undefined) return [];
  const isSame = trained.manifest.model === wanted;
  const text = isSame
    ? "trained again: the same, byte for byte"
    : `trained again: another one, ${trained.manifest.model} instead of ${wanted}; --model=DIR gives the one that the run had`;
  return [{ input: "model", isSame, text }];
}

/** Gates decide by numbers: a person looks at where the model was evaluated. */
function runsFor(
  definition: PipelineStage,
  stages: readonly PipelineStage[],
  ran: StagesResult,
): ReturnType<StagesResult["runsOf"]> {
  const before = stages.slice(0, stages.indexOf(definition));
  const order =
    definition === judge ? [evaluateCandidate, ...before.toReversed()] : [definition, ...before.toReversed()];
  return order.map((one) => ran.runsOf(one)).find((runs) => runs.length > 0) ?? [];
}

/** How the stage ended; where one before it failed, that one. */
function endOf(definition: PipelineStage, { stages }: StagesResult): EndedStage & { readonly output: string } {
  const own = stages.find(({ name }) => name === definition.name);
  const earlier = stages.find(({ name, status }) => status === "failed" && name !== definition.name);
  if (earlier === undefined || own?.status === "failed") return own === undefined ? NOT_THERE : endedWith(own);
  return { ...endedWith(earlier), status: "skipped", message: `${earlier.name} failed before it: ${earlier.message}` };
}

/** The project as it is has no such stage any more. */
const NOT_THERE: EndedStage & { readonly output: string } = {
  ...{ status: "skipped", message: "the project has no such stage now", commands: [], output: "" },
};

const endedWith = (report: StageReport): EndedStage & { readonly output: string } => ({
  ...ended(report),
  output: report.output,
});

const ended = ({ status, message, commands }: EndedStage): EndedStage => ({
  ...{ status, message },
  commands: commands.map(({ name, command, exitCode }) => ({ name, command, exitCode })),
});

/** Reads a project again that could not be read. */
async function replayProject(site: Site, failed: RecordedStage, source: Directory): Promise<Replay> {
  const now = await readContext(source, site).then(
    () => ({ status: "passed", message: "the project can be read", commands: [] }) satisfies EndedStage,
    (error: unknown) => ({ status: "failed", message: messageOf(error), commands: [] }) satisfies EndedStage,
  );
  const had: Had = { input: "source", text: "the checkout: nothing of a project that cannot be read is hashed" };
  const outcome = outcomeOf(failed, now);
  return new Replay(
    JSON.stringify({
      stage: failed.name,
      outcome,
      had: [had],
      before: ended(failed),
      now: { ...now, output: "" },
    } satisfies Replayed),
  );
}

import type { Container, Directory } from "@dagger.io/dagger";
import {
  appContainer,
  baselineMount,
  dataBeside,
  filesFor,
  projectCommand,
  withData,
  withModel,
  withMounts,
  writtenBy,
} from "../containers/app.ts";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { BASELINE, DATA, DATA_TOOLS, MODELS, RESULTS } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { parseMetrics } from "../measurements/claims.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import { isOtherwise } from "../measurements/predictions/file-settings.ts";
import type { PredictionFile } from "../measurements/predictions/measure.ts";
import { renamedPredictions } from "../measurements/predictions/rename.ts";
import { asksFor, type EntryPoint } from "../project/commands/entry-point.ts";
import { elsewhere } from "../project/project.ts";
import { counted } from "../text.ts";
import { defineStage, type RunInputs, type StageInputs, withEvaluationData } from "./definition.ts";
import { inContainer, takesBaseline, takesData, takesModel, together } from "./inputs.ts";
import { withMissingFile } from "./missing-file.ts";
import { withMissingPackage } from "./missing-package.ts";
import { TRAINING_DATA } from "./sample-data.ts";
import { scanModel } from "./scan-model.ts";
import { failedRun, type Outcome, skipped } from "./stage.ts";
import { requireModel, train } from "./train.ts";

const OUTPUT = `${RESULTS}/evaluation`;

/** Evaluates the candidate on the data. */
export const evaluateCandidate = defineStage({
  name: "evaluate candidate",
  step: "Evaluate",
  needs: { ...TRAINING_DATA, trained: train, scanned: scanModel },
  depends: async (inputs) => together(evaluationInputs(inputs), takesModel(inputs)),
  run: (inputs, { trained, ...ready }) =>
    evaluate(withEvaluationData(inputs, ready), requireModel(inputs, trained), inputs.baseline),
});

/** Evaluates the baseline in the same way: on the same data, or on the reference that current data are compared with. */
export const evaluateBaseline = defineStage({
  name: "evaluate baseline",
  step: "Evaluate",
  needs: { ...TRAINING_DATA, trained: train, scanned: scanModel },
  when: ({ baseline }) => baseline !== undefined,
  depends: async (inputs) => {
    const { baseline, comparison } = inputs;
    const reference = comparison === undefined ? {} : { folders: { reference: comparison.reference } };
    return together(evaluationInputs(inputs), takesBaseline(baseline), reference);
  },
  run(inputs, { trained: _trained, scanned: _scanned, ...ready }) {
    const { baseline } = inputs;
    if (baseline === undefined) throw new Error("a baseline was to be evaluated where there is none");
    const reference = inputs.comparison?.reference;
    const context = withEvaluationData(inputs, ready);
    return evaluate(reference === undefined ? context : { ...context, data: reference }, baseline, baseline);
  },
});

/** What an evaluation depends on, beside its model. */
function evaluationInputs(inputs: RunInputs): StageInputs {
  const { project, config } = inputs.context;
  const entry = project.entryPoints.evaluate;
  // Without a command of its own it is what training wrote.
  if (entry === undefined) return {};
  return together(
    inContainer(inputs, { tools: isOtherwise(config.predictions) ? [DATA_TOOLS] : [] }),
    takesData(inputs),
    {
      folders: { source: filesFor(project, entry) },
      settings: { predictions: config.predictions },
      command: entry,
      installs: "runtime",
    },
    asksFor(entry, "baseline") ? takesBaseline(inputs.baseline) : {},
  );
}

/** Evaluates a model on the data of the context, by the project's own program. */
export async function evaluate(
  context: DataContext,
  model: Directory,
  baseline: Directory | undefined,
): Promise<Outcome<Evaluated>> {
  const entry = context.project.entryPoints.evaluate;
  if (entry === undefined) return claimedByTraining(context, model);
  const written = writtenBy(entry, OUTPUT);
  const command = projectCommand("evaluate", entry, { model: MODELS, data: DATA, output: written, baseline: BASELINE });
  const container = withMounts(evaluationContainer(context, entry, model), baselineMount(entry, baseline));
  const run = await runCommands(container, [command], {
    since: context.since,
    limits: context.limits,
    folders: [written],
  });
  if (!run.ok) return withMissingFile(withMissingPackage(failedRun(run), context, "programs"), context, { data: true });
  const directory = run.container.directory(written);
  const files = await directory.entries();
  const { predictions, runs } = await predictionsIn(context, directory, files);
  if (!files.includes("metrics.json") && predictions === undefined) {
    throw new UserError(
      `${entry.title} wrote neither metrics.json nor predictions (predictions.csv or predictions.parquet, or what predictions.files names) to ${entry.outputFolder ?? "its output"}; it wrote ${files.join(", ") || "nothing"}.`,
      "your-project",
    );
  }
  const claims = files.includes("metrics.json")
    ? parseMetrics(await directory.file("metrics.json").contents(), entry.title)
    : {};
  return {
    status: "passed",
    message: summary(claims, predictions?.file),
    value: { claims, claimedBy: entry.title, ...(predictions === undefined ? {} : { predictions }) },
    runs: [run, ...runs],
  };
}

/** The predictions that an evaluation wrote, under the names of the contract; undefined where it wrote none. */
async function predictionsIn(
  context: DataContext,
  directory: Directory,
  files: readonly string[],
): Promise<{ readonly predictions?: PredictionFile; readonly runs: readonly CommandsResult[] }> {
  const settings = context.config.predictions;
  if (isOtherwise(settings)) return renamedPredictions(context, directory, settings);
  const file = ["predictions.parquet", "predictions.csv"].find((name) => files.includes(name));
  return { ...(file === undefined ? {} : { predictions: { directory, file } }), runs: [] };
}

function evaluationContainer(context: DataContext, entry: EntryPoint, model: Directory): Container {
  const { project, data } = context;
  const container = withData(withModel(appContainer(context, filesFor(project, entry)), project, model), project, data);
  return withMounts(container, dataBeside(project, entry, data));
}

/** Takes the metrics that training wrote beside the model, for a project without `src.evaluate`. */
async function claimedByTraining({ project }: DataContext, model: Directory): Promise<Outcome<Evaluated>> {
  if (!(await model.exists("metrics.json"))) {
    return skipped(
      `the project has neither src/evaluate.py nor commands.evaluate, and its training wrote no metrics.json${elsewhere(project, "src.evaluate")}`,
    );
  }
  const trains = project.entryPoints.train?.title ?? "training";
  const claims = parseMetrics(await model.file("metrics.json").contents(), trains);
  return {
    status: "passed",
    message: `neither src/evaluate.py nor commands.evaluate: using the metrics.json of training (${summary(claims, undefined)})${elsewhere(project, "src.evaluate")}`,
    value: { claims, claimedBy: trains },
  };
}

/** What an evaluation gave. Metrics of its own are not expected of one that writes predictions. */
export function summary(claims: Readonly<Record<string, number>>, file: string | undefined): string {
  const count = Object.keys(claims).length;
  if (file === undefined) return counted(count, "metric");
  return count === 0 ? `${file}, from which the metrics are computed` : `${counted(count, "metric")}, ${file}`;
}

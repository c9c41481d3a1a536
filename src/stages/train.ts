import type { Container, Directory } from "@dagger.io/dagger";
import {
  appContainer,
  baselineMount,
  dataBeside,
  dataMounts,
  filesFor,
  type Mount,
  projectCommand,
  withData,
  withMounts,
  writtenBy,
} from "../containers/app.ts";
import { type Command, runCommands } from "../containers/commands.ts";
import { type Device, trainingDevice } from "../containers/gpu.ts";
import { cudaBase } from "../containers/images.ts";
import { APP, BASELINE, DATA, MODELS } from "../containers/paths.ts";
import type { Context, DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Manifest, modelFiles, withManifest } from "../model/manifest.ts";
import { refuseQuick } from "../model/profile.ts";
import { asksFor, type EntryPoint } from "../project/commands/entry-point.ts";
import { requireEntryPoint } from "../project/project.ts";
import { counted } from "../text.ts";
import { believedManifest } from "./believed.ts";
import { DEFAULT_TRAINING, defineStage, type RunInputs, withReadyData } from "./definition.ts";
import { externalRules } from "./external-rules.ts";
import { inContainer, takesBaseline, takesData, together } from "./inputs.ts";
import { lint } from "./lint.ts";
import { withMeanwhile } from "./meanwhile.ts";
import { withMissingFile } from "./missing-file.ts";
import { withMissingPackage } from "./missing-package.ts";
import { TRAINING_DATA } from "./sample-data.ts";
import { scanSecrets } from "./scan-secrets.ts";
import { pointersText, searchSecrets } from "./secrets.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";
import { testData } from "./test-data.ts";
import { testIntegration } from "./test-integration.ts";
import { testUnit } from "./test-unit.ts";
import { type Remote, remoteDevice, requireRemote, type Trained, trainRemotely } from "./train-remotely.ts";
import { keyOfTraining, trainingImage } from "./training-key.ts";
import { validateData } from "./validate-data.ts";

/** A model and where it came from. */
export interface TrainedModel {
  /** The model's files and its manifest. */
  readonly directory: Directory;
  readonly manifest: Manifest;
  readonly device: Device;
  /** The model came from `--reuse`: nothing trained. */
  readonly reused: boolean;
}

/** @throws UserError for a number of epochs in which nothing would be trained */
export function checkEpochs(epochs: number): void {
  if (Number.isInteger(epochs) && epochs >= 1) return;
  throw new UserError(`--epochs=${epochs}: expected a whole number of at least 1, since nothing is trained otherwise.`);
}

/** Trains the candidate, unless an earlier model has the same inputs. */
export const train = defineStage({
  name: "train",
  step: "Train",
  needs: {
    ...TRAINING_DATA,
    lint,
    scanSecrets,
    testUnit,
    testIntegration,
    validated: validateData,
    externalRules,
    testData,
  },
  async depends(inputs) {
    const { context, baseline } = inputs;
    const entry = context.project.entryPoints.train;
    if (entry === undefined) return undefined;
    const { epochs, isQuick = false } = inputs.training ?? DEFAULT_TRAINING;
    const { device, remote } = await machineOf(inputs);
    const workers = workersOf(remote);
    const image = trainingImage(context, device);
    return together(
      inContainer(inputs, { image, times: ["train-seconds"] }),
      takesData(inputs),
      {
        folders: { source: filesFor(context.project, entry) },
        texts: {
          ...(asksFor(entry, "epochs") ? { epochs: String(epochs) } : {}),
          device,
          ...(isQuick ? { profile: "quick" } : {}),
          ...(workers > 1 ? { workers: String(workers) } : {}),
        },
        command: entry,
        installs: "runtime",
      },
      asksFor(entry, "baseline") ? takesBaseline(baseline) : {},
    );
  },
  async run(inputs, { validated, ...ready }): Promise<Outcome<TrainedModel>> {
    const context = withReadyData(inputs, ready);
    const { epochs, reuse, experiment, isQuick = false } = inputs.training ?? DEFAULT_TRAINING;
    const entry = requireEntryPoint(context.project, "train", "trains the model");
    const { device, remote } = await machineOf(inputs);
    const key = await keyOfTraining(context, entry, {
      ...{ epochs, device, baseline: inputs.baseline, isQuick, workers: workersOf(remote) },
    });
    const rows = ready.sampled?.rows ?? validated?.rows ?? inputs.rows;
    const known: KnownInputs = {
      trainingInputs: key.hash,
      trainingParts: key.parts,
      ...(isQuick && { profile: "quick" }),
      source: key.source.sha256,
      data: key.data.sha256,
      files: [...key.data.kinds],
      ...(rows === undefined ? {} : { rows }),
      ...(context.dvc === undefined ? {} : { dvc: context.dvc }),
    };
    const earlier = reuse === undefined ? undefined : await earlierModel(context, reuse, known);
    const outcome =
      earlier === undefined
        ? await withMeanwhile(
            trainAnew(context, entry, { epochs, device, known, experiment, accepted: inputs.baseline, remote }),
            inputs.meanwhile,
          )
        : reused(earlier, device);
    // A model that was used again took no time of a device.
    const evidence = { ...outcome.evidence, training: key };
    return { ...outcome, evidence: earlier === undefined ? { ...evidence, device } : evidence };
  },
});

/** What trains: the cluster, where it is one, and whether with a GPU. */
export async function machineOf({
  context,
  training = DEFAULT_TRAINING,
}: RunInputs): Promise<{ readonly device: Device; readonly remote: Remote | undefined }> {
  const { gpu, remote: access } = training;
  if (access === undefined) return { device: await trainingDevice(gpu, context.settings), remote: undefined };
  const remote = requireRemote(context, access, gpu);
  return { device: remoteDevice(remote, gpu), remote };
}

/** How many train together. */
const workersOf = (remote: Remote | undefined): number => remote?.settings.workers ?? 1;

/** The model of a run, trained or given, with its manifest where it has one. */
export function requireModel({ model }: RunInputs, trained: TrainedModel | undefined): Directory {
  const directory = trained?.directory ?? model;
  if (directory === undefined) throw new Error("a stage that is about a model was run without one");
  return directory;
}

type KnownInputs = Pick<
  Manifest,
  "trainingInputs" | "trainingParts" | "profile" | "source" | "data" | "rows" | "dvc" | "files"
>;

interface Training {
  readonly epochs: number;
  readonly device: Device;
  readonly known: KnownInputs;
  /** What the training is told that it belongs to. */
  readonly experiment: string | undefined;
  /** The model that training may begin with. */
  readonly accepted: Directory | undefined;
  /** The cluster that trains; it is trained here when undefined. */
  readonly remote: Remote | undefined;
}

async function trainAnew(context: DataContext, entry: EntryPoint, training: Training): Promise<Outcome<TrainedModel>> {
  const { epochs, device, known } = training;
  const trained = await (training.remote === undefined
    ? trainHere(context, entry, training)
    : trainInCluster(context, entry, { ...training, remote: training.remote }));
  if ("failure" in trained) return trained.failure;
  const { run, folder } = trained;
  if (!run.ok) {
    const told = withMissingPackage(withMissingCode(failedRun(run), context), context, "programs");
    return withMissingFile(told, context, { data: true });
  }
  const model = run.hashes[folder];
  if (model === undefined || model.files === 0) {
    return {
      status: "failed",
      message: `${entry.title} ended well and wrote nothing to ${outputOf(entry, writtenBy(entry, MODELS))}`,
      runs: [run],
    };
  }
  const manifest: Manifest = { schemaVersion: 2, ...known, model: `sha256:${model.sha256}` };
  const directory = withManifest(run.container.directory(folder), manifest);
  const where = device === "gpu" ? "on the GPU" : "on the CPU";
  const told = asksFor(entry, "epochs") ? `${counted(epochs, "epoch")} ` : "";
  const by = trained.told === "" ? "" : ` ${trained.told}`;
  return outcomeOf(run, `${told}${where}${by}, model of ${counted(model.files, "file")}`, {
    directory,
    manifest,
    device,
    reused: false,
  });
}

/** A training that ended, well or not. */
type TrainedHere = Exclude<Trained, { readonly failure: unknown }>;

/** What a training needs that runs on the machine of the engine. */
interface TrainingHere extends Pick<Training, "epochs" | "device" | "experiment" | "accepted"> {
  /** What no cache has seen, so that it trains. */
  readonly again?: string;
}

const commandOf = (entry: EntryPoint, { epochs }: Pick<Training, "epochs">): Command =>
  projectCommand("train", entry, {
    ...{ data: DATA, model: writtenBy(entry, MODELS), epochs: String(epochs), baseline: BASELINE },
  });

const acceptedMount = (entry: EntryPoint, { accepted }: Pick<Training, "accepted">): Mount[] =>
  baselineMount(entry, accepted === undefined ? undefined : modelFiles(accepted));

/**
 * Trains once more what a run has trained, on the machine of the engine and whatever the cache has.
 *
 * The variable that no cache has seen is of no part of the training's key, since it is told nothing by it.
 */
export async function trainAgain(inputs: RunInputs, context: DataContext, entry: EntryPoint): Promise<TrainedHere> {
  const { epochs, experiment } = inputs.training ?? DEFAULT_TRAINING;
  const { device } = await machineOf(inputs);
  return trainHere(context, entry, {
    ...{ epochs, device, experiment, accepted: inputs.baseline },
    again: `${context.since}`,
  });
}

/** Trains on the machine of the engine. */
async function trainHere(context: DataContext, entry: EntryPoint, training: TrainingHere): Promise<TrainedHere> {
  const base = training.device === "gpu" ? cudaBase(context.settings).experimentalWithAllGPUs() : undefined;
  const told = withExperiment(trainingContainer(context, entry, base), training.experiment);
  const container = withMounts(
    training.again === undefined ? told : told.withEnvVariable("ML_PIPELINE_TRAINED_AGAIN", training.again),
    acceptedMount(entry, training),
  );
  const folder = writtenBy(entry, MODELS);
  const run = await runCommands(container, [commandOf(entry, training)], {
    since: context.since,
    limits: context.limits,
    folders: [folder],
    hash: [folder],
    time: "train-seconds",
  });
  return { run, folder, told: "" };
}

/** Trains the same in a cluster: the same image, with the same folders in the same places. */
async function trainInCluster(
  context: DataContext,
  entry: EntryPoint,
  training: Training & { readonly remote: Remote },
): Promise<Trained> {
  const { project, data } = context;
  const { device, known, remote } = training;
  return trainRemotely(context, remote, {
    ...{ key: known.trainingInputs, device, command: commandOf(entry, training) },
    container: trainingContainer(context, entry, device === "gpu" ? cudaBase(context.settings) : undefined),
    mounts: [
      { path: APP, directory: filesFor(project, entry) },
      ...dataMounts(project, data),
      ...dataBeside(project, entry, data),
      ...acceptedMount(entry, training),
    ],
    written: writtenBy(entry, MODELS),
    folder: APP,
  });
}

/** A training that logs its parameters elsewhere finds the name there. */
const withExperiment = (container: Container, experiment: string | undefined): Container =>
  experiment === undefined ? container : container.withEnvVariable("ML_PIPELINE_EXPERIMENT", experiment);

/** Where a command was to write, for a message that it did not. */
function outputOf({ title, outputFolder }: EntryPoint, written: string): string {
  if (outputFolder !== undefined) return `${outputFolder}/ (${title}.output-folder)`;
  return title.startsWith("commands.")
    ? `${written}, which is {model}. Name it in ${title}, or say where the model is: ${title}.output-folder`
    : `${written} (its --output)`;
}

/** Git keeps an ignored file that was added all the same, and the pipeline cannot know: a training that misses code says so. */
function withMissingCode(failed: Outcome<never>, { project }: Context): Outcome<never> {
  const missing = project.leftOut[".gitignore"].find((path) => /^src\/.*\.py$/.test(path));
  if (missing === undefined) return failed;
  return { ...failed, message: `${failed.message}; .gitignore keeps ${missing} out (image.include takes it back)` };
}

/** An earlier run's folder is the model directory itself, or has it as `model/`. */
async function earlierModel(
  context: Context,
  reuse: Directory,
  inputs: KnownInputs,
): Promise<Omit<TrainedModel, "device"> | undefined> {
  const directory = (await reuse.exists("model")) ? reuse.directory("model") : reuse;
  const manifest = await believedManifest(context, directory, "--reuse");
  if (inputs.profile === undefined) refuseQuick(manifest, "--reuse");
  if (manifest?.trainingInputs !== inputs.trainingInputs) return undefined;
  const { files } = await fingerprint(context, { files: modelFiles(directory) });
  if (files.sha256 !== manifest.model) {
    const { found } = await searchSecrets(context, modelFiles(directory), "");
    const pointers = found?.pointers ?? [];
    if (pointers.length > 0) throw new UserError(`--reuse: ${pointersText(pointers)}`, "your-project");
    throw new UserError(
      "The model in --reuse is not the one that its ml-pipeline.json describes: a file of it was changed. Leave --reuse out, or take the folder from the earlier run again.",
    );
  }
  const { validation: _earlier, ...earlier } = manifest;
  // The manifest takes the DVC revision and the row count of this run, which the earlier run may not have known.
  const origin = { ...earlier, ...inputs };
  return { directory: withManifest(modelFiles(directory), origin), manifest: origin, reused: true };
}

const reused = (model: Omit<TrainedModel, "device">, device: Device): Outcome<TrainedModel> => ({
  status: "passed",
  message: "same code, data and environment as the earlier model (--reuse): nothing to train",
  value: { ...model, device },
});

function trainingContainer(context: DataContext, entry: EntryPoint, base: Container | undefined): Container {
  const { project, data } = context;
  const container = withData(appContainer(context, filesFor(project, entry), base), project, data);
  return withMounts(container, dataBeside(project, entry, data));
}

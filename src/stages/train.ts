import type { Container, Directory } from "@dagger.io/dagger";
import { appContainer, withData } from "../containers/app.ts";
import { runCommands } from "../containers/commands.ts";
import { dependencyTables } from "../containers/dependencies.ts";
import { type Device, type GpuMode, trainingDevice } from "../containers/gpu.ts";
import { cudaBase, pythonImageReference } from "../containers/images.ts";
import { MODELS } from "../containers/paths.ts";
import type { Context, DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Manifest, modelFiles, readManifest, sha256, trainingKey, withManifest } from "../model/manifest.ts";
import { requireModule } from "../project/project.ts";
import { counted } from "../text.ts";
import { type Outcome, outcomeOf, type Stage, stage } from "./stage.ts";

export interface TrainOptions {
  readonly epochs: number;
  readonly gpu: GpuMode;
  /** An earlier run's output: its model is used when everything that training depends on is the same. */
  readonly reuse?: Directory | undefined;
  /** How many rows the data has, where they were counted. */
  readonly rows?: number | undefined;
}

/** A model and where it came from. */
export interface TrainedModel {
  /** The model's files and its manifest. */
  readonly directory: Directory;
  readonly manifest: Manifest;
  readonly device: Device;
  /** The model came from `--reuse`: nothing trained. */
  readonly reused: boolean;
}

/** Trains the candidate, unless an earlier model has the same inputs. */
export function train(context: DataContext, options: TrainOptions): Promise<Stage<TrainedModel>> {
  return stage("train", async () => {
    requireModule(context.project, "src.train", "trains the model");
    const device = await trainingDevice(options.gpu, context.settings);
    const hashes = await fingerprint(context, { app: context.project.app, data: context.data });
    const inputs = {
      trainingInputs: trainingKey({
        app: hashes.app.sha256,
        data: hashes.data.sha256,
        dependencies: await dependencyHash(context),
        image: imageReference(context, device),
        epochs: options.epochs,
        device,
      }),
      source: hashes.app.sha256,
      data: hashes.data.sha256,
      ...dataFacts(context, options),
    };
    const earlier = options.reuse === undefined ? undefined : await earlierModel(context, options.reuse, inputs);
    return earlier === undefined ? trainAnew(context, options, device, inputs) : reused(earlier, device);
  });
}

type KnownInputs = Pick<Manifest, "trainingInputs" | "source" | "data" | "rows" | "dvc">;

const dataFacts = ({ dvc }: DataContext, { rows }: TrainOptions): Pick<Manifest, "rows" | "dvc"> => ({
  ...(rows === undefined ? {} : { rows }),
  ...(dvc === undefined ? {} : { dvc }),
});

async function trainAnew(
  context: DataContext,
  { epochs }: TrainOptions,
  device: Device,
  inputs: KnownInputs,
): Promise<Outcome<TrainedModel>> {
  const command = ["-m", "src.train", "--data", "/data", "--output", MODELS, "--epochs", String(epochs)];
  const run = await runCommands(
    trainingContainer(context, device),
    [{ name: "train", args: ["python3", ...command], shown: ["python", ...command].join(" ") }],
    { since: context.since, folders: [MODELS], hash: [MODELS] },
  );
  if (!run.ok) return outcomeOf(run, "");
  const model = run.hashes[MODELS];
  if (model === undefined || model.files === 0) {
    return {
      status: "failed",
      message: `src.train ended well and wrote nothing to ${MODELS} (its --output)`,
      runs: [run],
    };
  }
  const manifest: Manifest = { schemaVersion: 1, ...inputs, model: `sha256:${model.sha256}` };
  const directory = withManifest(run.container.directory(MODELS), manifest);
  const where = device === "gpu" ? "on the GPU" : "on the CPU";
  return outcomeOf(run, `${counted(epochs, "epoch")} ${where}, model of ${counted(model.files, "file")}`, {
    directory,
    manifest,
    device,
    reused: false,
  });
}

/** An earlier run's folder is the model directory itself, or has it as `model/`. */
async function earlierModel(
  context: Context,
  reuse: Directory,
  inputs: KnownInputs,
): Promise<Omit<TrainedModel, "device"> | undefined> {
  const directory = (await reuse.exists("model")) ? reuse.directory("model") : reuse;
  const manifest = await readManifest(directory);
  if (manifest?.trainingInputs !== inputs.trainingInputs) return undefined;
  const { files } = await fingerprint(context, { files: modelFiles(directory) });
  if (files.sha256 !== manifest.model) {
    throw new UserError(
      "The model in --reuse is not the one that its ml-pipeline.json describes: a file of it was changed. Leave --reuse out, or take the folder from the earlier run again.",
    );
  }
  const { validation: _earlier, ...earlier } = manifest;
  // The same content may be tracked since then, or counted.
  const origin = { ...earlier, ...inputs };
  return { directory: withManifest(modelFiles(directory), origin), manifest: origin, reused: true };
}

const reused = (model: Omit<TrainedModel, "device">, device: Device): Outcome<TrainedModel> => ({
  status: "passed",
  message: "same code, data and environment as the earlier model (--reuse): nothing to train",
  value: { ...model, device },
});

const imageReference = (context: Context, device: Device): string =>
  device === "gpu" ? context.settings.cudaImage : pythonImageReference(context);

function trainingContainer(context: DataContext, device: Device): Container {
  const base = device === "gpu" ? cudaBase(context.settings).experimentalWithAllGPUs() : undefined;
  return withData(appContainer(context, context.project.app, base), context.data);
}

/** Hash of the files that lock the dependencies. */
async function dependencyHash({ project }: Context): Promise<string> {
  const { source, files, dependencies } = project;
  const lock = dependencies === "uv.lock" ? await source.file("uv.lock").contents() : files.requirements;
  return sha256(JSON.stringify([dependencies, lock ?? dependencyTables(files.pyproject ?? "")]));
}

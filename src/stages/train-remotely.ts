import { posix } from "node:path";
import type { Container, Directory } from "@dagger.io/dagger";
import type { Mount } from "../containers/app.ts";
import { type Command, type CommandsResult, runCommands, runSpecification } from "../containers/commands.ts";
import { type Device, GpuMode } from "../containers/gpu.ts";
import { pythonBase } from "../containers/images.ts";
import { DEFAULT_LIMITS } from "../containers/limits.ts";
import { KUBERNETES_TOOLS, RESULTS } from "../containers/paths.ts";
import { programFolder, programPath, withProgram } from "../containers/programs.ts";
import { withTools } from "../containers/tools.ts";
import type { Context } from "../context/context.ts";
import { digestOf } from "../delivery/image-reference.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { jobManifest, jobService, MESSAGE, WORK } from "../remote/job.ts";
import type { KubernetesTraining } from "../remote/settings.ts";
import { isOfTraining, type JobResult, jobResult, jobText, placeText } from "../remote/words.ts";
import type { S3Address } from "../store/address.ts";
import { placeOf, storeOf } from "../store/store.ts";
import { accessOf, checkAccess, withAccess } from "./cluster-access.ts";
import { accessFor } from "./credentials.ts";
import type { RemoteAccess } from "./definition.ts";
import { pushImage } from "./push-image.ts";
import type { Failure } from "./stage.ts";

/* A training as a Job of Kubernetes, of which one program in a container takes care from its beginning to its end. */

/** All that a training elsewhere needs, checked before anything runs. */
export interface Remote {
  readonly settings: KubernetesTraining;
  readonly access: RemoteAccess;
  /** The part of the model store that trainings are moved through. */
  readonly address: S3Address;
  /** The store, for messages. */
  readonly where: string;
}

/** @throws UserError where the settings, the cluster or the store are missing */
export function requireRemote({ config }: Pick<Context, "config">, access: RemoteAccess, gpu: GpuMode): Remote {
  const settings = config.training.kubernetes;
  if (settings === undefined) {
    throw new UserError(
      'Nothing says where to train with --on=kubernetes: add a table [tool.ml-pipeline.training.kubernetes] with image = "REGISTRY/NAME".',
      "remote-training",
    );
  }
  checkAccess(access.cluster);
  const store = storeOf(access.store, config.store.url, "writes");
  if ("folder" in store) {
    throw new UserError(
      "A training on Kubernetes moves source, data and model through the model store, and no pod can reach the folder of --store-folder: give --store=s3://BUCKET/PREFIX.",
      "remote-training",
    );
  }
  if (gpu === GpuMode.REQUIRE && settings.gpu === undefined) {
    throw new UserError(
      "--gpu=require with --on=kubernetes: training.kubernetes.gpu does not ask for any. Add gpu = { count = 1 } there.",
      "remote-training",
    );
  }
  const { address } = store;
  return { settings, access, address: { ...address, prefix: `${address.prefix}jobs/` }, where: placeOf(store) };
}

/** On what a training runs that its settings give GPUs or none. */
export const remoteDevice = ({ settings }: Remote, gpu: GpuMode): Device =>
  settings.gpu === undefined || gpu === GpuMode.OFF ? "cpu" : "gpu";

export interface RemoteTraining {
  readonly key: string;
  readonly device: Device;
  /** What it runs in; its mounts are not part of the image. */
  readonly container: Container;
  readonly mounts: readonly Mount[];
  readonly command: Command;
  /** Where the command writes the model. */
  readonly written: string;
  /** The folder of the command, where it names none. */
  readonly folder: string;
}

/** What came of it. */
export type Trained =
  | { readonly run: CommandsResult; readonly folder: string; readonly told: string }
  | { readonly failure: Failure };

const CREDENTIALS = "/run/ml-pipeline-store/credentials";
const INTO = "/trained";
const RESULT = "job.json";

/** Trains in a cluster, and gives the model as a command here would have written it. */
export async function trainRemotely(context: Context, remote: Remote, training: RemoteTraining): Promise<Trained> {
  const { settings, access, address } = remote;
  const { key, container, command } = training;
  const reference = `${settings.image}:train-${key.replace(/^sha256:/, "").slice(0, 12)}`;
  const pushed = await pushImage(
    container.withDirectory(posix.dirname(PROGRAM), programFolder("train_pod.py")),
    { address: reference, ...accessFor(access.registry, reference, "training.kubernetes.image") },
    "Nothing was trained.",
  );
  if (pushed.status !== "passed") return { failure: pushed };
  const image = `${settings.image}@${digestOf(pushed.value)}`;
  const folders = partsOf(training.mounts);
  const admitted = access.store.credentials !== undefined || settings["store-secret"] !== undefined;
  const job = jobOf(context, remote, training, { image, folders, credentials: admitted ? CREDENTIALS : undefined });
  const spec = {
    ...{ access: accessOf(access.cluster, settings), result: `${RESULTS}/${RESULT}`, job, key },
    service: jobService({ settings, key }) ?? null,
    inputs: Object.fromEntries([...folders.values()].map((part) => [part, `/inputs/${part}`])),
    ...{ into: INTO, store: address, credentials: access.store.credentials === undefined ? null : CREDENTIALS },
    makesSecret: access.store.credentials !== undefined && settings["store-secret"] === undefined,
    pending: settings["pending-seconds"],
  };
  const base = withProgram(withTools(pythonBase(context), KUBERNETES_TOOLS, context), "train_kubernetes.py");
  const mounted = [...folders].reduce(
    (result, [directory, part]) => result.withMountedDirectory(`/inputs/${part}`, directory),
    withAccess(base, access.cluster).withEnvVariable("PYTHONPATH", KUBERNETES_TOOLS),
  );
  const { credentials } = access.store;
  const ready = credentials === undefined ? mounted : mounted.withMountedSecret(CREDENTIALS, credentials);
  const folder = `${INTO}/model`;
  const watching: Command = {
    ...{ name: command.name, args: ["python3", programPath("train_kubernetes.py"), JSON.stringify(spec)] },
    ...(command.shown === undefined ? {} : { shown: command.shown }),
  };
  const run = await runCommands(ready, [watching], {
    ...{ since: context.since, limits: context.limits, time: "train-seconds" },
    ...{ folders: [folder], hash: [folder] },
  });
  const result = await resultOf(run);
  if (result?.reason === null) return { run, folder, told: placeText(result) };
  if (result === undefined || isOfTraining(result)) return { run, folder, told: "" };
  const asking = { where: remote.where, endpoint: address.endpoint, admitted, writes: true };
  const { reason } = result;
  return {
    failure: {
      ...{ status: "failed", message: jobText({ ...result, reason }, asking), runs: [run] },
      output: run.commands.map(({ tail }) => tail.trimEnd()).join("\n"),
    },
  };
}

const PROGRAM = programPath("train_pod.py");

/** The folders that are mounted, each as one part, however often it is mounted. */
const partsOf = (mounts: readonly Mount[]): ReadonlyMap<Directory, string> =>
  new Map(
    [...new Set(mounts.map(({ directory }) => directory))].map((directory, index) => [directory, `part-${index}`]),
  );

interface Ready {
  /** By digest. */
  readonly image: string;
  readonly folders: ReadonlyMap<Directory, string>;
  readonly credentials: string | undefined;
}

function jobOf(
  { limits = DEFAULT_LIMITS }: Context,
  { settings, address }: Remote,
  { key, device, mounts, command, written, folder }: RemoteTraining,
  { image, folders, credentials }: Ready,
): ReturnType<typeof jobManifest> {
  const specification = JSON.stringify({
    ...{ store: address, credentials: credentials ?? null, work: WORK, parts: [...folders.values()] },
    run: runSpecification([command], { limits, folders: [written], time: "train-seconds" }),
    ...{ results: `${RESULTS}/results.json`, message: MESSAGE },
  });
  return jobManifest({
    ...{ key, image, program: PROGRAM, model: written, results: RESULTS, specification, credentials },
    settings: device === "gpu" ? settings : { ...settings, gpu: undefined },
    mounts: mounts.map(({ path, directory }) => ({ path, part: folders.get(directory) ?? "" })),
    folder: command.folder ?? folder,
    seconds: limits["train-seconds"],
  });
}

/** What the program found; undefined of one that was ended. */
async function resultOf({ results }: CommandsResult): Promise<JobResult | undefined> {
  if (!(await results.entries()).includes(RESULT)) return undefined;
  return parseJson(await results.file(RESULT).contents(), jobResult, `${RESULT} of train_kubernetes.py`);
}

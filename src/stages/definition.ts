import type { Container, Directory } from "@dagger.io/dagger";
import { GpuMode } from "../containers/gpu.ts";
import type { ClusterAccess, DvcAccess, RegistryAccess } from "../context/access.ts";
import type { Context, DataContext } from "../context/context.ts";
import type { ManualPage } from "../errors.ts";
import type { SettingValues } from "../keys/parts.ts";
import type { StoreAccess } from "../store/store.ts";
import type { TrackingSettings } from "../tracking/settings.ts";
import type { Tracker } from "../tracking/tracker.ts";
import type { EarlierRetraining } from "../training/history.ts";
import type { Window } from "../training/window.ts";
import type { Outcome, StageTitle } from "./stage.ts";

/** The arguments of a run. Each stage takes what it needs. */
export interface RunInputs {
  readonly context: Context;
  readonly data?: Directory | undefined;
  /** Whether DVC tracks some of the data. */
  readonly tracked?: boolean;
  readonly dvc?: DvcAccess;
  /** A model that is judged as it is; without it one is trained. */
  readonly model?: Directory | undefined;
  /** How a model is trained; `DEFAULT_TRAINING` when absent. */
  readonly training?: TrainingInputs;
  /** How many rows the data has, where they were counted before this run. */
  readonly rows?: number | undefined;
  /** An accepted model to compare with. */
  readonly baseline?: Directory | undefined;
  /** The image in production; the baseline in this project's own image when absent. */
  readonly production?: Container | undefined;
  /** Gates that a person has approved: their inconclusive results do not block. */
  readonly approved?: readonly string[] | undefined;
  /** Only these gates run; all when absent. */
  readonly only?: readonly string[] | undefined;
  /** What current data and live predictions are compared with. */
  readonly comparison?: ComparisonInputs | undefined;
  /** Whether what comes after a failed check runs all the same, so that one run tells all there is to tell. */
  readonly keepGoing?: boolean;
  /** Where the image is pushed to, if everything passed. */
  readonly publish?: PublishInputs | undefined;
  /** Where the run is logged. */
  readonly tracking?: TrackingInputs | undefined;
  /** What a retraining adds to a run. */
  readonly retraining?: RetrainingInputs | undefined;
  /** Prepares what comes after the training, while that runs. */
  readonly meanwhile?: (() => Promise<unknown>) | undefined;
}

/** A retraining: a window of fresh data that is joined to the data, and what decides about the model. */
export interface RetrainingInputs {
  readonly window: Window;
  /** The data of the window, where they were given and need not be fetched. */
  readonly windowData?: Directory | undefined;
  /** What the window is compared with; the data before it are joined when absent. */
  readonly reference?: Directory | undefined;
  /** Columns of which somebody has seen that they drifted. */
  readonly watch: readonly string[];
  /** Retrainings that have ended, as far as they are known. */
  readonly earlier: readonly EarlierRetraining[];
  /** Whether a person asked for this one. */
  readonly isManual: boolean;
  /** The fixed test set, which the gates ask about: before the window is joined, one that is named. */
  readonly fixed?: Directory | undefined;
  /** The hash of that set. */
  readonly fixedData?: string | undefined;
  /** Rows of the window that nothing was trained on. */
  readonly fresh?: Directory | undefined;
  /** Who lets a worse model go out. */
  readonly forcedBy?: string | undefined;
}

export interface TrainingInputs {
  readonly epochs: number;
  readonly gpu: GpuMode;
  /** An earlier run's output: its model is used when everything that training depends on is the same. */
  readonly reuse?: Directory | undefined;
  /** Whether it only shows that the project works. */
  readonly isQuick?: boolean;
  /** The experiment that the training belongs to, which it is told as a variable. */
  readonly experiment?: string | undefined;
  /** The way to a cluster that trains; it is trained here when absent. */
  readonly remote?: RemoteAccess | undefined;
}

/** What a training elsewhere needs access to. */
export interface RemoteAccess {
  readonly cluster: ClusterAccess;
  readonly store: StoreAccess;
  readonly registry: RegistryAccess;
}

/** What is compared with the reference, beside the data. */
export interface ComparisonInputs {
  /** What the data are compared with, and the accepted model is evaluated on. */
  readonly reference: Directory;
  /** The log of live predictions. */
  readonly predictions?: Directory | undefined;
  readonly labels?: Directory | undefined;
}

/** Ten epochs, on a GPU where there is one. */
export const DEFAULT_TRAINING: TrainingInputs = { epochs: 10, gpu: GpuMode.AUTO };

export interface PublishInputs extends RegistryAccess {
  /** `registry/name:tag`. */
  readonly address: string;
  /** Whether the tag is that of a release, which never stands for another image. */
  readonly isRelease?: boolean;
  /** Whether it is only said what would be pushed. */
  readonly dryRun?: boolean;
}

/** Where a run is logged, and what is said of it. */
export interface TrackingInputs {
  readonly tracker: Tracker;
  readonly settings: TrackingSettings;
  readonly experiment: string;
  /** The name that the model is registered by. */
  readonly model: string;
  readonly runId?: string | undefined;
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
}

/**
 * A stage: one definition a file, and one entry in `PIPELINE`.
 *
 * It starts when all stages that it needs have ended, beside whatever else can run then.
 */
export interface StageDefinition<Name extends string, T, Needs extends NeededStages> extends StageTitle {
  readonly name: Name;
  /** Stages that come before it: when one of them failed, this one does not run. */
  readonly needs: Needs;
  /** What explains more than its failures can say. */
  readonly page?: ManualPage;
  /** Whether it does something outside of the run: it never does after a failure. */
  readonly effect?: true;
  /** The setting that keeps its failure from deciding in a run; undefined where none does. */
  onlyWarns?(inputs: RunInputs): string | undefined;
  /** Whether a run has this stage; every run does when absent. */
  when?(inputs: RunInputs): boolean;
  /** Whether this run needs the stage of that name in `needs`; it needs all of them when absent. */
  uses?(inputs: RunInputs, needed: string): boolean;
  /**
   * What its result depends on, beside the pipeline itself; undefined where it has nothing to do. The folders are made by the very functions
   * that make those of its containers. Absent for a stage that acts outside of the run.
   */
  depends?(inputs: RunInputs): Promise<StageInputs | undefined>;
  /** @param values of the stages that it needs; undefined where a run does not have them, or they were skipped */
  run(inputs: RunInputs, values: ValuesOf<Needs>): Promise<Outcome<T>>;
}

/** What the result of a stage depends on. */
export interface StageInputs {
  /** Files that it reads, by names of parts of its key. */
  readonly folders?: Readonly<Record<string, Directory>>;
  /** Short texts, by names of parts: the image that it runs in. */
  readonly texts?: Readonly<Record<string, string>>;
  /** What it reads of the configuration, by the names of tables and keys. */
  readonly settings?: SettingValues;
  /** The commands that it runs, or what they are made of. */
  readonly command?: unknown;
  /** What is installed where it runs: for the project, for its tests and checkers as well, or in the image. */
  readonly installs?: Installation;
  /** The names in `needs` of stages whose values its result depends on. The others only come before it. */
  readonly from?: readonly string[];
}

export type Installation = "runtime" | "development" | "serving";

/** Any stage, for what runs them. */
export interface AnyStage extends StageTitle {
  readonly needs: NeededStages;
  readonly page?: ManualPage;
  readonly effect?: true;
  onlyWarns?(inputs: RunInputs): string | undefined;
  when?(inputs: RunInputs): boolean;
  uses?(inputs: RunInputs, needed: string): boolean;
  depends?(inputs: RunInputs): Promise<StageInputs | undefined>;
  run(inputs: RunInputs, values: Readonly<Record<string, unknown>>): Promise<Outcome<unknown>>;
}

export type NeededStages = Readonly<Record<string, AnyStage>>;

/** The value that a stage gives to the stages that need it. */
export type ValueOf<Definition extends AnyStage> =
  Awaited<ReturnType<Definition["run"]>> extends Outcome<infer T> ? T : never;

export type ValuesOf<Needs extends NeededStages> = {
  readonly [Name in keyof Needs]: ValueOf<Needs[Name]> | undefined;
};

/** Keeps the stage's own types, which `StageDefinition` alone would widen. */
export const defineStage = <const Name extends string, T, const Needs extends NeededStages>(
  definition: StageDefinition<Name, T, Needs>,
): StageDefinition<Name, T, Needs> => definition;

/** The context of a stage that reads data: the data that were given, with what the stages before it pulled, fetched and prepared. */
export function withReadyData({ context, data }: RunInputs, ready: ReadyData): DataContext {
  const latest = readyData(ready);
  const found = latest?.data ?? data;
  if (found === undefined) throw new Error("a stage that reads data was run without any");
  return { ...context, data: found, dvc: latest?.dvc };
}

/** The context of a stage that evaluates: on the fixed test set where the run has one. */
export function withEvaluationData(inputs: RunInputs, ready: ReadyData): DataContext {
  const context = withReadyData(inputs, ready);
  const fixed = inputs.retraining?.fixed;
  return fixed === undefined ? context : { ...context, data: fixed };
}

/** The data after the last of the stages that make them ready; undefined where there was none. */
export const readyData = ({ pulled, fetched, prepared, sampled }: ReadyData): StageData | undefined =>
  sampled ?? prepared ?? fetched ?? pulled;

/** Data as a stage that makes them ready leaves them. */
export type StageData = Pick<DataContext, "data" | "dvc">;

/** What the stages give that make the data ready, each undefined where the run does not have it. */
export interface ReadyData {
  readonly pulled?: StageData | undefined;
  readonly fetched?: StageData | undefined;
  readonly prepared?: StageData | undefined;
  /** Only for what trains and evaluates. */
  readonly sampled?: StageData | undefined;
}

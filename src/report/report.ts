import type { FileKind } from "../containers/commands.ts";
import { resolvedImage } from "../containers/images.ts";
import { toolsFor } from "../containers/settings.ts";
import type { Context, DataContext } from "../context/context.ts";
import type { Config } from "../context/schema.ts";
import type { Finding } from "../data/findings.ts";
import type { DataInspection, InspectedFile, InspectedTable } from "../data/inspection.ts";
import type { ColumnProfile } from "../data/profile.ts";
import type { Deployed } from "../delivery/deployed.ts";
import type { DriftReadings } from "../drift/readings.ts";
import type { GateResult } from "../gates/result.ts";
import { blocks } from "../gates/result.ts";
import type { KeyParts } from "../keys/parts.ts";
import { fingerprint } from "../model/fingerprint.ts";
import type { Manifest } from "../model/manifest.ts";
import { quickRefusal } from "../model/profile.ts";
import { asksFor } from "../project/commands/entry-point.ts";
import { configurationFile } from "../project/configuration-file.ts";
import { projectName } from "../project/name.ts";
import { folderInRepository } from "../project/repository.ts";
import type { Approval } from "../stages/approval.ts";
import type { BuiltImage } from "../stages/build-image.ts";
import type { TrainingInputs } from "../stages/definition.ts";
import type { Evidence } from "../stages/evidence.ts";
import { lineCoverage, type TestTotals, testTotals } from "../stages/junit.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import type { SelfTest } from "../stages/sensitivity.ts";
import { failedStage, type StageReport } from "../stages/stage.ts";
import type { TrainedModel } from "../stages/train.ts";
import { type PlannedCost, type ReportedCost, reportedCost } from "./cost.ts";
import { finiteOnly } from "./finite.ts";
import { type ReportedMeasurements, type ReportedMetrics, reportedMeasurements, reportedMetrics } from "./measured.ts";
import { type ReportedRetraining, type RetrainingFacts, reportedRetraining } from "./retraining.ts";

/**
 * `report.json`: everything else in the report folder is rendered from it. Times in seconds, sizes in bytes; there is no NaN
 * in it. Its JSON Schema is `report.schema.json`, written by `npm run schema`.
 */
export interface Report {
  readonly schemaVersion: 2;
  /** The name of a whole run in the journal, which no other run has; absent in reports of earlier versions. */
  readonly id?: string;
  /** A run also fails when a required gate is inconclusive: nothing was deployed. */
  readonly verdict: "passed" | "failed";
  /** The stage that decided a failure, and what it said; absent when everything passed. */
  readonly failure?: { readonly stage: string; readonly message: string; readonly gate?: string };
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  /** The value of `--run-id`. */
  readonly runId?: string;
  /** Present where nothing was pushed, deployed or stored, since the call asked what would be. */
  readonly dryRun?: true;
  /** What was run; absent when nothing of it is known. */
  readonly project?: {
    /** The name that its pyproject.toml or setup.cfg gives it. */
    readonly name?: string;
    /**
     * The values of `--commit` and `--branch`: what was checked out, by the word of the caller. `hashes.source` is what was run, with
     * changes that are not committed.
     */
    readonly commit?: string;
    readonly branch?: string;
    /**
     * The project's folder in the repository that was checked out, such as `services/model`: paths of the annotations begin with it. Absent
     * for the repository itself, and where nobody said it.
     */
    readonly folder?: string;
    /** The file with the project's configuration, and the lines of the tables in it, by their names. Absent where it has none. */
    readonly configuration?: {
      readonly file: string;
      readonly tables: Readonly<Record<string, number>>;
      /** The lines of the keys, with the names of their tables before theirs. Absent in reports of earlier versions. */
      readonly keys?: Readonly<Record<string, number>>;
    };
  };
  /** The serving image: its ID, and `name@sha256:…` once it was pushed. */
  readonly image?: {
    readonly id: string;
    readonly published?: string;
    /** The size of all layers, uncompressed; absent in reports of earlier versions. */
    readonly bytes?: number;
    /** The largest folders in it, the largest first. */
    readonly folders?: readonly { readonly path: string; readonly bytes: number }[];
  };
  /** The first request to the image, and its answer: `deploy` asks what runs the same. Absent where it is long, or was not answered. */
  readonly answered?: { readonly instance: unknown; readonly predictions: readonly unknown[] };
  /** Content hashes, `sha256:…`. */
  readonly hashes: {
    readonly source?: string;
    readonly data?: string;
    readonly model?: string;
    readonly trainingInputs?: string;
    /** The parts that `trainingInputs` is made of, by their names: hashes and short texts. Absent in reports of earlier versions. */
    readonly trainingParts?: KeyParts;
  };
  /** All files of the data by the endings of their names, tables or not; absent in reports of earlier versions. */
  readonly dataFiles?: readonly FileKind[];
  /** The DVC revision of the data: `data/train.csv@<md5>`, several separated by spaces. Absent when none is tracked. */
  readonly dvc?: string;
  /** How the model was trained; `reused` when an earlier model was used instead, `profile` where it only shows that the project works, and no `epochs` when training is told none. */
  readonly training?: {
    readonly epochs?: number;
    readonly device: string;
    readonly reused: boolean;
    readonly profile?: "quick";
    /** The share of the rows that it was trained and evaluated on; absent for all of them. */
    readonly sample?: number;
  };
  /** In the order of the pipeline. */
  readonly stages: readonly StageReport[];
  /** In the order in which they ran; empty when the run ended before them. */
  readonly gates: readonly GateResult[];
  readonly metrics: ReportedMetrics;
  /** Absent when nothing was measured. */
  readonly measurements?: ReportedMeasurements;
  /** The tables of the data that were checked. */
  readonly data?: {
    readonly rows: number;
    readonly files: readonly InspectedFile[];
    /** Every broken rule. */
    readonly findings: readonly Finding[];
    /** The profile of each column, of the files that no table of its own takes. */
    readonly columns: readonly ColumnProfile[];
    /** How many rows were profiled: all of them, or so many drawn at random. */
    readonly profiledRows: number;
    /** The tables that have a name; absent in reports of earlier versions. */
    readonly tables?: readonly InspectedTable[];
  };
  readonly tests: readonly TestReport[];
  /** What `drift` found, and what a retraining found of its window; absent in every other report. */
  readonly drift?: DriftReadings;
  /** What a retraining says of itself; absent in every other report. */
  readonly retraining?: ReportedRetraining;
  /** Whether the gates can block, and the smallest harm that each of them catches; only in the report of a self-test. */
  readonly selfTest?: SelfTest;
  /** What was used: the base image by its digest, the tools by their versions. */
  readonly environment: {
    readonly python?: string;
    readonly image?: string;
    readonly tools: Readonly<Record<string, string>>;
  };
  /** What the run cost, by `cost` of the configuration. Absent when the project could not be read, and in reports of earlier versions. */
  readonly cost?: ReportedCost;
  /** With what the policy sets. Absent when the project could not be read. */
  readonly config?: Config;
  /** Why a model goes nowhere that was given and whose gates may have passed; absent for any other. */
  readonly heldBack?: string;
  /** Whether the model may go on by itself; absent unless a run passed. */
  readonly approval?: Approval;
  /** What became of each deploy, in the order in which they were made; absent where nothing was to be deployed. */
  readonly deployments?: readonly Deployed[];
  /** The key that signed the verdict in the model directory; absent where it is not signed. */
  readonly signedBy?: string;
  /** The site's policy, which the configuration keeps: its file, the hash of that, and its floors. Absent without one. */
  readonly policy?: {
    readonly name: string;
    readonly sha256: string;
    readonly floors: Readonly<Record<string, unknown>>;
  };
}

/** The tests of one layer. */
export interface TestReport extends TestTotals {
  readonly layer: string;
  /** The share of lines that the tests ran, from 0 to 1. */
  readonly lineCoverage?: number;
}

/** The result of a run, or of a part of one. */
export interface RunResult extends Pick<StagesResult, "verdict" | "stages" | "evidence"> {
  /** The data that the stages used, and its DVC revision; absent when it could not be loaded. */
  readonly inputs?: DataContext | undefined;
  readonly model?: TrainedModel | undefined;
  /** What is known of a model that was given and not trained. */
  readonly manifest?: Manifest | undefined;
  readonly training?: TrainingInputs | undefined;
  readonly image?: BuiltImage | undefined;
  /** `name@sha256:…` in the registry that the image was pushed to. */
  readonly published?: string | undefined;
  readonly labels?: RunLabels;
  /** The name of a whole run in the journal. */
  readonly id?: string;
  /** What the run was expected to cost. */
  readonly planned?: PlannedCost | undefined;
  readonly approval?: Approval | undefined;
  readonly dryRun?: boolean;
  readonly retraining?: RetrainingFacts | undefined;
}

/** What the caller says of a run, which nothing in the run depends on. */
export interface RunLabels {
  readonly runId?: string | undefined;
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  /** The folder of the repository that the source is. */
  readonly folder?: string | undefined;
}

/** The report of a run that has just ended. */
export async function makeReport(context: Context, result: RunResult): Promise<Report> {
  const { gates = [], tests = [], data, measured = {}, drift } = result.evidence;
  const { settings, since } = context;
  const failing = failedStage(result.stages);
  const gate = gates.find(blocks);
  const { manifest = result.manifest } = result.model ?? {};
  // A run that trains by the quick profile says so as what was trained.
  const heldBack = quickRefusal(result.manifest ?? {});
  const measurements = reportedMeasurements(measured);
  const { data: hash, files: dataFiles } = manifest ?? (await ofData(result.inputs)) ?? {};
  const resolved = await resolvedImage(context);
  const seconds = (Date.now() - since) / 1000;
  const image =
    result.image === undefined
      ? undefined
      : {
          ...{ id: result.image.id, bytes: result.image.bytes, folders: result.image.folders },
          ...(result.published === undefined ? {} : { published: result.published }),
        };
  const charged = {
    ...{ seconds, stages: result.stages },
    ...(image === undefined ? {} : { image }),
    ...(dataFiles === undefined ? {} : { dataFiles }),
  };
  return {
    schemaVersion: 2,
    ...(result.id === undefined ? {} : { id: result.id }),
    verdict: result.verdict,
    ...(failing === undefined
      ? {}
      : {
          failure: { stage: failing.name, message: failing.message, ...(gate === undefined ? {} : { gate: gate.id }) },
        }),
    startedAt: new Date(since).toISOString(),
    seconds,
    ...labelled(result.labels, context.project),
    ...(result.dryRun === true ? { dryRun: true } : {}),
    ...(image === undefined ? {} : { image }),
    ...(result.evidence.answered === undefined ? {} : { answered: result.evidence.answered }),
    hashes:
      manifest === undefined
        ? { ...(hash === undefined ? {} : { data: hash }), ...ofFailedTraining(result.evidence) }
        : {
            source: manifest.source,
            data: manifest.data,
            model: manifest.model,
            ...(manifest.trainingInputs === "" ? {} : { trainingInputs: manifest.trainingInputs }),
            ...(manifest.trainingParts === undefined ? {} : { trainingParts: manifest.trainingParts }),
          },
    ...(dataFiles === undefined ? {} : { dataFiles }),
    ...(result.inputs?.dvc === undefined ? {} : { dvc: result.inputs.dvc }),
    ...(result.model === undefined || result.training === undefined
      ? {}
      : {
          training: {
            ...(isToldEpochs(context) ? { epochs: result.training.epochs } : {}),
            ...{ device: result.model.device, reused: result.model.reused },
            ...(manifest?.profile === undefined ? {} : { profile: manifest.profile }),
            ...(manifest?.trainingParts?.sample === undefined ? {} : { sample: Number(manifest.trainingParts.sample) }),
          },
        }),
    stages: result.stages,
    gates: gates.map((one) => ({ ...one, checks: finiteOnly(one.checks) })),
    metrics: reportedMetrics(measured),
    ...(measurements === undefined ? {} : { measurements }),
    ...(data === undefined ? {} : { data: reportedData(data) }),
    tests: tests.map(({ layer, junit, coverage }) => {
      const covered = coverage === undefined ? undefined : lineCoverage(coverage);
      return { layer, ...testTotals(junit ?? ""), ...(covered === undefined ? {} : { lineCoverage: covered }) };
    }),
    environment: {
      python: context.python,
      image: resolved,
      tools: toolsFor(context.python, settings.tools),
    },
    cost: {
      ...reportedCost(charged, result.evidence.device, context.config.cost),
      ...(result.planned === undefined ? {} : { planned: result.planned }),
    },
    config: context.config,
    ...(heldBack === "" ? {} : { heldBack }),
    ...(result.approval === undefined ? {} : { approval: result.approval }),
    ...(result.evidence.deployments === undefined ? {} : { deployments: result.evidence.deployments }),
    ...(context.evidence.signer === undefined ? {} : { signedBy: context.evidence.signer.id }),
    ...(context.policy === undefined ? {} : { policy: context.policy }),
    ...(drift === undefined ? {} : { drift: finiteOnly(drift) }),
    ...(result.retraining === undefined ? {} : { retraining: reportedRetraining(result.retraining, result.evidence) }),
    ...(result.evidence.selfTest === undefined ? {} : { selfTest: finiteOnly(result.evidence.selfTest) }),
  };
}

/** What a training depended on that gave no model. */
const ofFailedTraining = ({ training }: Evidence): Pick<Report["hashes"], "trainingInputs" | "trainingParts"> =>
  training === undefined ? {} : { trainingInputs: training.hash, trainingParts: training.parts };

/** Whether the project's training is told how many epochs to train. */
const isToldEpochs = ({ project }: Pick<DataContext, "project">): boolean =>
  project.entryPoints.train !== undefined && asksFor(project.entryPoints.train, "epochs");

const reportedData = ({ checks: _checks, ...found }: DataInspection): NonNullable<Report["data"]> => finiteOnly(found);

/** The report of a run that ended before it began: the project cannot be read, or its configuration is wrong. */
export function unreadableReport(
  { settings, since }: Pick<DataContext, "settings" | "since">,
  stage: StageReport,
  labels: RunLabels,
): Report {
  return {
    schemaVersion: 2,
    verdict: "failed",
    failure: { stage: stage.name, message: stage.message },
    startedAt: new Date(since).toISOString(),
    seconds: stage.seconds,
    ...labelled(labels),
    hashes: {},
    stages: [stage],
    gates: [],
    metrics: {},
    tests: [],
    environment: { tools: settings.tools },
  };
}

/** Which run this is, and of what. */
function labelled(
  { runId, commit, branch, folder }: RunLabels = {},
  known?: Pick<Context["project"], "files" | "toolTexts" | "repository">,
): Pick<Report, "runId" | "project"> {
  const texts = given({
    ...{ name: known && projectName(known), commit, branch },
    folder: folderInRepository(folder, known?.repository.root),
  });
  const configuration = known && configurationFile(known.files);
  const project = { ...texts, ...(configuration === undefined ? {} : { configuration }) };
  return { ...given({ runId }), ...(Object.keys(project).length === 0 ? {} : { project }) };
}

/** Without texts that are absent or empty: a CI system gives an empty one where it has none. */
const given = <Name extends string>(texts: Readonly<Record<Name, string | undefined>>): Partial<Record<Name, string>> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined && text !== "")) as Partial<
    Record<Name, string>
  >;

/** The hash and the files of the data of a run that did not get as far as a model. */
async function ofData(inputs: DataContext | undefined): Promise<Pick<Manifest, "data" | "files"> | undefined> {
  if (inputs === undefined) return undefined;
  try {
    const { data } = await fingerprint(inputs, { data: inputs.data });
    return { data: data.sha256, files: [...data.kinds] };
  } catch {
    return undefined;
  }
}

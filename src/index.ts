/**
 * CI, CD, continuous training and continuous monitoring for machine-learning teams, as functions.
 *
 * Start with `full-pipeline`: it lints, tests, checks the data, trains, judges the model behind gates, builds and tries the
 * serving image, and pushes it. `run` does the same and gives a record with a report, whether or not everything passed.
 */
import {
  argument,
  type Changeset,
  type Container,
  check,
  type Directory,
  type File,
  func,
  object,
  type Secret,
} from "@dagger.io/dagger";
import { CiEngine } from "./ci/system.ts";
import type { CiSystem } from "./ci/systems.ts";
import { GpuMode } from "./containers/gpu.ts";
import { toolVersions } from "./containers/settings.ts";
import { OnBudget } from "./cost/settings.ts";
import type { TrafficController } from "./delivery/analysis/analysis.ts";
import { affectedStages } from "./functions/affected.ts";
import { buildAnalysisServer } from "./functions/analysis-server.ts";
import { printAnalysisTemplate } from "./functions/analysis-template.ts";
import { approveImage } from "./functions/approve.ts";
import { assertReport } from "./functions/assert.ts";
import { bisectHistory } from "./functions/bisect.ts";
import { buildModelImage } from "./functions/build-image.ts";
import { ciFolder } from "./functions/ci.ts";
import { commentOn } from "./functions/comment.ts";
import { deployImage } from "./functions/deploy.ts";
import { examineProject } from "./functions/doctor.ts";
import { compareWithReference, monitorProduction } from "./functions/drift.ts";
import { evaluateModel } from "./functions/evaluate.ts";
import { testGates } from "./functions/gates-self-test.ts";
import { adoptProject } from "./functions/init.ts";
import { lintProject } from "./functions/lint.ts";
import { notifyOf } from "./functions/notify.ts";
import { planPipeline } from "./functions/plan.ts";
import { promoteImage } from "./functions/promote.ts";
import { publishModel } from "./functions/publish.ts";
import { pulledData } from "./functions/pull-data.ts";
import { replayRun } from "./functions/replay.ts";
import { retrainModel, Trigger } from "./functions/retrain.ts";
import { rollBack } from "./functions/rollback.ts";
import { fullPipeline, runPipeline } from "./functions/run.ts";
import { compareRuns, listRuns } from "./functions/runs.ts";
import { shadowModel } from "./functions/shadow.ts";
import type { Site } from "./functions/site.ts";
import { statusOf } from "./functions/status.ts";
import { folderWith, movePointer, storeModel } from "./functions/store-model.ts";
import { listModels, storedModel } from "./functions/stored-models.ts";
import { suggestProjectRules } from "./functions/suggest.ts";
import { testProject } from "./functions/test.ts";
import { testProjectMatrix } from "./functions/test-matrix.ts";
import { trackReport } from "./functions/track.ts";
import { reproduceTraining, trainModel } from "./functions/train.ts";
import { validateProjectData } from "./functions/validate-data.ts";
import { verify } from "./functions/verify.ts";
import { imageVerifier } from "./functions/verify-image.ts";
import { whyStage } from "./functions/why.ts";
import { Profile } from "./model/profile.ts";
import type { Affected } from "./objects/affected.ts";
import type { Bisection } from "./objects/bisection.ts";
import type { Deployment } from "./objects/deployment.ts";
import type { Drift } from "./objects/drift.ts";
import type { Evaluation } from "./objects/evaluation.ts";
import type { ModelImage } from "./objects/model-image.ts";
import type { Replay } from "./objects/replay.ts";
import type { Reproduction } from "./objects/reproduction.ts";
import type { Retraining } from "./objects/retraining.ts";
import type { Run } from "./objects/run.ts";
import type { RunHistory } from "./objects/run-history.ts";
import type { RunPlan } from "./objects/run-plan.ts";
import type { SelfTest } from "./objects/self-test.ts";
import { NOT_CONFIGURATION, NOT_REQUESTS } from "./project/not-configuration.ts";
import { NOT_HISTORY, NOT_READ, NOT_SOURCE } from "./project/not-source.ts";
import { hostsNamed } from "./registry/named.ts";
import { TrainingPlace } from "./remote/place.ts";
import { WebhookFormat } from "./report/messages/form.ts";
import { Suite } from "./stages/test-layer.ts";

/** Epochs of a training that nobody gave a number of. */
const EPOCHS = 10;

/** What files of a CI system are written for, where nobody says otherwise. */
const BRANCH = "main";
const RETRAIN_AT = "0 4 * * 1";
const WATCH_AT = "0 5 * * *";
const MODULE = "github.com/OWNER/ml-pipeline@v0.1.0";

@object()
export class MlPipeline {
  private readonly pythonImage: string;
  private readonly cudaImage: string;
  private readonly packageIndex: string;
  private readonly tools: string[];
  private readonly gpu: GpuMode;
  private readonly registryUser?: string;
  private readonly registryPassword?: Secret;
  private readonly dvcConfig?: Secret;
  private readonly awsCredentials?: Secret;
  private readonly sshKey?: Secret;
  private readonly dvcStorage?: Directory;
  private readonly packageCredentials?: Secret;
  private readonly root: string;
  private readonly policy?: File;
  private readonly policyFolder?: Directory;
  private readonly policyImage?: Container;
  private readonly signingKey?: Secret;
  private readonly verificationKey?: File;
  private readonly approvalKey?: File;
  private readonly registryHost?: string;
  private readonly prices?: File;
  private readonly onBudget: OnBudget;
  private readonly webhook?: Secret;
  private readonly webhookFormat: WebhookFormat;
  private readonly webhookKey?: Secret;
  private readonly forgeToken?: Secret;
  private readonly kubeconfig?: Secret;
  private readonly clusterToken?: Secret;
  private readonly store?: string;
  private readonly storeCredentials?: Secret;
  private readonly storeFolder?: Directory;
  private readonly tracking?: string;
  private readonly trackingToken?: Secret;

  constructor(
    /** Image of all CPU stages and of the served model; {version} stands for the project's Python version. */
    pythonImage = "python:{version}-slim",
    /** Image of the training stage where there is a GPU. */
    cudaImage = "pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime",
    /** Address of a package index to install from instead of PyPI. */
    packageIndex = "",
    /** Versions of the pipeline's own tools that replace the pinned ones, for example ruff==0.14.0. */
    tools: string[] = [],
    /** Where training runs: on a GPU where there is one (auto), on a GPU or not at all (require), or on the CPU (off). */
    gpu: GpuMode = GpuMode.AUTO,
    /** User name at the registry that images are pushed to. */
    registryUser?: string,
    /** Password or token at the registry that images are pushed to. */
    registryPassword?: Secret,
    /** Text of a DVC configuration with credentials, as .dvc/config.local has it, for data that DVC tracks. */
    dvcConfig?: Secret,
    /** Text of an AWS credentials file, for data that DVC keeps in S3. */
    awsCredentials?: Secret,
    /** Private SSH key, for data that DVC keeps on a host reached by SSH. */
    sshKey?: Secret,
    /** The folder that the DVC remote is, where it is not in the project. */
    dvcStorage?: Directory,
    /** Floors for the settings of every project, as a file of the form of ml-pipeline.toml: what a project sets looser is refused. */
    policy?: File,
    /** The same, as a folder with a policy.toml. */
    policyFolder?: Directory,
    /** The same, as an image with a policy.toml at its root. */
    policyImage?: Container,
    /** Text of a .netrc file with the credentials of private package indexes and Git servers. */
    packageCredentials?: Secret,
    /** The project's folder in the source, where the source is a repository of several: services/model. */
    root = "",
    /** Private key that signs verdicts: Ed25519, or ECDSA on P-256, as PEM without a password. */
    signingKey?: Secret,
    /** Public keys of those whose verdicts are believed, as a file of PEM: what none of them signed is refused. */
    verificationKey?: File,
    /** Address of an incoming webhook of a chat, or of a program of yours, which notify posts to. */
    webhook?: Secret,
    /** Text of a kubeconfig, for the cluster that models are deployed to: it needs no files and no programs beside it. */
    kubeconfig?: Secret,
    /** Token of a ServiceAccount, in place of a kubeconfig: the address of the cluster is deploy.NAME.server. Or what a command of deploy.NAME.external shows its platform. */
    clusterToken?: Secret,
    /** Address of the model store, s3://BUCKET/PREFIX?endpoint=https://…&region=…, instead of that of the configuration. */
    store?: string,
    /** Text of an AWS credentials file, for the model store. */
    storeCredentials?: Secret,
    /** A model store that is a folder, to read from. */
    storeFolder?: Directory,
    /** Public keys of those who may approve, as a file of PEM, none of which signs verdicts: what is for a person to decide needs a signature of one. */
    approvalKey?: File,
    /** A registry that user and password are for beside those of the images that the call names, such as registry.example.com: for an image that a cluster or the store names. */
    registryHost?: string,
    /** Address of an MLflow server that runs are logged in, instead of that of the configuration. */
    tracking?: string,
    /** What the MLflow server is shown: a token, or NAME:PASSWORD. */
    trackingToken?: Secret,
    /** Prices in place of those of the configuration: a TOML file with the keys of [tool.ml-pipeline.cost]. */
    prices?: File,
    /** What becomes of a run that would go beyond cost.budget: it runs with a warning (warn), or nothing of it does (stop). */
    onBudget: OnBudget = OnBudget.WARN,
    /** Token of GitHub, GitLab or Bitbucket that may write comments, which comment writes one with; of a user of Bitbucket as NAME:TOKEN. */
    forgeToken?: Secret,
    /** The form of what --webhook gets: that of Slack, Mattermost and Rocket.Chat (slack), of Microsoft Teams (teams), or a record for a program (json). */
    webhookFormat: WebhookFormat = WebhookFormat.SLACK,
    /** Key that signs what --webhook gets, so that a receiver knows who sent it: whsec_ and base64, or any text. */
    webhookKey?: Secret,
  ) {
    this.pythonImage = pythonImage;
    this.cudaImage = cudaImage;
    this.packageIndex = packageIndex;
    this.tools = tools;
    this.gpu = gpu;
    this.root = root;
    this.onBudget = onBudget;
    this.webhookFormat = webhookFormat;
    if (registryUser !== undefined) this.registryUser = registryUser;
    if (registryPassword !== undefined) this.registryPassword = registryPassword;
    if (registryHost !== undefined) this.registryHost = registryHost;
    if (dvcConfig !== undefined) this.dvcConfig = dvcConfig;
    if (awsCredentials !== undefined) this.awsCredentials = awsCredentials;
    if (sshKey !== undefined) this.sshKey = sshKey;
    if (dvcStorage !== undefined) this.dvcStorage = dvcStorage;
    if (policy !== undefined) this.policy = policy;
    if (policyFolder !== undefined) this.policyFolder = policyFolder;
    if (policyImage !== undefined) this.policyImage = policyImage;
    if (packageCredentials !== undefined) this.packageCredentials = packageCredentials;
    if (signingKey !== undefined) this.signingKey = signingKey;
    if (verificationKey !== undefined) this.verificationKey = verificationKey;
    if (webhook !== undefined) this.webhook = webhook;
    if (webhookKey !== undefined) this.webhookKey = webhookKey;
    if (forgeToken !== undefined) this.forgeToken = forgeToken;
    if (kubeconfig !== undefined) this.kubeconfig = kubeconfig;
    if (clusterToken !== undefined) this.clusterToken = clusterToken;
    if (store !== undefined) this.store = store;
    if (storeCredentials !== undefined) this.storeCredentials = storeCredentials;
    if (storeFolder !== undefined) this.storeFolder = storeFolder;
    if (approvalKey !== undefined) this.approvalKey = approvalKey;
    if (tracking !== undefined) this.tracking = tracking;
    if (trackingToken !== undefined) this.trackingToken = trackingToken;
    if (prices !== undefined) this.prices = prices;
  }

  /**
   * Proposes what an existing project needs to go through the pipeline as it is: settings, and programs that are missing.
   *
   * Reads the project's files and syntax trees, and runs none of its code. Each line says what was found that asks for it; nothing that
   * is there is moved or changed, and a project that has all of it gets nothing. The changes are shown, and made with a yes.
   */
  @func()
  async init(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data, where it is not in the project. */
    data?: Directory,
    /** The column that is predicted, where the project does not say it. */
    label?: string,
    /** A CI system whose files are written as well, as ci writes them, where there are none yet. */
    ci?: CiSystem,
    /** For these files, the branch whose model is the accepted one. The program ml-pipeline asks git, where the project is a checkout. */
    branch: string = BRANCH,
    /** For these files, where the runners get this module: the address of a Git repository, and a tag or a commit. */
    module: string = MODULE,
  ): Promise<Changeset> {
    const usual = { engine: CiEngine.INCLUDED, access: [], retrainAt: RETRAIN_AT, watchAt: WATCH_AT };
    const files = ci === undefined ? undefined : { ...usual, system: ci, branch, module };
    return adoptProject(this.site(), { source, data, label, ci: files });
  }

  /**
   * Writes the files of a CI system for a project: as much of the pipeline as the project has, and nothing but calls of this module.
   *
   * A quick run on pull requests and a full one on the main branch; a release on a tag that begins with v where there are --address and
   * environments to deploy to; retraining by the clock and by hand where fresh data can be fetched and there is a model store; monitoring
   * where --live says what the current data are. Secrets are expected by name: REGISTRY_PASSWORD for --registry-password, and so on.
   */
  @func()
  async ci(
    /** The system that runs the jobs. */
    system: CiSystem,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** Where images are pushed to: REGISTRY/NAME, without a tag. Without an address nothing is pushed, and nothing released. */
    address?: string,
    /** The engine of the runners: included needs no Docker and no privilege, dagger a container runtime that may run privileged. */
    engine: CiEngine = CiEngine.INCLUDED,
    /** The folder of the checkout that has the current data, which production is watched by. */
    live?: string,
    /** The folder that they are compared with. Default: the data. */
    reference?: string,
    /** Flags of the module that take a secret, beside those that the jobs need anyway: dvc-config, aws-credentials, webhook, signing-key … */
    access: string[] = [],
    /** The branch whose model is the accepted one. The program ml-pipeline asks git, where the project is a checkout. */
    branch: string = BRANCH,
    /** When it is trained anew, as a cron line in UTC. */
    retrainAt: string = RETRAIN_AT,
    /** When production is watched, as a cron line in UTC. */
    watchAt: string = WATCH_AT,
    /** Where the runners get this module: the address of a Git repository, and a tag or a commit. */
    module: string = MODULE,
    /** A repository of a registry that runners of the included engine share results in: REGISTRY/NAME. */
    sharedCache?: string,
    /** The key by which these are believed, as the command cache key prints it: no secret. */
    sharedTrust?: string,
  ): Promise<Directory> {
    return ciFolder(this.site(), {
      ...{ source, system, address, engine, live, reference, access, branch, retrainAt, watchAt, module },
      ...{ sharedCache, sharedTrust },
    });
  }

  /**
   * Says everything about a project that is missing, ignored or going to be skipped, and fails when something is missing.
   *
   * Before anything is installed, and without running any of the project's code: programs and the arguments that they are told,
   * dependencies, Python, data and their label, tests, files that are left out.
   */
  @func()
  async doctor(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data, where it is not in the project. */
    data?: Directory,
    /** A folder with the reports of earlier runs, to say whether the regression gate will be able to tell. */
    history?: Directory,
  ): Promise<string> {
    return examineProject(this.site(), { source, data, history });
  }

  /**
   * Runs the whole pipeline, from lint to the pushed image, and fails when any part fails.
   *
   * Lint, tests and data checks run side by side, then training, gates, the serving image and its first answer, and the push.
   * Prints one line for each stage and ends `Pipeline complete! Image: …`. A failure names the stage, its number and its limit;
   * nothing is published then.
   */
  @func()
  async fullPipeline(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** An accepted model, as a folder: the candidate must not fall behind it. */
    baseline?: Directory,
    /** The image that is in production, to compare latency and answers with. Default: the baseline in this project's image. */
    production?: Container,
    /** Names of gates, and of checks of a canary, that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** How thorough: quick trains few epochs and asks few gates (profile.quick), and its model goes nowhere; full does everything. */
    profile: Profile = Profile.FULL,
    /** Where to push the image: REGISTRY/NAME:TAG, where the tag is latest when absent. Without an address nothing is pushed. */
    address?: string,
    /** Whether what comes after a failed check or gate runs all the same, so that one run tells all there is. Nothing is pushed then. */
    keepGoing = false,
    /** Any text: another one makes the same call run again instead of being answered from the cache. */
    runId?: string,
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
    /** Where the image goes once it is pushed: the name of a table below deploy, such as staging. */
    environment?: string,
    /** The pointer of the model store that moves to the model once all passed and runs: staging, production, or any other name. */
    storeAs?: string,
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
    /** Whether to say what would be pushed, deployed and stored, and change nothing of it: all else runs. */
    dryRun = false,
    /** Where the model is trained: by the engine (here), or as a Job on the cluster of training.kubernetes (kubernetes). */
    on: TrainingPlace = TrainingPlace.HERE,
    /** Deprecated: set --gpu before the function. @deprecated Set it before the function. */
    gpu?: GpuMode,
    /** Deprecated: set --registry-user before the function. @deprecated Set it before the function. */
    registryUser?: string,
    /** Deprecated: set --registry-password before the function. @deprecated Set it before the function. */
    registryPassword?: Secret,
    /** Deprecated: set --dvc-config before the function. @deprecated Set it before the function. */
    dvcConfig?: Secret,
    /** Deprecated: set --aws-credentials before the function. @deprecated Set it before the function. */
    awsCredentials?: Secret,
    /** Deprecated: set --ssh-key before the function. @deprecated Set it before the function. */
    sshKey?: Secret,
    /** Deprecated: set --dvc-storage before the function. @deprecated Set it before the function. */
    dvcStorage?: Directory,
  ): Promise<string> {
    return fullPipeline(
      this.site({
        ...{ gpu, registryUser, registryPassword, dvcConfig, awsCredentials, sshKey, dvcStorage },
        images: [address, baselineFrom, productionFrom],
      }),
      {
        ...{ source, data, epochs, baseline, baselineFrom, production, productionFrom, approved: approve },
        ...{ reuse, profile, address, keepGoing, labels: { runId }, environment, storeAs, requests, dryRun, on },
      },
    );
  }

  /**
   * Runs the whole pipeline and gives a record of it, whether or not it passed.
   *
   * The record has the verdict, stages, gates, model, image and report; `assert` fails when a part failed. A CI job exports the report
   * first, which ends with exit code 0 also where the run failed; then the function `assert` fails on that report, without another run.
   */
  @func({ cache: "session" })
  async run(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** An accepted model, as a folder: the candidate must not fall behind it. */
    baseline?: Directory,
    /** The image that is in production, to compare latency and answers with. Default: the baseline in this project's image. */
    production?: Container,
    /** Names of gates, and of checks of a canary, that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** How thorough: quick trains few epochs and asks few gates (profile.quick), and its model goes nowhere; full does everything. */
    profile: Profile = Profile.FULL,
    /** Where to push the image: REGISTRY/NAME:TAG, where the tag is latest when absent. Without an address nothing is pushed. */
    address?: string,
    /** Whether what comes after a failed check or gate runs all the same, so that one run tells all there is. Nothing is pushed then. */
    keepGoing = false,
    /** Any text, which the report records: the number of the job. */
    runId?: string,
    /** The commit that was checked out, for the report. The program ml-pipeline asks git, where the project is a checkout. */
    commit?: string,
    /** The branch that was checked out, for the report. The program ml-pipeline asks git, where the project is a checkout. */
    branch?: string,
    /** The project's folder in the repository, such as services/model, for the annotations in the report. The program ml-pipeline asks git, where the project is a checkout. */
    folder?: string,
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
    /** Where the image goes once it is pushed: the name of a table below deploy, such as staging. */
    environment?: string,
    /** The pointer of the model store that moves to the model once all passed and runs: staging, production, or any other name. */
    storeAs?: string,
    /** The tag of a release, such as v1.2.0: what the function release does, with a record of it. */
    tag?: string,
    /** Where the report can be read, which is noted where the image is deployed. */
    link?: string,
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
    /** Whether to say what would be pushed, deployed and stored, and change nothing of it: all else runs. */
    dryRun = false,
    /** Where the model is trained: by the engine (here), or as a Job on the cluster of training.kubernetes (kubernetes). */
    on: TrainingPlace = TrainingPlace.HERE,
    /** A folder with the reports of earlier runs, to plan by beside the journal of the model store: every report.json in it, at any depth. */
    history?: Directory,
    /** Whether to print what the run will take and cost before it begins, as plan does. */
    planFirst = false,
    /** Deprecated: set --gpu before the function. @deprecated Set it before the function. */
    gpu?: GpuMode,
    /** Deprecated: set --registry-user before the function. @deprecated Set it before the function. */
    registryUser?: string,
    /** Deprecated: set --registry-password before the function. @deprecated Set it before the function. */
    registryPassword?: Secret,
    /** Deprecated: set --dvc-config before the function. @deprecated Set it before the function. */
    dvcConfig?: Secret,
    /** Deprecated: set --aws-credentials before the function. @deprecated Set it before the function. */
    awsCredentials?: Secret,
    /** Deprecated: set --ssh-key before the function. @deprecated Set it before the function. */
    sshKey?: Secret,
    /** Deprecated: set --dvc-storage before the function. @deprecated Set it before the function. */
    dvcStorage?: Directory,
  ): Promise<Run> {
    return runPipeline(
      this.site({
        ...{ gpu, registryUser, registryPassword, dvcConfig, awsCredentials, sshKey, dvcStorage },
        images: [address, baselineFrom, productionFrom],
      }),
      {
        ...{ source, data, epochs, baseline, baselineFrom, production, productionFrom, approved: approve },
        ...{
          reuse,
          profile,
          address,
          keepGoing,
          labels: { runId, commit, branch, folder },
          environment,
          storeAs,
          tag,
          link,
          requests,
          dryRun,
          on,
          history,
          isPlannedFirst: planFirst,
        },
      },
    );
  }

  /**
   * Says how long a run will take and what it will cost, by earlier runs, and runs nothing of it.
   *
   * Each stage gets the time that it took in the last ten runs, with their spread, and its cost by the prices of the configuration.
   * What nobody has timed is said to be unknown, and what is assumed has a star. `text` prints it.
   */
  @func({ cache: "session" })
  async plan(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** A folder with the reports of earlier runs of this project: every report.json in it, at any depth. */
    history?: Directory,
    /** How many epochs the run is to train. */
    epochs: number = EPOCHS,
    /** The accepted model that the run is to get, as a folder: it is evaluated as well. */
    baseline?: Directory,
    /** Where the run is to push the image: REGISTRY/NAME:TAG. */
    address?: string,
  ): Promise<RunPlan> {
    return planPipeline(this.site({ images: [address] }), { source, data, history, epochs, baseline, address });
  }

  /**
   * Lists the runs of a project: how each ended, what it measured, took and cost, and where it was deployed.
   *
   * They are the entries of the journal in the model store, and the reports in the folder of --history. `text` prints a line for each, and
   * `report` gives history.html, with metrics over time.
   */
  @func({ cache: "session" })
  async runs(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** A folder with the reports of earlier runs: every report.json in it, at any depth. */
    history?: Directory,
    /** How many of the last runs; all, up to 1,000 of the store, when absent. */
    last?: number,
    /** Only runs that began then or later: a date such as 2026-11-30, or a time in UTC. */
    since?: string,
    /** The metric in the table. Default: the one that most runs have. */
    metric?: string,
  ): Promise<RunHistory> {
    return listRuns(this.site(), { source, history, last, since, metric });
  }

  /**
   * Says in what two runs differ: metrics with intervals side by side, inputs by their hashes, gates and stages that came out otherwise, cost.
   *
   * A run is named by its --run-id, by its `id`, which report.json and the journal have, or the beginning of that, or is `last`.
   */
  @func({ cache: "never" })
  async compare(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** The earlier run. Default: the one before that of --b. */
    a?: string,
    /** The later run. */
    b = "last",
    /** A folder with the reports of earlier runs: every report.json in it, at any depth. */
    history?: Directory,
  ): Promise<string> {
    return compareRuns(this.site(), { source, a, b, history });
  }

  /**
   * Ends as the record did whose report is given: fails with what that failed on, and gives a line for each stage otherwise.
   *
   * Nothing runs again: a CI job exports the report of `run`, keeps it, and ends with this. Each record is asserted as by its own `assert`:
   * a retraining after which the accepted model stays has not failed, and drift that asks for something to be done has.
   */
  @func()
  async assert(
    /** The folder that the report of a record was exported to: any that can be asserted by itself. */
    report: Directory,
  ): Promise<string> {
    return assertReport(report);
  }

  /**
   * Logs a run that has ended in the MLflow server of --tracking, from its report and its model.
   *
   * It is what `run` does at its end, for a run whose server was down: what is there already is left, and each run is logged once.
   */
  @func({ cache: "never" })
  async track(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder that the report of the run was exported to. */
    report: Directory,
    /** The model of that run. Without it no version is registered. */
    model?: Directory,
  ): Promise<string> {
    return trackReport(this.site(), { source, report, model });
  }

  /**
   * Says why a stage of a run ran or did not: which files, packages, settings and options changed since an earlier run.
   *
   * It reads report folders and runs nothing. Without --since it says what the stage depends on. Without --report it compares a run in the
   * journal of the model store with the one before it.
   */
  @func({ cache: "never" })
  async why(
    /** The project's folder, by whose configuration the journal is found. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** The report folder of the run. Default: the journal. */
    report?: Directory,
    /** The report folder of an earlier run, to say what changed since. */
    since?: Directory,
    /** The stage, by its name in the report. */
    stage = "train",
    /** The run in the journal, by its --run-id, its name or the beginning of that. */
    run = "last",
  ): Promise<string> {
    return whyStage(this.site(), { source, report, since, stage, run });
  }

  /**
   * Says which stages a change affects, by the keys of every stage on two trees, and runs nothing of the project.
   *
   * Each stage is told with the files, settings, packages or earlier stages that made the difference. Without --base all are affected.
   */
  @func({ cache: "session" })
  async affected(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** The project before the change: a folder, or a git address with #REF. The program ml-pipeline takes git:REF as well, a commit of the checkout that the source is. */
    base?: Directory,
    /** The data before the change. Default: those of --data, or the data folder of --base. */
    baseData?: Directory,
    /** How many epochs the run is to train. */
    epochs: number = EPOCHS,
    /** The accepted model that the run is to get, as a folder. */
    baseline?: Directory,
  ): Promise<Affected> {
    return affectedStages(this.site(), { source, data, base, baseData, epochs, baseline });
  }

  /**
   * Finds the commit that made the metric fall between two commits, and whether its code, configuration, data or dependencies did.
   *
   * Commits are trained and evaluated on the same rows, by halves, and judged by the interval of their paired difference from the good one:
   * what is within noise is no fall. The cache has what was trained before; a commit that cannot be trained is passed over, and said.
   *
   * @throws when the bad model is not worse than the good one beyond noise, and when one of both cannot be tried
   */
  @func({ cache: "never" })
  async bisect(
    /** A commit whose model is good: a commit, a branch, a tag, or a run of the journal that noted its commit. */
    good: string,
    /** The checkout of the project's repository: only its .git is read. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_HISTORY }) source: Directory,
    /** A later commit whose model is worse, named in the same way. */
    bad = "HEAD",
    /** Data that all commits are trained on. Default: those of each commit, with what DVC tracks of them. */
    data?: Directory,
    /** What all models are evaluated on: a folder that src.evaluate reads as the data. Default: the data of the good commit. */
    testData?: Directory,
    /** The metric that fell. Default: that of the gate regression. */
    metric?: string,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** A folder with the reports of earlier runs, to find runs in: every report.json in it, at any depth. */
    history?: Directory,
    /** Whether to try all commits, each against the one before it: it names every fall, and every rise. */
    every = false,
  ): Promise<string> {
    const request = { source, good, bad, data, testData, metric, epochs, history, every };
    return (await bisectHistory(this.site(), request)).assert();
  }

  /**
   * Finds the commit that made the metric fall as `bisect` does, and gives a record of it, also where the metric did not fall.
   *
   * The record has the commits, what of them made the metric fall, a report folder with bisect.json and outputs.env for later jobs, and
   * `assert`.
   *
   * @throws when one of both commits cannot be tried
   */
  @func({ cache: "session" })
  bisection(
    /** A commit whose model is good: a commit, a branch, a tag, or a run of the journal that noted its commit. */
    good: string,
    /** The checkout of the project's repository: only its .git is read. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_HISTORY }) source: Directory,
    /** A later commit whose model is worse, named in the same way. */
    bad = "HEAD",
    /** Data that all commits are trained on. Default: those of each commit, with what DVC tracks of them. */
    data?: Directory,
    /** What all models are evaluated on: a folder that src.evaluate reads as the data. Default: the data of the good commit. */
    testData?: Directory,
    /** The metric that fell. Default: that of the gate regression. */
    metric?: string,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** A folder with the reports of earlier runs, to find runs in: every report.json in it, at any depth. */
    history?: Directory,
    /** Whether to try all commits, each against the one before it: it names every fall, and every rise. */
    every = false,
  ): Promise<Bisection> {
    return bisectHistory(this.site(), { source, good, bad, data, testData, metric, epochs, history, every });
  }

  /**
   * Runs the failed stage of a run again, here and on what that run had, and says whether it fails the same way.
   *
   * It takes the report folder of the run, as its CI job kept it. Source, data and models are told from others by their hashes: the checkout
   * where it is the same, else the commit that the run noted; the data folder, or DVC; the model store. A line for each says what was had,
   * and what to do for what was not. `replayed … container terminal` opens a shell where it failed.
   *
   * @throws for a folder that is no report, and for a stage that acts outside of its run
   */
  @func({ cache: "never" })
  async replay(
    /** The folder that the report of the run was exported to, as the artifact of a CI job has it. */
    report: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The checkout of the project's repository, for the commit that failed: only its .git is read. Default: the root of the project. */
    @argument({ defaultPath: "/", ignore: NOT_HISTORY }) repository: Directory,
    /** The data that the run had. Default: data.folder of the configuration, or data/, with what DVC tracks of them. */
    data?: Directory,
    /** The model that the run trained. Default: the one of that hash in the model store, or else it is trained again. */
    model?: Directory,
    /** The accepted model that the run had. Default: the one of that hash in the model store. */
    baseline?: Directory,
    /** The stage that is replayed, where several failed. Default: the one that decided. */
    stage?: string,
    /** Whether the checkout is taken as it is, also where it is not what failed: it tells whether a change mends it. */
    asItIs = false,
    /** A command to run where the stage failed, with its arguments: pytest,-x. */
    command: string[] = [],
  ): Promise<string> {
    const request = { report, source, repository, data, model, baseline, stage, asItIs, command };
    return (await replayRun(this.site(), request)).text();
  }

  /**
   * Replays a failed stage as `replay` does, and gives a record of it, with the container at the failing command.
   *
   * @throws for a folder that is no report, and for a stage that acts outside of its run
   */
  @func({ cache: "session" })
  replayed(
    /** The folder that the report of the run was exported to, as the artifact of a CI job has it. */
    report: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The checkout of the project's repository, for the commit that failed: only its .git is read. Default: the root of the project. */
    @argument({ defaultPath: "/", ignore: NOT_HISTORY }) repository: Directory,
    /** The data that the run had. Default: data.folder of the configuration, or data/, with what DVC tracks of them. */
    data?: Directory,
    /** The model that the run trained. Default: the one of that hash in the model store, or else it is trained again. */
    model?: Directory,
    /** The accepted model that the run had. Default: the one of that hash in the model store. */
    baseline?: Directory,
    /** The stage that is replayed, where several failed. Default: the one that decided. */
    stage?: string,
    /** Whether the checkout is taken as it is, also where it is not what failed: it tells whether a change mends it. */
    asItIs = false,
  ): Promise<Replay> {
    return replayRun(this.site(), { report, source, repository, data, model, baseline, stage, asItIs, command: [] });
  }

  /**
   * Checks the code of src/ with ruff, black and mypy, and fails with all of their findings.
   *
   * All three run, whatever they find. ruff's formatter takes the place of black where the project configures it. A checker that the
   * project neither configures nor names only warns; lint.tools makes it count.
   */
  @func()
  @check()
  async lint(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
  ): Promise<string> {
    return lintProject(this.site(), source);
  }

  /**
   * Runs the project's tests, layer by layer, and fails when one fails.
   *
   * The layers are tests/unit, integration, data, model and e2e, side by side. A layer that the project does not have, or that
   * lacks its data or model, is skipped and said to be.
   */
  @func()
  @check()
  async test(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** Which tests to run: those of all layers, or of one. */
    suite: Suite = Suite.ALL,
    /** The data that tests/data, tests/model and tests/e2e read. Without it tests/data is skipped. */
    data?: Directory,
    /** The model that tests/model and tests/e2e are about, as a folder. Without it tests/model is skipped. */
    model?: Directory,
  ): Promise<string> {
    return testProject(this.site(), { source, suite, data, model });
  }

  /**
   * Runs the project's tests on several Python versions, side by side, and gives a table of versions by suites.
   *
   * Fails when a suite does, or when there is no image of a version, which is named.
   */
  @func()
  async testMatrix(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** Python versions such as 3.11. Default: those of matrix in the project's configuration. */
    pythons: string[] = [],
    /** Which tests to run: those of all layers, or of one. */
    suite: Suite = Suite.ALL,
    /** The data that tests/data, tests/model and tests/e2e read. Without it tests/data is skipped. */
    data?: Directory,
    /** The model that tests/model and tests/e2e are about, as a folder. Without it tests/model is skipped. */
    model?: Directory,
  ): Promise<string> {
    return testProjectMatrix(this.site(), { source, pythons, suite, data, model });
  }

  /**
   * Gives the data folder with what DVC tracks of it, as the commit names it.
   *
   * Files that are there must match their .dvc files; others are pulled from the remote of .dvc/config. Fails when the remote
   * cannot be reached, lacks a file, or has another content.
   */
  @func({ cache: "session" })
  async pullData(
    /** The project's folder: its .dvc/config, and .dvc files of its root. Default: the root of the project. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The data folder, with its .dvc files; an empty one where data.dvc tracks it as a whole. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** Deprecated: set --dvc-config before the function. @deprecated Set it before the function. */
    dvcConfig?: Secret,
    /** Deprecated: set --aws-credentials before the function. @deprecated Set it before the function. */
    awsCredentials?: Secret,
    /** Deprecated: set --ssh-key before the function. @deprecated Set it before the function. */
    sshKey?: Secret,
    /** Deprecated: set --dvc-storage before the function. @deprecated Set it before the function. */
    dvcStorage?: Directory,
  ): Promise<Directory> {
    return pulledData(this.site({ dvcConfig, awsCredentials, sshKey, dvcStorage }), { source, data });
  }

  /**
   * Checks the data against the project's rules and its own data tests, and fails with all findings.
   *
   * The rules are those of the configuration and some by default: no NaN, at least 1,000 rows, classes of at least a tenth of the
   * most common one's rows, under 1 % of duplicates. They are held against every row of every table in one pass. Each finding says
   * how many rows break the rule, and which are the first of them.
   */
  @func()
  @check()
  async validateData(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** Deprecated: set --dvc-config before the function. @deprecated Set it before the function. */
    dvcConfig?: Secret,
    /** Deprecated: set --aws-credentials before the function. @deprecated Set it before the function. */
    awsCredentials?: Secret,
    /** Deprecated: set --ssh-key before the function. @deprecated Set it before the function. */
    sshKey?: Secret,
    /** Deprecated: set --dvc-storage before the function. @deprecated Set it before the function. */
    dvcStorage?: Directory,
  ): Promise<string> {
    return validateProjectData(this.site({ dvcConfig, awsCredentials, sshKey, dvcStorage }), { source, data });
  }

  /**
   * Profiles the data and writes validation rules that it satisfies, as a TOML table to start a project from.
   *
   * It is [tool.ml-pipeline.data] for pyproject.toml, or [data] where the project has an ml-pipeline.toml, with comments on what was
   * seen. What the configuration says of label, files, encoding and delimiter stays as it is. Fails when a table cannot be read.
   */
  @func()
  async suggest(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
  ): Promise<string> {
    return suggestProjectRules(this.site(), { source, data });
  }

  /**
   * Trains a model and gives its folder, with a manifest of what it was made of and what its gates say.
   *
   * The folder holds what src.train wrote, and ml-pipeline.json. Fails when training does; a model that its gates refuse, or whose data
   * break a rule, is still given, and cannot be published.
   */
  @func({ cache: "session" })
  async train(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** Where the model is trained: by the engine (here), or as a Job on the cluster of training.kubernetes (kubernetes). */
    on: TrainingPlace = TrainingPlace.HERE,
    /** How thorough: quick trains few epochs and asks few gates (profile.quick), and its model goes nowhere; full does everything. */
    profile: Profile = Profile.FULL,
    /** Whether to train twice, whatever the cache has, and to fail where the two models differ in any byte, with what may be the reason. */
    verify = false,
    /** Deprecated: set --gpu before the function. @deprecated Set it before the function. */
    gpu?: GpuMode,
    /** Deprecated: set --dvc-config before the function. @deprecated Set it before the function. */
    dvcConfig?: Secret,
    /** Deprecated: set --aws-credentials before the function. @deprecated Set it before the function. */
    awsCredentials?: Secret,
    /** Deprecated: set --ssh-key before the function. @deprecated Set it before the function. */
    sshKey?: Secret,
    /** Deprecated: set --dvc-storage before the function. @deprecated Set it before the function. */
    dvcStorage?: Directory,
  ): Promise<Directory> {
    return trainModel(this.site({ gpu, dvcConfig, awsCredentials, sshKey, dvcStorage }), {
      source,
      data,
      epochs,
      reuse,
      on,
      profile,
      isVerified: verify,
    });
  }

  /**
   * Trains twice on the same inputs, whatever the cache has, and gives a record of whether both models are the same, byte for byte.
   *
   * The record has the files that differ, the reasons in the code that there may be, a report folder with reproduction.json and
   * outputs.env for later jobs, and `assert`. `train --verify` fails in its place, and gives the model.
   *
   * @throws when one of both trainings fails
   */
  @func({ cache: "session" })
  reproduction(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** The model of an earlier run, of another machine for example: it takes the place of the first training. */
    reuse?: Directory,
  ): Promise<Reproduction> {
    return reproduceTraining(this.site(), { source, data, epochs, reuse });
  }

  /**
   * Holds a model against its gates and gives a record of it, whether or not it passed.
   *
   * The record has the gates, whether the model should be deployed, the report, and `assert`.
   */
  @func({ cache: "session" })
  async evaluate(
    /** The candidate: a folder with a model, as "train" or "run model" give it. */
    model: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The evaluation data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** An accepted model, as a folder: the candidate must not fall behind it. */
    baseline?: Directory,
    /** The image that is in production, to compare latency and answers with. Default: the baseline in this project's image. */
    production?: Container,
    /** Names of gates that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
    /** The project's folder in the repository, such as services/model, for the annotations in the report. The program ml-pipeline asks git, where the project is a checkout. */
    folder?: string,
  ): Promise<Evaluation> {
    return evaluateModel(this.site({ images: [baselineFrom, productionFrom] }), {
      ...{ source, model, data, baseline, baselineFrom, production, productionFrom, folder },
      approved: approve,
    });
  }

  /**
   * Holds a model against its gates, and fails with the gate, the number and the limit when it must not be deployed.
   */
  @func({ cache: "never" })
  async validate(
    /** The candidate: a folder with a model, as "train" or "run model" give it. */
    model: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The evaluation data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** An accepted model, as a folder: the candidate must not fall behind it. */
    baseline?: Directory,
    /** The image that is in production, to compare latency and answers with. Default: the baseline in this project's image. */
    production?: Container,
    /** Names of gates that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
  ): Promise<string> {
    const evaluation = await evaluateModel(this.site({ images: [baselineFrom, productionFrom] }), {
      ...{ source, model, data, baseline, baselineFrom, production, productionFrom },
      approved: approve,
    });
    return evaluation.assert();
  }

  /**
   * Replays recorded requests against a candidate and against production, and fails when their answers differ too much.
   *
   * The requests are those of tests/shadow/requests.jsonl. Each model serves as the image that would be deployed; only production's
   * answers would have counted. The limit is that of the project's shadow gate.
   */
  @func({ cache: "never" })
  async shadow(
    /** The candidate: a folder with a model, as "train" or "run model" give it. */
    model: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The model in production, as a folder, to be served by this project's own image. */
    baseline?: Directory,
    /** The image in production, instead of a baseline. */
    production?: Container,
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
  ): Promise<string> {
    return shadowModel(this.site({ images: [baselineFrom, productionFrom] }), {
      source,
      model,
      baseline,
      baselineFrom,
      production,
      productionFrom,
    });
  }

  /**
   * Compares current data, and live predictions, with a reference, and gives a record of what drifted.
   *
   * The record has the action (nothing, look or retrain), the report, and `assert`. Numbers are compared by Kolmogorov and Smirnov's
   * test, categories by chi-square, text by its length and its words (on 100,000 rows), all by their share of missing values. A
   * column drifted where the p-value, corrected for all tests (Benjamini–Hochberg), is under data.drift.alpha (0.05) and the largest
   * difference of probabilities is at least data.drift.min-effect (0.05); fewer than data.drift.min-samples values (200) on one side
   * are inconclusive.
   *
   * With a log of live predictions, those are compared too, and where labels are known so is the metric (monitoring.metric;
   * accuracy, or r2 of numbers): decayed when it is worse by more than monitoring.tolerance (0.05, in the metric's units) and by more
   * than noise. Fewer than monitoring.min-labels (200) labelled rows are inconclusive. Where labels are missing or too few and there
   * are scores, the metric is estimated from those, unless they are off by more than monitoring.max-calibration-error (0.05) on the
   * reference.
   *
   * @throws when --labels or --baseline is given without --predictions
   */
  @func({ cache: "session" })
  async drift(
    /** What the data are compared with: those that the accepted model was trained or accepted on. */
    reference: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The current data: a folder with at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** The accepted model, as a folder: its answers and its metric on the reference are what the live ones are compared with. */
    baseline?: Directory,
    /** A log of live predictions: tables with a column "prediction" and, where there are, "score", "label" and "id". */
    predictions?: Directory,
    /** Labels that came later: tables with the columns "label" and "id", joined to the log by the latter. */
    labels?: Directory,
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
  ): Promise<Drift> {
    return compareWithReference(this.site({ images: [baselineFrom] }), {
      ...{ source, data, reference, baseline, baselineFrom, predictions, labels },
    });
  }

  /**
   * Watches production: compares current data and live predictions with a reference, and fails when there is something to do.
   *
   * The same as `drift`, as a table of what was compared. A failure begins with what is to be done, `Look: …` or `Retrain: …`, and
   * names columns, effects and limits; where a new model is needed it ends with the call that trains it. It is told where there is a
   * --webhook.
   */
  @func({ cache: "never" })
  async monitor(
    /** What the data are compared with: those that the accepted model was trained or accepted on. */
    reference: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The current data: a folder with at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** The accepted model, as a folder: its answers and its metric on the reference are what the live ones are compared with. */
    baseline?: Directory,
    /** A log of live predictions: tables with a column "prediction" and, where there are, "score", "label" and "id". */
    predictions?: Directory,
    /** Labels that came later: tables with the columns "label" and "id", joined to the log by the latter. */
    labels?: Directory,
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
  ): Promise<string> {
    return monitorProduction(this.site({ images: [baselineFrom] }), {
      ...{ source, data, reference, baseline, baselineFrom, predictions, labels },
    });
  }

  /**
   * Trains anew on a window of fresh data, and gives a record of whether the new model takes the accepted one's place.
   *
   * The window is fetched, held against the rules of the data, compared with what production was trained on, and joined to the training data,
   * but for a share on which nothing is trained. The pipeline then trains and judges, and both models are evaluated on that share and on the
   * fixed test set. The new model goes out where it is better beyond noise, or no worse and retraining.prefer-fresher; delivery is that of
   * `run`.
   */
  @func({ cache: "session" })
  async retraining(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The data that the window is joined to, those before it. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** Why it is called: schedule, data, drift or manual. */
    trigger: Trigger = Trigger.MANUAL,
    /** How many days the window has. Default: retraining.window of the configuration, which is 7. */
    window?: number,
    /** The first day of the window, in UTC: 2026-11-23. Default: so that the window ends with yesterday. */
    startDate?: string,
    /** The day after the last one of the window, in UTC. */
    endDate?: string,
    /** The data of the window as a folder, where src.data.fetch or commands.fetch-window need not fetch them. */
    fresh?: Directory,
    /** The fixed test set: a folder that src.evaluate reads as the data. Default: the folder retraining.test-data of the data. */
    testData?: Directory,
    /** What production was trained on, which the window is compared with. Default: the data that it is joined to. */
    reference?: Directory,
    /** Columns that are seen to have drifted, as WATCH in outputs.env of monitor has them. */
    watch: string[] = [],
    /** A folder with the reports of earlier retrainings, at any depth: no window is trained on twice, and small losses do not add up. */
    history?: Directory,
    /** Whether a worse model goes out. One that is broken never does, nor one that breaks a limit of the site's policy. */
    forceDeploy = false,
    /** Who lets a worse model go out, for the report. */
    forcedBy?: string,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** Where to train: here, or as a Job on the cluster that training.kubernetes names. */
    on: TrainingPlace = TrainingPlace.HERE,
    /** The accepted model, as a folder: the new one must be better. */
    baseline?: Directory,
    /** Where the accepted model is, instead of a folder. Default: store:production where there is a model store, or else environment:production. */
    baselineFrom?: string,
    /** The image that is in production, to compare latency and answers with. Default: the accepted model in this project's image. */
    production?: Container,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
    /** Names of gates, and of checks of a canary, that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** Where to push the image: REGISTRY/NAME:TAG, where the tag is latest when absent. Without an address nothing is pushed. */
    address?: string,
    /** Where the image goes once it is pushed: the name of a table below deploy, such as staging. */
    environment?: string,
    /** The pointer of the model store that moves to the model once it goes out: production, staging, or any other name. */
    storeAs?: string,
    /** Any text, which the report records and the experiment is named after: the number of the job. */
    runId?: string,
    /** The commit that was checked out, for the report. The program ml-pipeline asks git, where the project is a checkout. */
    commit?: string,
    /** The branch that was checked out, for the report. The program ml-pipeline asks git, where the project is a checkout. */
    branch?: string,
    /** The project's folder in the repository, such as services/model, for the annotations in the report. The program ml-pipeline asks git, where the project is a checkout. */
    folder?: string,
    /** Where the report can be read, which is noted where the image is deployed. */
    link?: string,
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
    /** Whether to say what would be pushed, deployed and stored, and change nothing of it: all else runs. */
    dryRun = false,
  ): Promise<Retraining> {
    return retrainModel(this.site({ images: [address, baselineFrom, productionFrom] }), {
      ...{ source, data, trigger, days: window, startDate, endDate, fresh, testData, reference, watch, history },
      ...{ forceDeploy, forcedBy, epochs, on, baseline, baselineFrom, production, productionFrom, approved: approve },
      ...{ reuse, address, environment, storeAs, labels: { runId, commit, branch, folder }, link, requests, dryRun },
      ...{ keepGoing: false, profile: Profile.FULL },
    });
  }

  /**
   * Trains anew on a window of fresh data, and lets the new model take the accepted one's place where it is better.
   *
   * The same as `retraining`, as text. It fails where anything is broken: the window, the project, the model, or its way out. That the
   * accepted model stays is no failure, and is said in the first line.
   *
   * @throws when anything is broken
   */
  @func({ cache: "never" })
  async retrain(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The data that the window is joined to, those before it. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** Why it is called: schedule, data, drift or manual. */
    trigger: Trigger = Trigger.MANUAL,
    /** How many days the window has. Default: retraining.window of the configuration, which is 7. */
    window?: number,
    /** The first day of the window, in UTC: 2026-11-23. Default: so that the window ends with yesterday. */
    startDate?: string,
    /** The day after the last one of the window, in UTC. */
    endDate?: string,
    /** The data of the window as a folder, where src.data.fetch or commands.fetch-window need not fetch them. */
    fresh?: Directory,
    /** The fixed test set: a folder that src.evaluate reads as the data. Default: the folder retraining.test-data of the data. */
    testData?: Directory,
    /** What production was trained on, which the window is compared with. Default: the data that it is joined to. */
    reference?: Directory,
    /** Columns that are seen to have drifted, as WATCH in outputs.env of monitor has them. */
    watch: string[] = [],
    /** A folder with the reports of earlier retrainings, at any depth: no window is trained on twice, and small losses do not add up. */
    history?: Directory,
    /** Whether a worse model goes out. One that is broken never does, nor one that breaks a limit of the site's policy. */
    forceDeploy = false,
    /** Who lets a worse model go out, for the report. */
    forcedBy?: string,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** Where to train: here, or as a Job on the cluster that training.kubernetes names. */
    on: TrainingPlace = TrainingPlace.HERE,
    /** The accepted model, as a folder: the new one must be better. */
    baseline?: Directory,
    /** Where the accepted model is, instead of a folder. Default: store:production where there is a model store, or else environment:production. */
    baselineFrom?: string,
    /** The image that is in production, to compare latency and answers with. Default: the accepted model in this project's image. */
    production?: Container,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
    /** Names of gates, and of checks of a canary, that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** Where to push the image: REGISTRY/NAME:TAG, where the tag is latest when absent. Without an address nothing is pushed. */
    address?: string,
    /** Where the image goes once it is pushed: the name of a table below deploy, such as staging. */
    environment?: string,
    /** The pointer of the model store that moves to the model once it goes out: production, staging, or any other name. */
    storeAs?: string,
    /** Any text, which the report records and the experiment is named after: the number of the job. */
    runId?: string,
    /** The commit that was checked out, for the report. The program ml-pipeline asks git, where the project is a checkout. */
    commit?: string,
    /** The branch that was checked out, for the report. The program ml-pipeline asks git, where the project is a checkout. */
    branch?: string,
    /** Where the report can be read, which is noted where the image is deployed. */
    link?: string,
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
    /** Whether to say what would be pushed, deployed and stored, and change nothing of it: all else runs. */
    dryRun = false,
  ): Promise<string> {
    const record = await retrainModel(this.site({ images: [address, baselineFrom, productionFrom] }), {
      ...{ source, data, trigger, days: window, startDate, endDate, fresh, testData, reference, watch, history },
      ...{ forceDeploy, forcedBy, epochs, on, baseline, baselineFrom, production, productionFrom, approved: approve },
      ...{ reuse, address, environment, storeAs, labels: { runId, commit, branch }, link, requests, dryRun },
      ...{ keepGoing: false, profile: Profile.FULL },
    });
    return record.assert();
  }

  /**
   * Tests whether the gates can block: feeds each one models that it must refuse, and fails when it lets one through.
   *
   * The models are made from the given one: answers shuffled, one class only, a group always wrong, a slower server, wrong answers
   * and so on. Prints a line for each, and then the smallest harm that each gate catches on these data: the share of answers that may
   * become wrong unnoticed, the milliseconds, the size of a group.
   */
  @func()
  async gatesSelfTest(
    /** A model that the gates let through, as a folder. */
    model: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The evaluation data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** What the spoiled models are compared with, as a folder. Default: the model itself. */
    baseline?: Directory,
    /** The report folder of an earlier self-test: a harm that was caught then and is not any more is a warning. */
    since?: Directory,
  ): Promise<string> {
    return (await testGates(this.site(), { source, model, data, baseline, since })).assert();
  }

  /**
   * Tests whether the gates can block, and gives a record of it with the smallest harm that each of them catches on these data.
   *
   * The record has the report, and `assert`.
   */
  @func({ cache: "session" })
  async selfTest(
    /** A model that the gates let through, as a folder. */
    model: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The evaluation data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** What the spoiled models are compared with, as a folder. Default: the model itself. */
    baseline?: Directory,
    /** The report folder of an earlier self-test: a harm that was caught then and is not any more is a warning. */
    since?: Directory,
  ): Promise<SelfTest> {
    return testGates(this.site(), { source, model, data, baseline, since });
  }

  /**
   * Builds the serving image of a model: non-root, health-checked, labelled with the hashes of source, data and model.
   *
   * It can be published when the model's manifest says that its gates passed, on the code, the environment and the settings that are
   * here; what differs is named.
   */
  @func()
  async buildImage(
    /** A folder with a model, as "train" or "run model" give it. */
    model: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The commit that was checked out, for the provenance of an image that is published. */
    commit?: string,
  ): Promise<ModelImage> {
    return buildModelImage(this.site(), { source, model, labels: { commit } });
  }

  /**
   * Asks a model's gates, builds its image and pushes it; pushes nothing when a required gate fails.
   *
   * The verdict, the packages (SBOM) and the provenance of the image are attached to it, signed where there is a --signing-key.
   *
   * @returns name@sha256:… as the registry has it
   */
  @func({ cache: "never" })
  async publish(
    /** The candidate: a folder with a model, as "train" or "run model" give it. */
    model: Directory,
    /** Where to: REGISTRY/NAME:TAG, for example localhost:5000/model:v1; the tag is latest when absent. */
    address: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The evaluation data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** An accepted model, as a folder: the candidate must not fall behind it. */
    baseline?: Directory,
    /** The image that is in production, to compare latency and answers with. Default: the baseline in this project's image. */
    production?: Container,
    /** Names of gates that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
    /** The commit that was checked out, for the provenance. The program ml-pipeline asks git, where the project is a checkout. */
    commit?: string,
    /** Any text, for the provenance: the number of the job. */
    runId?: string,
    /** Whether to say what would be pushed and attached once the gates passed, and change nothing. */
    dryRun = false,
    /** Deprecated: set --registry-user before the function. @deprecated Set it before the function. */
    registryUser?: string,
    /** Deprecated: set --registry-password before the function. @deprecated Set it before the function. */
    registryPassword?: Secret,
  ): Promise<string> {
    return publishModel(
      this.site({ registryUser, registryPassword, images: [address, baselineFrom, productionFrom] }),
      {
        ...{ source, model, data, address, baseline, baselineFrom, production, productionFrom },
        ...{ approved: approve, labels: { commit, runId }, dryRun },
      },
    );
  }

  /**
   * Says who judged an image or a model, when, with which gates and from what, and fails unless a trusted key signed that it passed.
   *
   * The keys to trust come before the function (--verification-key). A changed byte of the image, of the model, of its manifest or of
   * what was signed fails, and is named. An image is asked for by --registry-user and --registry-password, and read in whole.
   */
  @func({ cache: "never" })
  verify(
    /** The model directory, as train or a run gives it. */
    model?: Directory,
    /** An image that was published: REGISTRY/NAME@sha256:…, or with a tag. */
    image?: string,
  ): Promise<string> {
    return verify(this.site({ images: [image] }), { model, image });
  }

  /**
   * Lets Kubernetes run an image in a Deployment, a Rollout or an InferenceService, waits until it serves, and goes back to what ran before when it does not.
   *
   * The environment is a table of the configuration ([tool.ml-pipeline.deploy.staging]), the way to the cluster comes before the function
   * (--kubeconfig). A pod that will not serve ends the wait with its reason and its last lines; pods that are ready are asked for their
   * health, and for the answer that the report has of the judged image. The same image again changes nothing.
   *
   * @throws when the rollout did not work, also where it went back; and before anything is changed, when it cannot be done
   */
  @func({ cache: "never" })
  async deploy(
    /** The image by its digest: NAME@sha256:…, as publish gives it. */
    image: string,
    /** Where to: the name of a table below deploy, such as staging. */
    environment: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_REQUESTS }) source: Directory,
    /** The report folder of the run that judged and pushed the image: its verdict and hashes are noted, its recorded answer compared. */
    report?: Directory,
    /** Where the report can be read, which is noted. */
    link?: string,
    /** Whether to say what would change, and change nothing. */
    dryRun = false,
    /** Names of checks of a canary that a person has looked at: one of these lets it go on although nothing was shown. */
    approve: string[] = [],
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
  ): Promise<string> {
    return (await this.deployment(image, environment, source, report, link, dryRun, approve, requests)).assert();
  }

  /**
   * Deploys an image as deploy does, and gives a record of it, whether or not it worked.
   *
   * The record has the verdict, what runs now with its revision, and a report folder with DEPLOYED, REVISION and ROLLED_BACK for later
   * jobs (outputs.env). Its assert fails when the deploy did, with the reason.
   */
  @func({ cache: "session" })
  deployment(
    /** The image by its digest: NAME@sha256:…, as publish gives it. */
    image: string,
    /** Where to: the name of a table below deploy, such as staging. */
    environment: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_REQUESTS }) source: Directory,
    /** The report folder of the run that judged and pushed the image: its verdict and hashes are noted, its recorded answer compared. */
    report?: Directory,
    /** Where the report can be read, which is noted. */
    link?: string,
    /** Whether to say what would change, and change nothing. */
    dryRun = false,
    /** Names of checks of a canary that a person has looked at: one of these lets it go on although nothing was shown. */
    approve: string[] = [],
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
  ): Promise<Deployment> {
    const site = this.site({ images: [image] });
    const request = { source, image, environment, report, link, dryRun, approved: approve, requests };
    return deployImage(site, request, imageVerifier(site.registry));
  }

  /**
   * Prints what Argo Rollouts or Flagger need to ask whether a candidate may go on, as YAML for kubectl apply.
   *
   * For Argo Rollouts an AnalysisTemplate, and with --image the server that answers. What goes into your Rollout or Canary stands below as
   * comments. A candidate that is neither shown to be worse nor to be no worse pauses the rollout until a person decides.
   */
  @func()
  analysisTemplate(
    /** Where: the name of a table below deploy, such as production. */
    environment: string,
    /** What moves the traffic: Argo Rollouts (argo), or Flagger (flagger). */
    controller: TrafficController,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** The image of analysis-server by its digest: NAME@sha256:…. Without it the objects of the server are left out. */
    image?: string,
    /** The Service of the candidate. Default: NAME-canary, by the deployment of the environment. */
    candidateService?: string,
    /** The Service of what serves. Default: NAME-stable for Argo Rollouts, NAME-primary for Flagger. */
    stableService?: string,
    /** The port of both Services. */
    servicePort = 80,
    /** The namespace of Argo Rollouts or Flagger: with it, a NetworkPolicy lets nobody else ask the server. */
    controllerNamespace?: string,
  ): Promise<string> {
    return printAnalysisTemplate(this.site(), {
      ...{ source, environment, controller, image, controllerNamespace },
      ...{ candidate: candidateService, stable: stableService, port: servicePort },
    });
  }

  /**
   * Builds the image of the server that tells Argo Rollouts and Flagger how a candidate stands beside production.
   *
   * It asks both the recorded requests, judges the answers as a canary of deploy does, and keeps what it knows in memory. It asks no services
   * but those that it is told.
   */
  @func()
  analysisServer(
    /** Where: the name of a table below deploy, such as production. */
    environment: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_REQUESTS }) source: Directory,
    /** What both are asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
    /** Services to ask, CANDIDATE/STABLE, each HOST:PORT. Default: what ANALYSIS_SERVICES says where it runs. */
    services: string[] = [],
  ): Promise<Container> {
    return buildAnalysisServer(this.site(), { source, environment, requests, services });
  }

  /**
   * Releases a tag: runs the whole pipeline, pushes NAME:TAG, and deploys it to staging and then to production where it may.
   *
   * The environments are those of release.order. A change that a person is to decide about stops before an environment that is guarded, says
   * so, and succeeds: promote goes on from there. A second call pushes and deploys nothing twice. A tag that stands for another image, and an
   * environment that runs a later release, are refused. Prints one line for each step.
   */
  @func({ cache: "never" })
  async release(
    /** The tag: v and a semantic version, such as v1.2.0. */
    tag: string,
    /** Where to push the image: REGISTRY/NAME, without a tag. */
    address: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_READ }) source: Directory,
    /** The folder with the data: at least one .csv, .tsv, .jsonl or .parquet file. Default: data.folder of the configuration, or data/. */
    data?: Directory,
    /** How many epochs to train: passed to the training as --epochs. */
    epochs: number = EPOCHS,
    /** An accepted model, as a folder: the candidate must not fall behind it. */
    baseline?: Directory,
    /** The image that is in production, to compare latency and answers with. Default: the baseline in this project's image. */
    production?: Container,
    /** Names of gates, and of checks of a canary, that a person has looked at: an inconclusive one of these lets the model through. */
    approve: string[] = [],
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** Any text, which the report records: the number of the job. */
    runId?: string,
    /** The commit that was checked out, for the report. The program ml-pipeline asks git, where the project is a checkout. */
    commit?: string,
    /** Where the accepted model is, instead of a folder: store:production or store:sha256:… in the model store, image:REFERENCE, environment:production (what runs there now), or mlflow:NAME@champion in the MLflow server. */
    baselineFrom?: string,
    /** Where the image in production is: store:production (the one that was published with that model), image:REFERENCE, or environment:production. */
    productionFrom?: string,
    /** The pointer of the model store that moves to the model once it runs in all environments. */
    storeAs?: string,
    /** Where the report can be read, which is noted where the image is deployed. */
    link?: string,
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
    /** Whether to say what would be pushed, deployed and stored, and change nothing of it: all else runs. */
    dryRun = false,
    /** Where the model is trained: by the engine (here), or as a Job on the cluster of training.kubernetes (kubernetes). */
    on: TrainingPlace = TrainingPlace.HERE,
  ): Promise<string> {
    const run = await runPipeline(this.site({ images: [address, baselineFrom, productionFrom] }), {
      ...{ source, data, epochs, baseline, baselineFrom, production, productionFrom, approved: approve },
      ...{ reuse, address, keepGoing: false, labels: { runId, commit }, tag, storeAs, link, requests, dryRun, on },
      profile: Profile.FULL,
      isTextOnly: true,
    });
    return run.assert();
  }

  /**
   * Lets one environment run what another one runs, by its digest, once what runs there is verified and well.
   *
   * Refuses what drifted, does not serve or has no verdict that passed. What is noted of the image goes with it. A change that a person is to
   * decide about needs --approve-image with that very image, so that nothing else goes on by it.
   *
   * A dry run of what would wait for a person succeeds, and says so.
   *
   * @throws when nothing may go on, when it waits for a person, and when the rollout did not work, also where it went back
   */
  @func({ cache: "never" })
  promote(
    /** Where it runs: the name of a table below deploy, such as staging. */
    from: string,
    /** Where to: the name of another table below deploy, such as production. */
    to: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_REQUESTS }) source: Directory,
    /** The image that a person has looked at, by its digest: NAME@sha256:…. */
    approveImage?: string,
    /** The report folder of the run that judged the image: its recorded answer is compared. */
    report?: Directory,
    /** Where the report can be read, instead of what is noted. */
    link?: string,
    /** Whether to say what would change, and change nothing. */
    dryRun = false,
    /** Names of checks of a canary that a person has looked at: one of these lets it go on although nothing was shown. */
    approve: string[] = [],
    /** What a canary is asked about, a row in each line, as JSON. Default: the file that serve.requests names, or tests/shadow/requests.jsonl. */
    requests?: File,
  ): Promise<string> {
    const site = this.site({ images: [approveImage] });
    const request = { source, from, to, approveImage, report, link, dryRun, approved: approve, requests };
    return promoteImage(site, request, imageVerifier(site.registry));
  }

  /**
   * Signs that a person lets an image go to an environment, and attaches that to the image, or takes it back.
   *
   * The key comes before the function (--signing-key) and is the person's own, never the one that signs verdicts; --verification-key says
   * whose verdicts are believed. The image must have passed. promote, deploy and release heed it where --approval-key or
   * approval.require-signature asks for it. The same approval a second time attaches nothing.
   */
  @func({ cache: "never" })
  approve(
    /** The image that the person has looked at, by its digest: NAME@sha256:…. */
    image: string,
    /** Where it may go: the name of a table below deploy, such as production. */
    environment: string,
    /** Who approves, as others are to read it. */
    by: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** Why, for whoever reads it later. */
    note = "",
    /** Whether to take an approval back. */
    withdraw = false,
    /** Whether to say what would be attached, and change nothing. */
    dryRun = false,
  ): Promise<string> {
    return approveImage(this.site({ images: [image] }), { source, image, environment, by, note, withdraw, dryRun });
  }

  /**
   * Lets an environment run what it ran before the last deploy, and waits until that serves.
   *
   * The revision is the one that the deploy noted, never merely the one before. It is asked for its health like a new one.
   *
   * @throws when it does not serve, and when nothing says what ran before
   */
  @func({ cache: "never" })
  rollback(
    /** Where: the name of a table below deploy, such as staging. */
    environment: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** The revision to go back to. Default: the one that ran before the last deploy. */
    revision?: number,
    /** Whether to say what would change, and change nothing. */
    dryRun = false,
  ): Promise<string> {
    return rollBack(this.site(), { source, environment, revision, dryRun });
  }

  /**
   * Says which image an environment runs, since when, with which verdict, and fails when that is not what was deployed.
   *
   * It also fails when pods do not serve, with the reason. A rollout that is under way is said.
   */
  @func({ cache: "never" })
  status(
    /** Where: the name of a table below deploy, such as staging. */
    environment: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
  ): Promise<string> {
    return statusOf(this.site(), { source, environment });
  }

  /**
   * Stores an accepted model with its verdict, report and predictions, and moves a pointer of the model store to it.
   *
   * Only a model whose gates passed, by a verdict that is believed, is taken. Files are stored by their hash, so that nothing is ever
   * overwritten, and what is there is not sent again. The pointer is moved in one step, and keeps its history: of several who move it at
   * once each comes into it. Says which version it is (sha256:…), and where the pointer stood before.
   */
  @func({ cache: "never" })
  async storeModel(
    /** The accepted model: a folder, as "train" or "run model" give it. */
    model: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** The report folder of the run that made it. */
    report?: Directory,
    /** Its predictions, as "run predictions" gives them. */
    predictions?: Directory,
    /** The pointer that is moved to it: production, staging, candidate, or any other name. */
    pointer = "candidate",
    /** Why, for the history. */
    reason = "",
    /** The version that the pointer must stand at now (sha256:…): it is not moved when somebody else has moved it since. */
    expected?: string,
    /** Whether to say what would change, and to change nothing. */
    dryRun = false,
  ): Promise<string> {
    return storeModel(this.site(), { source, model, report, predictions, pointer, reason, expected, dryRun });
  }

  /**
   * Moves a pointer of the model store to an accepted model that is stored: on to production, or back to an earlier one.
   *
   * The model is read and verified before. Says where the pointer stood, and where it stands.
   */
  @func({ cache: "never" })
  async movePointer(
    /** The pointer: production, staging, candidate, or any other name. */
    pointer: string,
    /** Where to: a version (sha256:…), or another pointer. */
    to: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** Why, for the history. */
    reason = "",
    /** The version, or the pointer, that it must stand at now: it is not moved when somebody else has moved it since. */
    expected?: string,
    /** Whether to say what would change, and to change nothing. */
    dryRun = false,
  ): Promise<string> {
    return movePointer(this.site(), { source, pointer, to, reason, expected, dryRun });
  }

  /**
   * Gives the folder of a model store with an accepted model added, or with a pointer moved, to be exported over it.
   *
   * No function can write to a folder of the host, hence the folder goes in and comes out. It prints what became of it as "store-model"
   * does. Of two who do so at once nothing is lost: a pointer that both have moved is refused from then on, until one of both moves is
   * taken away.
   */
  @func({ cache: "session" })
  async storeInFolder(
    /** The folder of the store, which is to be exported over; an empty one becomes a new store. */
    folder: Directory,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** The accepted model, to store it. */
    model?: Directory,
    /** Instead of a model: a version that is stored (sha256:…), or another pointer. */
    to?: string,
    /** The report folder of the run that made the model. */
    report?: Directory,
    /** Its predictions, as "run predictions" gives them. */
    predictions?: Directory,
    /** The pointer that is moved: production, staging, candidate, or any other name. */
    pointer = "candidate",
    /** Why, for the history. */
    reason = "",
    /** The version that the pointer must stand at now. */
    expected?: string,
  ): Promise<Directory> {
    return folderWith(this.site(), {
      ...{ source, folder, model, to, report, predictions, pointer, reason, expected },
      dryRun: false,
    });
  }

  /**
   * Lists where the pointers of the model store stand, or the history of one, the newest move first.
   *
   * A line has the number of the move, its time, the version, the hash of the model and its first metric, who signed the move, and the reason.
   * A move that was changed fails, and is named.
   */
  @func({ cache: "never" })
  async listModels(
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
    /** The pointer whose history is listed. */
    pointer?: string,
  ): Promise<string> {
    return listModels(this.site(), { source, pointer });
  }

  /**
   * Gives an accepted model from the model store, verified: folders model, report and predictions.
   */
  @func({ cache: "session" })
  async storedModel(
    /** The pointer (production), or the version (sha256:…). */
    name: string,
    /** The project's folder. Default: the root of the project that the module is called in. */
    @argument({ defaultPath: "/", ignore: NOT_CONFIGURATION }) source: Directory,
  ): Promise<Directory> {
    return storedModel(this.site(), { source, name });
  }

  /**
   * Tells a chat the verdict, and the gate with its number and limit, in a line. A chat that cannot be reached fails nothing.
   *
   * The address comes before the function (--webhook), and is never shown. No answer, too many requests and errors of the server are tried
   * three times.
   */
  @func({ cache: "never" })
  notify(
    /** The report folder of a run or of drift. */
    report: Directory,
    /** What the message is about, such as staging or production. */
    environment?: string,
    /** Where the report can be read. */
    link?: string,
    /** Whether to say what would be told, and post nothing. */
    dryRun = false,
  ): Promise<string> {
    return notifyOf(this.site().webhook, { report, environment, link, dryRun });
  }

  /**
   * Writes the summary of a report as the one comment of a pull or merge request, and keeps that up to date. One that cannot be written fails nothing.
   *
   * For GitHub, GitLab and Bitbucket, by the address of the request. The token comes before the function (--forge-token), and is never shown. An
   * older run never writes over a newer one, and comments of others stay as they are.
   */
  @func({ cache: "never" })
  comment(
    /** The report folder of a run, or of any record that has a summary.md. */
    report: Directory,
    /** The address of the pull or merge request, as a browser shows it. */
    on: string,
    /** Tells several comments of one project apart, such as that of each of its models. */
    name?: string,
    /** Where the run can be looked at; the comment ends with it. */
    link?: string,
    /** Whether a comment that cannot be written fails. */
    required = false,
  ): Promise<string> {
    return commentOn(this.forgeToken, { report, on, name, link, required });
  }

  /** What was set for all functions; a function's own flags of the same name, which are deprecated, come first. */
  private site(given: DeprecatedFlags & NamedImages = {}): Site {
    const { pythonImage, cudaImage, packageIndex, packageCredentials, tools } = this;
    return {
      settings: { pythonImage, cudaImage, packageIndex, packageCredentials, tools: toolVersions(tools) },
      root: this.root,
      prices: this.prices,
      onBudget: this.onBudget,
      store: { address: this.store, credentials: this.storeCredentials, folder: this.storeFolder },
      tracking: { url: this.tracking, token: this.trackingToken },
      evidence: {
        ...{ signingKey: this.signingKey, verificationKey: this.verificationKey, approvalKey: this.approvalKey },
      },
      policy: { file: this.policy, folder: this.policyFolder, image: this.policyImage },
      gpu: given.gpu ?? this.gpu,
      registry: {
        username: given.registryUser ?? this.registryUser,
        password: given.registryPassword ?? this.registryPassword,
        hosts: hostsNamed(given.images ?? [], this.registryHost),
      },
      dvc: {
        config: given.dvcConfig ?? this.dvcConfig,
        awsCredentials: given.awsCredentials ?? this.awsCredentials,
        sshKey: given.sshKey ?? this.sshKey,
        storage: given.dvcStorage ?? this.dvcStorage,
      },
      cluster: { kubeconfig: this.kubeconfig, token: this.clusterToken },
      webhook:
        this.webhook === undefined
          ? undefined
          : { address: this.webhook, format: this.webhookFormat, key: this.webhookKey },
    };
  }
}

/** What of a call names images, and so the registries that its credentials are for. */
interface NamedImages {
  readonly images?: readonly (string | undefined)[];
}

/** Flags that functions had before the constructor took them; they stay for one release. */
interface DeprecatedFlags {
  readonly gpu?: GpuMode | undefined;
  readonly registryUser?: string | undefined;
  readonly registryPassword?: Secret | undefined;
  readonly dvcConfig?: Secret | undefined;
  readonly awsCredentials?: Secret | undefined;
  readonly sshKey?: Secret | undefined;
  readonly dvcStorage?: Directory | undefined;
}

/**
 * CI, CD, continuous training and continuous monitoring for machine-learning teams.
 *
 * `full-pipeline` lints, tests, checks the data, trains, judges the model behind gates, builds and tries the serving image,
 * and pushes it. `run` does the same and gives a record with a report, whether or not everything passed.
 */
import { argument, type Container, check, type Directory, func, object, type Secret } from "@dagger.io/dagger";
import { usableGpuMode } from "./containers/gpu.ts";
import { type Settings, toolVersions } from "./containers/settings.ts";
import type { Context, DataContext } from "./context/context.ts";
import type { Drift } from "./objects/drift.ts";
import type { Evaluation } from "./objects/evaluation.ts";
import type { ModelImage } from "./objects/model-image.ts";
import type { PipelineRun } from "./objects/pipeline-run.ts";
import {
  compareAlone,
  type DeliveryOptions,
  deliver,
  evaluateAlone,
  imageOf,
  judgeAlone,
  pullAlone,
  pulled,
  selfTest,
  shadowAlone,
  suggest,
  trainAlone,
} from "./parts.ts";
import { readProject } from "./project/project.ts";
import { assertMatrix } from "./report/matrix.ts";
import { assertStages } from "./report/text.ts";
import { lint } from "./stages/lint.ts";
import { testMatrix } from "./stages/matrix.ts";
import type { DvcAccess } from "./stages/pull-data.ts";
import { suiteLayers, type TestInputs, testLayer } from "./stages/test.ts";
import { validateData } from "./stages/validate-data.ts";

/** What of a project's folder is never uploaded. `data` and `models` are those of the root alone. */
const NOT_SOURCE = [
  ".git",
  ".dagger",
  ".venv",
  "venv",
  ".env",
  "node_modules",
  ".tox",
  ".nox",
  ".dvc/cache",
  ".dvc/tmp",
  "**/__pycache__",
  "**/.pytest_cache",
  "**/.mypy_cache",
  "**/.ruff_cache",
  "**/.ipynb_checkpoints",
  "**/*.egg-info",
  "data",
  "models",
  "mlruns",
  "report",
  ".coverage",
  "htmlcov",
];

/** Epochs of a training that nobody gave a number of. */
const EPOCHS = 10;

@object()
export class MlPipeline {
  private readonly pythonImage: string;
  private readonly cudaImage: string;
  private readonly packageIndex: string;
  private readonly tools: string[];

  constructor(
    /** Image of all CPU stages and of the served model; {version} stands for the project's Python version. */
    pythonImage = "python:{version}-slim",
    /** Image of the training stage where there is a GPU. */
    cudaImage = "pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime",
    /** Address of a package index to install from instead of PyPI. */
    packageIndex = "",
    /** Versions of the pipeline's own tools that replace the pinned ones, for example ruff==0.14.0. */
    tools: string[] = [],
  ) {
    this.pythonImage = pythonImage;
    this.cudaImage = cudaImage;
    this.packageIndex = packageIndex;
    this.tools = tools;
  }

  /**
   * The whole pipeline: lint, tests and data side by side, then training, gates, the serving image and its first answer,
   * and the push. Prints one line for each stage and ends `Pipeline complete! Image: …`.
   *
   * Fails when any part failed, naming the stage, its number and its limit; nothing is published then.
   */
  @func()
  async fullPipeline(
    /** The project: see the manual for its layout. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The data: a folder with at least one .csv, .tsv, .jsonl or .parquet file. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** Passed to the training. */
    epochs: number = EPOCHS,
    /** auto (a GPU where there is one), require or off. */
    gpu = "auto",
    /** An accepted model that the new one must not fall behind. */
    baseline?: Directory,
    /** The image in production, which latency and answers are compared with; without it the baseline in this project's image. */
    production?: Container,
    /** Gates that a person has looked at and lets through when they are inconclusive: suspicious-gain, for example. */
    approve: string[] = [],
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** Where to push the image: REGISTRY/NAME:TAG. Without it nothing is pushed. */
    address?: string,
    /** User name at the registry. */
    registryUser?: string,
    /** Password or token at the registry. */
    registryPassword?: Secret,
    /** Any text; another one makes the same call run again instead of being answered from the cache. */
    runId?: string,
    /** Text of a DVC configuration with credentials, as .dvc/config.local has it, where DVC tracks data. */
    dvcConfig?: Secret,
    /** Text of an AWS credentials file, for data in S3. */
    awsCredentials?: Secret,
    /** Private SSH key, for data on a host that is reached by SSH. */
    sshKey?: Secret,
    /** The folder that the DVC remote is, where it is not in the project. */
    dvcStorage?: Directory,
  ): Promise<string> {
    const run = await this.run(
      source,
      data,
      epochs,
      gpu,
      baseline,
      production,
      approve,
      reuse,
      address,
      registryUser,
      registryPassword,
      runId,
      dvcConfig,
      awsCredentials,
      sshKey,
      dvcStorage,
    );
    return run.assert();
  }

  /**
   * The same as full-pipeline, as a record: its verdict, stages, gates, model, image and report. Does not fail when a part
   * failed, so that a CI job exports the report first and asks `assert` afterwards.
   */
  @func()
  async run(
    /** The project: see the manual for its layout. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The data: a folder with at least one .csv, .tsv, .jsonl or .parquet file. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** Passed to the training. */
    epochs: number = EPOCHS,
    /** auto (a GPU where there is one), require or off. */
    gpu = "auto",
    /** An accepted model that the new one must not fall behind. */
    baseline?: Directory,
    /** The image in production, which latency and answers are compared with; without it the baseline in this project's image. */
    production?: Container,
    /** Gates that a person has looked at and lets through when they are inconclusive: suspicious-gain, for example. */
    approve: string[] = [],
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** Where to push the image: REGISTRY/NAME:TAG. Without it nothing is pushed. */
    address?: string,
    /** User name at the registry. */
    registryUser?: string,
    /** Password or token at the registry. */
    registryPassword?: Secret,
    /** Any text; another one makes the same call run again instead of being answered from the cache. */
    runId?: string,
    /** Text of a DVC configuration with credentials, as .dvc/config.local has it, where DVC tracks data. */
    dvcConfig?: Secret,
    /** Text of an AWS credentials file, for data in S3. */
    awsCredentials?: Secret,
    /** Private SSH key, for data on a host that is reached by SSH. */
    sshKey?: Secret,
    /** The folder that the DVC remote is, where it is not in the project. */
    dvcStorage?: Directory,
  ): Promise<PipelineRun> {
    const settings = this.settings();
    const options: DeliveryOptions = {
      epochs,
      gpu: await usableGpuMode(gpu, settings),
      baseline,
      production,
      approved: approve,
      reuse,
      address,
      registryUser,
      registryPassword,
      runId,
      dvc: { config: dvcConfig, awsCredentials, sshKey, storage: dvcStorage },
    };
    return deliver({ source, data, settings }, options);
  }

  /** ruff, black (or ruff's formatter, where the project configures it) and mypy over src/. All three run, whatever they find. */
  @func()
  @check()
  async lint(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
  ): Promise<string> {
    const linted = await lint(await this.context(source));
    return assertStages([linted.report]);
  }

  /**
   * The project's tests by layer: tests/unit, integration, data, model, e2e, side by side. A layer that the project does not
   * have, or that lacks its data or model, is skipped and said to be.
   */
  @func()
  @check()
  async test(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** all, unit, integration, data, model or e2e. */
    suite = "all",
    /** What tests/data and tests/model read. */
    data?: Directory,
    /** What tests/model is about. */
    model?: Directory,
  ): Promise<string> {
    const layers = suiteLayers(suite);
    const context = await this.context(source);
    const inputs: TestInputs = { data, model };
    const tested = await Promise.all(layers.map((layer) => testLayer(context, layer, inputs)));
    return assertStages(tested.map((stage) => stage.report));
  }

  /**
   * The project's tests on several Python versions, side by side, as a table of versions by suites. Fails when a suite does,
   * or when there is no image of a version, which is named.
   */
  @func()
  async testMatrix(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** Versions such as 3.11; those of matrix in the project's configuration when absent. */
    pythons: string[] = [],
    /** all, unit, integration, data, model or e2e. */
    suite = "all",
    /** What tests/data and tests/model read. */
    data?: Directory,
    /** What tests/model is about. */
    model?: Directory,
  ): Promise<string> {
    const layers = suiteLayers(suite);
    const context = await this.context(source);
    const versions = pythons.length > 0 ? pythons : (context.project.config.matrix ?? []);
    return assertMatrix(await testMatrix(context, versions, { layers, data, model }));
  }

  /**
   * The data with what DVC tracks of it, as the commit names it: files that are there must match their .dvc files, others are
   * pulled from the remote of .dvc/config. Fails when the remote cannot be reached, lacks a file, or has another content.
   */
  @func()
  async pullData(
    /** The project: its .dvc/config, and .dvc files of its root. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The data folder, with its .dvc files; an empty one where data.dvc tracks it as a whole. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** Text of a DVC configuration with credentials, as .dvc/config.local has it, where DVC tracks data. */
    dvcConfig?: Secret,
    /** Text of an AWS credentials file, for data in S3. */
    awsCredentials?: Secret,
    /** Private SSH key, for data on a host that is reached by SSH. */
    sshKey?: Secret,
    /** The folder that the DVC remote is, where it is not in the project. */
    dvcStorage?: Directory,
  ): Promise<Directory> {
    const access = { config: dvcConfig, awsCredentials, sshKey, storage: dvcStorage };
    return pullAlone({ ...(await this.context(source)), data }, access);
  }

  /**
   * All rules on data, of the configuration and by default (no NaN, at least 1,000 rows, classes of at least a tenth of the most
   * common one's rows, under 1 % of duplicates), held against every row of every table in one pass; then the project's own
   * src.validate_data and tests/data. All findings are reported together, each with how many rows break it and the first of them.
   */
  @func()
  @check()
  async validateData(
    /** The project, for its configuration and its own checks. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The data. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** Text of a DVC configuration with credentials, as .dvc/config.local has it, where DVC tracks data. */
    dvcConfig?: Secret,
    /** Text of an AWS credentials file, for data in S3. */
    awsCredentials?: Secret,
    /** Private SSH key, for data on a host that is reached by SSH. */
    sshKey?: Secret,
    /** The folder that the DVC remote is, where it is not in the project. */
    dvcStorage?: Directory,
  ): Promise<string> {
    const access = { config: dvcConfig, awsCredentials, sshKey, storage: dvcStorage };
    const context = await this.dataContext(source, data, access);
    const [validated, tested] = await Promise.all([validateData(context), testLayer(context, "data", context)]);
    return assertStages([validated.report, tested.report]);
  }

  /**
   * Reads the data and writes a table of rules that it keeps, with comments on what was seen: what a new project begins with. It is
   * [tool.ml-pipeline.data] for pyproject.toml, or [data] where the project has an ml-pipeline.toml. Fails when a table cannot be read.
   */
  @func()
  async suggest(
    /** The project: what its configuration says of label, files, encoding and delimiter stays as it is. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The data. */
    @argument({ defaultPath: "/data" }) data: Directory,
  ): Promise<string> {
    const context = await this.dataContext(source, data);
    return suggest(context);
  }

  /**
   * Trains and gives the model directory: what src.train wrote, and ml-pipeline.json, which says what the model was made of
   * and what its gates say. Fails when training does; a model that its gates refuse is still given, and cannot be published.
   */
  @func()
  async train(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The data. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** Passed to the training. */
    epochs: number = EPOCHS,
    /** auto (a GPU where there is one), require or off. */
    gpu = "auto",
    /** The model of an earlier run: used instead of training when code, data and environment are the same. */
    reuse?: Directory,
    /** Text of a DVC configuration with credentials, as .dvc/config.local has it, where DVC tracks data. */
    dvcConfig?: Secret,
    /** Text of an AWS credentials file, for data in S3. */
    awsCredentials?: Secret,
    /** Private SSH key, for data on a host that is reached by SSH. */
    sshKey?: Secret,
    /** The folder that the DVC remote is, where it is not in the project. */
    dvcStorage?: Directory,
  ): Promise<Directory> {
    const options = { epochs, gpu: await usableGpuMode(gpu, this.settings()), reuse };
    const access = { config: dvcConfig, awsCredentials, sshKey, storage: dvcStorage };
    return trainAlone(await this.dataContext(source, data, access), options);
  }

  /** A model held against its gates, as a record: gates, should-deploy, report, assert. */
  @func()
  async evaluate(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The candidate: a model directory. */
    model: Directory,
    /** The evaluation data. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** An accepted model that the candidate must not fall behind. */
    baseline?: Directory,
    /** The image in production, which latency and answers are compared with; without it the baseline in this project's image. */
    production?: Container,
    /** Gates that a person has looked at and lets through when they are inconclusive: suspicious-gain, for example. */
    approve: string[] = [],
  ): Promise<Evaluation> {
    return evaluateAlone(await this.dataContext(source, data), model, { baseline, production, approved: approve });
  }

  /** A model held against its gates. Fails when a required one does, with the gate, the number and the limit. */
  @func()
  async validate(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The candidate: a model directory. */
    model: Directory,
    /** The evaluation data. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** An accepted model that the candidate must not fall behind. */
    baseline?: Directory,
    /** The image in production, which latency and answers are compared with; without it the baseline in this project's image. */
    production?: Container,
    /** Gates that a person has looked at and lets through when they are inconclusive: suspicious-gain, for example. */
    approve: string[] = [],
  ): Promise<string> {
    const evaluation = await this.evaluate(source, model, data, baseline, production, approve);
    return evaluation.assert();
  }

  /**
   * Candidate and production answer the same recorded requests (tests/shadow/requests.jsonl), each as the image that would
   * be deployed; only production's answers would have counted. Fails when they agree in fewer cases than the project's
   * shadow gate demands.
   */
  @func()
  async shadow(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** The candidate: a model directory. */
    model: Directory,
    /** The model in production, to be served by this project's own image. */
    baseline?: Directory,
    /** The image in production, instead of a baseline. */
    production?: Container,
  ): Promise<string> {
    return shadowAlone(await this.context(source), model, { baseline, production });
  }

  /**
   * Each column of the data held against the reference, as a record: action (nothing, look or retrain), report, assert.
   * Numbers by Kolmogorov and Smirnov's test, categories by chi-square, text by its length and its words (on 100,000 rows),
   * all by their share of missing values. A column drifted where the p-value, corrected for all tests (Benjamini–Hochberg),
   * is under data.drift.alpha (0.05) and the largest difference of probabilities is at least data.drift.min-effect (0.05);
   * fewer than data.drift.min-samples values (200) on one side are inconclusive.
   *
   * With a log of live predictions, those are compared too, and where labels are known so is the metric (monitoring.metric;
   * accuracy, or r2 of numbers): decayed when it is worse by more than monitoring.tolerance (0.05, in the metric's units) and
   * by more than noise. Fewer than monitoring.min-labels (200) labelled rows are inconclusive.
   *
   * @throws when --labels or --baseline is given without --predictions
   */
  @func({ cache: "never" })
  async drift(
    /** The project, for its configuration; its src.evaluate where a baseline is given. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** What the data are compared with: those that the accepted model was trained or accepted on. */
    reference: Directory,
    /** The current data: a folder with at least one .csv, .tsv, .jsonl or .parquet file. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** The accepted model, evaluated on the reference: its predictions and its metric are what the live ones are compared with. */
    baseline?: Directory,
    /**
     * A log of live predictions: tables with the column prediction and, optionally, score, label and the column that
     * monitoring.id names (id).
     */
    predictions?: Directory,
    /** Labels that came later: tables with the columns label and id, joined to the log by the latter. */
    labels?: Directory,
  ): Promise<Drift> {
    return compareAlone(await this.context(source), { data, reference, baseline, predictions, labels });
  }

  /**
   * What to do about the data and predictions of production: the same as drift, as a table of what was compared. Fails when
   * there is something to do; the message begins with it, `Look: …` or `Retrain: …`, and names columns, effects and limits.
   */
  @func({ cache: "never" })
  async monitor(
    /** The project, for its configuration; its src.evaluate where a baseline is given. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** What the data are compared with: those that the accepted model was trained or accepted on. */
    reference: Directory,
    /** The current data: a folder with at least one .csv, .tsv, .jsonl or .parquet file. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** The accepted model, evaluated on the reference: its predictions and its metric are what the live ones are compared with. */
    baseline?: Directory,
    /**
     * A log of live predictions: tables with the column prediction and, optionally, score, label and the column that
     * monitoring.id names (id).
     */
    predictions?: Directory,
    /** Labels that came later: tables with the columns label and id, joined to the log by the latter. */
    labels?: Directory,
  ): Promise<string> {
    const drift = await this.drift(source, reference, data, baseline, predictions, labels);
    return drift.assert();
  }

  /**
   * Whether the gates can block: each one that is in use is fed models that it must refuse, made from the given one (answers
   * shuffled, one class only, a group always wrong, a slower server, wrong answers …). A line for each; fails when a gate
   * lets one through.
   */
  @func()
  async gatesSelfTest(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** A model directory that the gates let through. */
    model: Directory,
    /** The evaluation data. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** What the spoiled models are compared with; the model itself when absent. */
    baseline?: Directory,
  ): Promise<string> {
    return selfTest(await this.dataContext(source, data), model, baseline);
  }

  /**
   * The serving image of a model: non-root, health-checked, labelled with the hashes of source, data and model. It can be
   * published when the model's manifest says that its gates passed.
   */
  @func()
  async buildImage(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** A model directory. */
    model: Directory,
  ): Promise<ModelImage> {
    return imageOf(await this.context(source), model);
  }

  /**
   * Asks a model's gates, builds its image and pushes it. Fails, and pushes nothing, when a required gate fails.
   *
   * @returns name@sha256:… as the registry has it
   */
  @func({ cache: "never" })
  async publish(
    /** The project. */
    @argument({ defaultPath: "/", ignore: NOT_SOURCE }) source: Directory,
    /** A model directory. */
    model: Directory,
    /** Where to: REGISTRY/NAME:TAG, for example localhost:5000/model:v1. */
    address: string,
    /** The evaluation data. */
    @argument({ defaultPath: "/data" }) data: Directory,
    /** An accepted model that the new one must not fall behind. */
    baseline?: Directory,
    /** The image in production, which latency and answers are compared with; without it the baseline in this project's image. */
    production?: Container,
    /** Gates that a person has looked at and lets through when they are inconclusive: suspicious-gain, for example. */
    approve: string[] = [],
    /** User name at the registry. */
    registryUser?: string,
    /** Password or token at the registry. */
    registryPassword?: Secret,
  ): Promise<string> {
    const context = await this.dataContext(source, data);
    const judged = await judgeAlone(context, model, { baseline, production, approved: approve });
    assertStages(judged.stages);
    const image = await imageOf(context, judged.model);
    return image.publish(address, registryUser, registryPassword);
  }

  /** Everything that a stage needs to know of the project and of this call. */
  private async context(source: Directory): Promise<Context> {
    return { project: await readProject(source), settings: this.settings(), since: Date.now() };
  }

  /** The same for what reads data: what DVC tracks of it is there and as the commit names it. */
  private async dataContext(source: Directory, data: Directory, access: DvcAccess = {}): Promise<DataContext> {
    return pulled({ ...(await this.context(source)), data }, access);
  }

  private settings(): Settings {
    const { pythonImage, cudaImage, packageIndex, tools } = this;
    return { pythonImage, cudaImage, packageIndex, tools: toolVersions(tools) };
  }
}

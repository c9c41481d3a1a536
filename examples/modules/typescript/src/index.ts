/** A team's own pipeline around ml-pipeline, with a stage of its own between training and publishing. */
import { argument, type Directory, dag, func, type MlPipelineRun, object, type Secret } from "@dagger.io/dagger";

/** Where the team's own stage runs; the stages of ml-pipeline run in the same image, so nothing else is pulled. */
const IMAGE = "python:3.11-slim";

/** What a model may weigh where nobody says otherwise, in megabytes. */
const MOST = 100;

/** What of a project no stage reads. */
const NOT_READ = [".git", ".venv", "**/__pycache__"];

@object()
export class TeamPipeline {
  /**
   * Trains, asks the gates and weighs the model, and pushes nothing: for a pull request.
   *
   * @returns a line for each gate, and one for the weight
   * @throws when the run failed, or the model is too heavy
   */
  @func({ cache: "never" })
  async pullRequest(
    /** The project's folder. */
    @argument({ ignore: NOT_READ }) source: Directory,
    /** The folder with the data. */
    data: Directory,
    /** What the model may weigh, in megabytes. */
    most: number = MOST,
  ): Promise<string> {
    const run = train(source, data);
    await run.assert();
    return [...(await gateLines(run)), await weigh(run.model(), most)].join("\n");
  }

  /** Gives the report of the same run, with the lines of the gates in a file of the team's own; it does not fail when a gate does. */
  @func({ cache: "session" })
  async report(
    /** The project's folder. */
    @argument({ ignore: NOT_READ }) source: Directory,
    /** The folder with the data. */
    data: Directory,
  ): Promise<Directory> {
    const run = train(source, data);
    return run.report().withNewFile("team.txt", `${(await gateLines(run)).join("\n")}\n`);
  }

  /**
   * Trains, asks the gates, weighs the model, and pushes its image when nothing of it failed.
   *
   * @returns the published image, NAME@sha256:…
   */
  @func({ cache: "never" })
  async publish(
    /** The project's folder. */
    @argument({ ignore: NOT_READ }) source: Directory,
    /** The folder with the data. */
    data: Directory,
    /** Where to push: REGISTRY/NAME:TAG. */
    address: string,
    /** What the model may weigh, in megabytes. */
    most: number = MOST,
    /** User name at the registry. */
    registryUser?: string,
    /** Password or token at the registry. */
    registryPassword?: Secret,
  ): Promise<string> {
    const run = train(source, data);
    await run.assert();
    await weigh(run.model(), most);
    return await run.image().publish(address, { registryUser, registryPassword });
  }

  /** Deploys a published image to an environment of the project, and goes back to what ran before when it does not serve. */
  @func({ cache: "never" })
  async deploy(
    /** The project's folder, whose configuration names the environment. */
    @argument({ ignore: NOT_READ }) source: Directory,
    /** The image as publish gives it: NAME@sha256:… */
    image: string,
    /** The name of a table below deploy, such as staging. */
    environment: string,
    /** The way to the cluster: the text of a kubeconfig. */
    kubeconfig: Secret,
  ): Promise<string> {
    return await dag.mlPipeline({ kubeconfig }).deploy(image, environment, { source });
  }
}

/** The run of ml-pipeline. It happens once in a session, however many of its fields are asked for. */
function train(source: Directory, data: Directory): MlPipelineRun {
  return dag.mlPipeline().run({ source, data });
}

async function gateLines(run: MlPipelineRun): Promise<string[]> {
  const gates = await run.gates();
  return await Promise.all(
    gates.map(async (gate) => `${await gate.name()} ${await gate.status()}: ${await gate.message()}`),
  );
}

/** The team's own stage: any container can stand here that reads the model, and fails when it shall not be published. */
async function weigh(model: Directory, most: number): Promise<string> {
  const said = await dag
    .container()
    .from(IMAGE)
    .withMountedDirectory("/model", model)
    .withExec(["du", "--summarize", "--bytes", "/model"])
    .stdout();
  const megabytes = Number.parseInt(said, 10) / 1e6;
  if (megabytes > most) throw new Error(`the model weighs ${megabytes.toFixed(3)} MB, and may weigh ${most} MB`);
  return `weight passed: ${megabytes.toFixed(3)} MB of at most ${most} MB`;
}

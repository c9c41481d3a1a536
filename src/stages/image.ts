import { type Container, type Directory, ImageLayerCompression } from "@dagger.io/dagger";
import { withVariables } from "../containers/app.ts";
import { runCommands } from "../containers/commands.ts";
import { withDependencies } from "../containers/dependencies.ts";
import { pythonBase } from "../containers/images.ts";
import { APP, PROGRAMS, RESULTS } from "../containers/paths.ts";
import { withHelper } from "../containers/programs.ts";
import type { Context } from "../context/context.ts";
import { type Manifest, modelFiles } from "../model/manifest.ts";
import { requireModule } from "../project/project.ts";
import { outcomeOf, type Stage, stage } from "./stage.ts";

/** The port that a served model listens on inside its container, unless `$PORT` says otherwise. */
export const PORT = 8080;

/** A user without a name or a home: a number, so that Kubernetes can see that it is not root. */
const USER = "10001:10001";

const HEALTH =
  "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8080') + '/health', timeout=3)";

export interface BuiltImage {
  readonly container: Container;
  /** `sha256:…`: the image ID, equal in every registry. */
  readonly id: string;
}

/**
 * The serving image: the dependency layer, then the project in /app, then the model in /app/models. No tests, documents,
 * test or lint tools are in it, so editing those changes no image.
 */
export function servingContainer(context: Context, model: Directory, manifest: Manifest | undefined): Container {
  const { project, settings } = context;
  const base = withDependencies(pythonBase(settings, project.config.python), project, settings);
  const image = withVariables(base, {
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    HOME: "/tmp",
    PORT: String(PORT),
  })
    .withDirectory(APP, project.app)
    .withDirectory(`${APP}/models`, modelFiles(model))
    .withWorkdir(APP)
    .withUser(USER)
    .withExposedPort(PORT)
    .withEntrypoint(["python3", "-m", "src.serve"])
    .withoutDefaultArgs()
    .withDockerHealthcheck(["python3", "-c", HEALTH], { interval: "10s", timeout: "5s", startPeriod: "60s" });
  return Object.entries(labels(manifest)).reduce((labelled, [name, value]) => labelled.withLabel(name, value), image);
}

/** Where the image came from, by content: the labels of an image that is built twice from the same are the same. */
function labels(manifest: Manifest | undefined): Record<string, string> {
  if (manifest === undefined) return {};
  return {
    "ml-pipeline.source": manifest.source,
    "ml-pipeline.data": manifest.data,
    "ml-pipeline.model": manifest.model,
    ...(manifest.rows === undefined ? {} : { "ml-pipeline.data.rows": String(manifest.rows) }),
    ...(manifest.dvc === undefined ? {} : { "ml-pipeline.data.dvc": manifest.dvc }),
  };
}

/** Builds the serving image and finds out its ID. */
export function buildImage(
  context: Context,
  model: Directory,
  manifest: Manifest | undefined,
): Promise<Stage<BuiltImage>> {
  return stage("build image", async () => {
    requireModule(context.project, "src.serve", "answers requests in the image");
    const container = servingContainer(context, model, manifest);
    const program = `${PROGRAMS}/image_id.py`;
    const result = `${RESULTS}/id`;
    const archive = container.asTarball({ forcedCompression: ImageLayerCompression.Uncompressed });
    const run = await runCommands(
      withHelper(pythonBase(context.settings, context.project.config.python), "image_id.py").withMountedFile(
        "/image.tar",
        archive,
      ),
      [{ name: "image-id", args: ["python3", program, "/image.tar", result], shown: "read the image ID" }],
      { since: context.since },
    );
    if (!run.ok) return outcomeOf<BuiltImage>(run, "");
    const id = (await run.container.file(result).contents()).trim();
    return outcomeOf<BuiltImage>(run, `image ${id}`, { container, id });
  });
}

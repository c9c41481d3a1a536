import { posix } from "node:path";
import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { importPath, withVariables } from "../containers/app.ts";
import { withServingDependencies } from "../containers/dependencies.ts";
import { pythonBase } from "../containers/images.ts";
import { APP } from "../containers/paths.ts";
import { EPOCH, withTimes } from "../containers/times.ts";
import type { Context } from "../context/context.ts";
import { protocolLabel } from "../measurements/serving/image-protocol.ts";
import { type Manifest, type ModelFlag, modelFiles, readManifest } from "../model/manifest.ts";
import { invocation } from "../project/commands/entry-point.ts";
import { modelFolder, requireEntryPoint } from "../project/project.ts";
import type { Protocol } from "../project/serving/protocol.ts";

/** A user without a name or a home: a number, so that Kubernetes can see that it is not root. */
const USER = "10001:10001";

/** A program that fails while the server is not healthy; without a path for that, while it does not listen. */
function healthProgram({ port, health }: Protocol): string {
  const current = `os.environ.get('PORT', '${port}')`;
  return health === null
    ? `import os, socket; socket.create_connection(('127.0.0.1', int(${current})), 3)`
    : `import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + ${current} + '${health}', timeout=3)`;
}

/**
 * The serving image: the dependency layer, then the project in /app, then the model in /app/models. No tests, documents,
 * test or lint tools are in it, so editing those changes no image.
 *
 * @param flag what the model came by, for a message about its manifest
 */
export async function servingContainer(context: Context, model: Directory, flag: ModelFlag): Promise<Container> {
  const { project } = context;
  const manifest = await readManifest(model, flag);
  const entry = requireEntryPoint(project, "serve", "answers requests in the image");
  const folder = `${APP}/${modelFolder(project)}`;
  const { protocol } = project;
  const port = String(protocol.port);
  const { args, env } = invocation(entry, { model: folder, port });
  const base = withServingDependencies(pythonBase(context), project, context);
  const [app, trained] = await Promise.all([
    layerOf(context, APP, project.image),
    layerOf(context, folder, modelFiles(model)),
  ]);
  const image = withVariables(base, {
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    HOME: "/tmp",
    PORT: port,
    ...importPath(project),
    ...env,
  })
    .withDirectory("/", app)
    .withDirectory("/", trained)
    .with((built) => withWritable(built, context.config.image["writable-folders"]))
    .withWorkdir(entry.folder === undefined ? APP : `${APP}/${entry.folder}`)
    .withUser(USER)
    .withExposedPort(protocol.port)
    .withEntrypoint([...args])
    .withoutDefaultArgs()
    .withDockerHealthcheck(["python3", "-c", healthProgram(protocol)], {
      interval: "10s",
      timeout: "5s",
      startPeriod: `${Math.ceil(protocol.readySeconds)}s`,
    });
  const labelled = { ...labels(manifest), ...protocolLabel(protocol) };
  return Object.entries(labelled).reduce((result, [name, value]) => result.withLabel(name, value), image);
}

/** Everybody may read it: a checkout of a person with a strict umask has files that the image's user could not open. */
const READABLE = 0o755;

/** Any user may be set where the image runs. */
const WRITABLE = 0o777;

/** Lets any user write to folders of the project, which need not exist. */
const withWritable = (image: Container, folders: readonly string[]): Container =>
  folders.length === 0 ? image : image.withDirectory("/", writableFolders(folders).withTimestamps(EPOCH));

/**
 * A new directory gives its permissions to the folders above it that it makes, and one that is there keeps its own: what is above is
 * made first.
 */
const writableFolders = (folders: readonly string[]): Directory =>
  folders
    .map((folder) => posix.join(APP, folder))
    .sort()
    .reduce(
      (made, path) =>
        made
          .withNewDirectory(posix.dirname(path), { permissions: READABLE })
          .withNewDirectory(path, { permissions: WRITABLE }),
      dag.directory(),
    );

/**
 * Gives all files of a layer, and the folders above them, one fixed time and mode, so that no clock and no umask of whoever
 * made them is in the image. Parent folders that the container would create have the current time, hence the whole path in one
 * directory.
 */
const layerOf = (context: Context, path: string, files: Directory): Promise<Directory> =>
  withTimes(context, dag.directory().withDirectory(path, files, { permissions: READABLE }), EPOCH);

/** Labels with the content hashes that the image was built from. */
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

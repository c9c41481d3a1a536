import { posix } from "node:path";
import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { DATA_FOLDER, type DataCommand, foldersOfData, holdsCode } from "../project/commands/data-folders.ts";
import { asksFor, type EntryPoint, invocation } from "../project/commands/entry-point.ts";
import { exactPattern } from "../project/left-out.ts";
import { hasSourceLayout } from "../project/packages.ts";
import { modelFolder, type Project } from "../project/project.ts";
import { shellWords } from "./command-words.ts";
import type { Command } from "./commands.ts";
import { withDependencies, withDevelopmentDependencies } from "./dependencies.ts";
import { pythonBase } from "./images.ts";
import { APP, BASELINE, DATA, MODELS } from "./paths.ts";
import type { Runtime } from "./runtime.ts";

/** What is needed to run a project's own code in a container. */
export interface ProjectRuntime extends Runtime {
  readonly project: Project;
}

/** Fixes seeds and times, so that equal inputs give equal bytes. 315532800 is 1980-01-01, the earliest date in a zip file. */
const REPRODUCIBLE = { PYTHONHASHSEED: "0", SOURCE_DATE_EPOCH: "315532800" };

/** Shows output at once, and keeps byte code out of the project's files. */
const PYTHON = { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };

export const withVariables = (container: Container, variables: Readonly<Record<string, string>>): Container =>
  Object.entries(variables).reduce((result, [name, value]) => result.withEnvVariable(name, value), container);

/** A container with the project's dependencies and `files` in /app. */
export function appContainer({ project, ...runtime }: ProjectRuntime, files: Directory, base?: Container): Container {
  const container = withDependencies(base ?? pythonBase(runtime), project, runtime);
  return inApp(container, project, files);
}

/** As `appContainer`, with the project's development dependencies, for lint and tests. */
export function developmentContainer({ project, ...runtime }: ProjectRuntime, files: Directory): Container {
  return inApp(withDevelopmentDependencies(pythonBase(runtime), project, runtime), project, files);
}

/** A container with `files` in /app and none of the packages that the project needs. */
export const codeContainer = ({ project, ...runtime }: ProjectRuntime, files: Directory): Container =>
  inApp(pythonBase(runtime), project, files);

/** Where Python finds the project's packages beside the folder that it is run in. */
export const importPath = ({
  pythonFiles,
  dependencies,
}: Pick<Project, "pythonFiles" | "dependencies">): Readonly<Record<string, string>> =>
  hasSourceLayout(pythonFiles, dependencies.installsItself) ? { PYTHONPATH: `${APP}/src` } : {};

const inApp = (container: Container, project: Project, files: Directory): Container =>
  withVariables(container, { ...PYTHON, ...REPRODUCIBLE, ...importPath(project) })
    .withMountedDirectory(APP, files)
    .withWorkdir(APP);

/** A folder that a command finds in its container. */
export interface Mount {
  readonly path: string;
  readonly directory: Directory;
}

export const withMounts = (container: Container, mounts: readonly Mount[]): Container =>
  mounts.reduce((result, { path, directory }) => result.withMountedDirectory(path, directory), container);

/**
 * Mounts the data at `$DATA_DIR`, and in the project's folder of data, where its code may read them as well.
 *
 * @param commands those that have run: what they wrote to other folders of the project is found there
 */
export const withData = (
  container: Container,
  project: Project,
  data: Directory,
  commands?: readonly DataCommand[],
): Container => withMounts(container.withEnvVariable("DATA_DIR", DATA), dataMounts(project, data, commands));

/** Where the data are for a command of the project. */
export function dataMounts(project: Project, data: Directory, commands?: readonly DataCommand[]): Mount[] {
  const { dataFolder } = project;
  return [
    { path: DATA, directory: data },
    // At the project's top they are already.
    ...(dataFolder === "." ? [] : [{ path: `${APP}/${dataFolder}`, directory: besideCode(project, data) }]),
    ...foldersOfData(project, commands).map((folder) => ({
      path: `${APP}/${folder}`,
      directory: data.directory(folder),
    })),
  ];
}

/** The data with the code that is in their folder. */
const besideCode = ({ dataFolder, pythonFiles, app }: Project, data: Directory): Directory =>
  holdsCode(pythonFiles, dataFolder) && dataFolder !== DATA_FOLDER
    ? app.directory(dataFolder).withDirectory(".", data)
    : data;

/** The data in `data/` of the folder that a command runs in as well, unless that is code. */
export const dataBeside = (
  { pythonFiles }: Pick<Project, "pythonFiles">,
  { folder }: EntryPoint,
  data: Directory,
): Mount[] =>
  folder === undefined || pythonFiles.some((path) => path.startsWith(`${folder}/data/`))
    ? []
    : [{ path: `${APP}/${folder}/data`, directory: data }];

/** Mounts the model at `$MODEL_DIR`, and in the folder of the project that a server finds it in, where others may read it as well. */
export const withModel = (container: Container, project: Project, model: Directory): Container =>
  container
    .withMountedDirectory(`${APP}/${modelFolder(project)}`, model)
    .withMountedDirectory(MODELS, model)
    .withEnvVariable("MODEL_DIR", MODELS);

/** The folder that a command writes to: the one that it is told, unless its settings name the one that it writes to whatever it is told. */
export const writtenBy = ({ outputFolder }: EntryPoint, told: string): string =>
  outputFolder === undefined ? told : posix.join(APP, outputFolder);

/** The project's files for a command, without what the checkout has where the command writes: that is not of this run. */
export const filesFor = ({ app }: Project, { outputFolder }: EntryPoint): Directory =>
  outputFolder === undefined ? app : app.filter({ exclude: [exactPattern(outputFolder)] });

/** The accepted model for a command that asks for it: an empty folder where there is none. */
export const baselineMount = (entry: EntryPoint, baseline: Directory | undefined): Mount[] =>
  asksFor(entry, "baseline") ? [{ path: BASELINE, directory: baseline ?? dag.directory() }] : [];

/**
 * A command of the project, told what it asks for.
 *
 * @param name of its log
 * @param values what may be asked for, by the names in braces
 */
export function projectCommand(name: string, entry: EntryPoint, values: Readonly<Record<string, string>>): Command {
  const { args, env } = invocation(entry, values);
  const shown = args[0] === "python3" ? ["python", ...args.slice(1)] : args;
  return {
    ...{ name, args, shown: shellWords(shown) },
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(entry.folder === undefined ? {} : { folder: `${APP}/${entry.folder}` }),
  };
}

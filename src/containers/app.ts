import type { Container, Directory } from "@dagger.io/dagger";
import type { Project } from "../project/project.ts";
import { withDependencies, withDevelopmentDependencies } from "./dependencies.ts";
import { pythonBase } from "./images.ts";
import { APP, DATA, MODELS } from "./paths.ts";
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
  return inApp(container, files);
}

/** As `appContainer`, with the project's development dependencies, for lint and tests. */
export function developmentContainer({ project, ...runtime }: ProjectRuntime, files: Directory): Container {
  return inApp(withDevelopmentDependencies(pythonBase(runtime), project, runtime), files);
}

const inApp = (container: Container, files: Directory): Container =>
  withVariables(container, { ...PYTHON, ...REPRODUCIBLE })
    .withMountedDirectory(APP, files)
    .withWorkdir(APP);

export const withData = (container: Container, data: Directory): Container =>
  container.withMountedDirectory(DATA, data).withEnvVariable("DATA_DIR", DATA);

/** Mounts the model at `$MODEL_DIR`, and in `models/` of the project, where the project contract also allows to read it. */
export const withModel = (container: Container, model: Directory): Container =>
  container
    .withMountedDirectory(`${APP}/models`, model)
    .withMountedDirectory(MODELS, model)
    .withEnvVariable("MODEL_DIR", MODELS);

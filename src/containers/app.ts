import type { Container, Directory } from "@dagger.io/dagger";
import type { Project } from "../project/project.ts";
import { withDependencies, withDevelopmentDependencies } from "./dependencies.ts";
import { pythonBase } from "./images.ts";
import { APP, DATA, MODELS } from "./paths.ts";
import type { Runtime } from "./runtime.ts";

/** What it takes to run a project's own code in a container. */
export interface ProjectRuntime extends Runtime {
  readonly project: Project;
}

/** Fixed seeds and times, for the same bytes from the same inputs. 315532800 is 1980-01-01, the earliest that zip files know. */
const REPRODUCIBLE = { PYTHONHASHSEED: "0", SOURCE_DATE_EPOCH: "315532800" };

/** Output appears at once, and no byte code is left among the project's files. */
const PYTHON = { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };

export const withVariables = (container: Container, variables: Readonly<Record<string, string>>): Container =>
  Object.entries(variables).reduce((result, [name, value]) => result.withEnvVariable(name, value), container);

/** The project's environment, ready to run `files` in /app. */
export function appContainer({ project, ...runtime }: ProjectRuntime, files: Directory, base?: Container): Container {
  const container = withDependencies(base ?? pythonBase(runtime), project, runtime);
  return inApp(container, files);
}

/** The same with the project's development dependencies, for lint and tests. */
export function developmentContainer({ project, ...runtime }: ProjectRuntime, files: Directory): Container {
  return inApp(withDevelopmentDependencies(pythonBase(runtime), project, runtime), files);
}

const inApp = (container: Container, files: Directory): Container =>
  withVariables(container, { ...PYTHON, ...REPRODUCIBLE })
    .withMountedDirectory(APP, files)
    .withWorkdir(APP);

export const withData = (container: Container, data: Directory): Container =>
  container.withMountedDirectory(DATA, data).withEnvVariable("DATA_DIR", DATA);

/** The model where the contract has it: in `models/` of the project's folder, which `$MODEL_DIR` names. */
export const withModel = (container: Container, model: Directory): Container =>
  container
    .withMountedDirectory(`${APP}/models`, model)
    .withMountedDirectory(MODELS, model)
    .withEnvVariable("MODEL_DIR", MODELS);

import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { stringify } from "smol-toml";
import { parseToml } from "../config/toml.ts";
import { isObject } from "../json.ts";
import type { Project } from "../project/project.ts";
import type { PythonImage } from "./images.ts";
import { VENV } from "./paths.ts";
import { uvCommand, withoutUv, withUv } from "./tools.ts";

/*
 * The project's dependencies, in a virtual environment of their own layer. The layer's only input is what locks them: a
 * change of source, of settings or of this pipeline's configuration installs nothing.
 */

/** Where requirements are put while they are installed. */
const LOCK = "/opt/ml-pipeline/lock";

/** `base` with what the project needs to train and to serve, in `/opt/venv`, first on PATH. */
export function withDependencies(base: Container, project: Project, image: PythonImage): Container {
  return install(base, project, image, runtimeCommands(project));
}

/** What tests and type checks see: the same, and the project's own development dependencies where it declares some. */
export function withDevelopmentDependencies(base: Container, project: Project, image: PythonImage): Container {
  const runtime = withDependencies(base, project, image);
  const commands = developmentCommands(project);
  return commands.length === 0 ? runtime : install(runtime, project, image, commands);
}

function install(base: Container, project: Project, image: PythonImage, commands: string[][]): Container {
  const ready = withUv(base, image)
    .withMountedDirectory(LOCK, lockFolder(project))
    .withWorkdir(LOCK)
    .withEnvVariable("UV_PROJECT_ENVIRONMENT", VENV)
    .withEnvVariable("VIRTUAL_ENV", VENV)
    .withEnvVariable("PATH", `${VENV}/bin:/usr/local/bin:/usr/bin:/bin`);
  const installed = commands.reduce((container, command) => container.withExec(uvCommand(image, ...command)), ready);
  return withoutUv(installed).withoutMount(LOCK).withoutEnvVariable("UV_PROJECT_ENVIRONMENT").withWorkdir("/");
}

function runtimeCommands({ dependencies, files }: Project): string[][] {
  const create = ["venv", "--quiet", "--allow-existing", "--python", "python3", VENV];
  switch (dependencies) {
    case "uv.lock":
      return [create, ["sync", "--quiet", "--frozen", "--no-install-project", "--no-default-groups"]];
    case "requirements.txt":
      return [create, pipInstall("requirements.txt", files.requirements ?? "")];
    case "pyproject.toml":
      return [create, ["pip", "install", "--quiet", "--requirement", "pyproject.toml"]];
    case "none":
      return [create];
  }
}

function developmentCommands({ dependencies, files }: Project): string[][] {
  if (files.developmentRequirements !== undefined)
    return [pipInstall("requirements-dev.txt", files.developmentRequirements)];
  if (dependencies === "uv.lock") return [["sync", "--quiet", "--frozen", "--no-install-project"]];
  return [];
}

/** With hashes in the file, everything must have one and match it. */
function pipInstall(file: string, text: string): string[] {
  const hashes = /(^|\s)--hash=/.test(text) ? ["--require-hashes"] : [];
  return ["pip", "install", "--quiet", ...hashes, "--requirement", file];
}

function lockFolder(project: Project): Directory {
  const { files, source } = project;
  let folder = dag.directory();
  if (files.requirements !== undefined) folder = folder.withNewFile("requirements.txt", files.requirements);
  if (files.developmentRequirements !== undefined) {
    folder = folder.withNewFile("requirements-dev.txt", files.developmentRequirements);
  }
  if (project.dependencies === "uv.lock") folder = folder.withFile("uv.lock", source.file("uv.lock"));
  if (files.pyproject !== undefined && project.dependencies !== "requirements.txt") {
    folder = folder.withNewFile("pyproject.toml", dependencyTables(files.pyproject));
  }
  return folder;
}

/** What of pyproject.toml decides about dependencies; the rest may change without a new installation. */
export function dependencyTables(pyproject: string): string {
  const { project, "dependency-groups": groups, tool } = parseToml("pyproject.toml", pyproject);
  const uv = isObject(tool) ? tool.uv : undefined;
  return stringify({
    ...(project === undefined ? {} : { project: resolutionPart(project) }),
    ...(groups === undefined ? {} : { "dependency-groups": groups }),
    ...(uv === undefined ? {} : { tool: { uv } }),
  });
}

/** What resolves dependencies: not the version, the readme or the authors, which may change without a new installation. */
function resolutionPart(project: unknown): unknown {
  if (!isObject(project)) return project;
  const { name, dependencies, "requires-python": python, "optional-dependencies": optional } = project;
  const kept = { name, dependencies, "requires-python": python, "optional-dependencies": optional };
  return { version: "0", ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) };
}

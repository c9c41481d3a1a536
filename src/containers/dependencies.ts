import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { stringify } from "smol-toml";
import { parseToml } from "../config/toml.ts";
import { UserError } from "../errors.ts";
import { isObject } from "../json.ts";
import { type DependencyFiles, requirementsOf, withoutEditable } from "../project/dependency-files.ts";
import type { Project } from "../project/project.ts";
import type { PythonImage } from "./images.ts";
import { withInstalled } from "./install.ts";
import { VENV } from "./paths.ts";
import { uvCommand, withoutUv, withUv } from "./tools.ts";

/*
 * The project's dependencies, in a virtual environment in its own layer. Only the files that lock the dependencies are
 * inputs of that layer, so that a change of the source or the configuration does not reinstall them.
 */

/** Mount point of the requirements during the installation. */
const LOCK = "/opt/ml-pipeline/lock";

/** Installs what the project needs to train and to serve into `/opt/venv` and puts that first on PATH. */
export function withDependencies(base: Container, project: Project, image: PythonImage): Container {
  return install(base, project, image, runtimeCommands(project));
}

/** As `withDependencies`, plus the development dependencies that the project declares, for tests and type checks. */
export function withDevelopmentDependencies(base: Container, project: Project, image: PythonImage): Container {
  const runtime = withDependencies(base, project, image);
  const commands = developmentCommands(project);
  return commands.length === 0 ? runtime : install(runtime, project, image, commands);
}

function install(base: Container, project: Project, image: PythonImage, commands: string[][]): Container {
  if (project.dependencies === "uv.lock" && project.staleLock !== undefined) {
    throw new UserError(`uv.lock is stale: ${project.staleLock}. Run "uv lock" and commit it.`);
  }
  const ready = withUv(base, image)
    .withMountedDirectory(LOCK, lockFolder(project))
    .withWorkdir(LOCK)
    .withEnvVariable("UV_PROJECT_ENVIRONMENT", VENV)
    .withEnvVariable("VIRTUAL_ENV", VENV)
    .withEnvVariable("PATH", `${VENV}/bin:/usr/local/bin:/usr/bin:/bin`);
  const lines = commands.map((command) => uvCommand(image, "dropped", ...command));
  const installed = withInstalled(ready, image, lines);
  return withoutUv(installed).withoutMount(LOCK).withoutEnvVariable("UV_PROJECT_ENVIRONMENT").withWorkdir("/");
}

function runtimeCommands({ dependencies, dependencyFiles }: Project): string[][] {
  const create = ["venv", "--quiet", "--allow-existing", "--python", "python3", VENV];
  switch (dependencies) {
    case "uv.lock":
      return [create, ["sync", "--quiet", "--frozen", "--no-install-project", "--no-editable", "--no-default-groups"]];
    case "requirements.txt":
      return [create, pipInstall("requirements.txt", dependencyFiles)];
    case "pyproject.toml":
      return [create, ["pip", "install", "--quiet", "--requirement", "pyproject.toml"]];
    case "none":
      return [create];
  }
}

function developmentCommands({ dependencies, dependencyFiles, files }: Project): string[][] {
  if (files.developmentRequirements !== undefined) return [pipInstall("requirements-dev.txt", dependencyFiles)];
  if (dependencies === "uv.lock") return [["sync", "--quiet", "--frozen", "--no-install-project", "--no-editable"]];
  return [];
}

/** If the file or one that it names has hashes, every requirement must have one and match it. */
function pipInstall(file: string, files: DependencyFiles): string[] {
  const texts = Object.values(requirementsOf(file, files));
  const hashes = texts.some((text) => /(^|\s)--hash=/.test(text)) ? ["--require-hashes"] : [];
  return ["pip", "install", "--quiet", ...hashes, "--requirement", file];
}

/** The packages of the project's own that are installed; undefined where it has none. */
export function localPackages({ source, dependencyFiles: { packages } }: Project): Directory | undefined {
  if (packages.length === 0) return undefined;
  return source.filter({ include: packages.flatMap((path) => [path, `${path}/**`]) });
}

function lockFolder(project: Project): Directory {
  const { files, source, dependencyFiles } = project;
  const packages = localPackages(project);
  let folder = packages === undefined ? dag.directory() : dag.directory().withDirectory("/", packages);
  for (const [path, text] of Object.entries(dependencyFiles.requirements)) {
    folder = folder.withNewFile(path, withoutEditable(text));
  }
  if (project.dependencies === "uv.lock") folder = folder.withFile("uv.lock", source.file("uv.lock"));
  if (files.pyproject !== undefined && project.dependencies !== "requirements.txt") {
    folder = folder.withNewFile("pyproject.toml", dependencyTables(files.pyproject));
  }
  return folder;
}

/** The parts of pyproject.toml that determine the dependencies; a change of the others does not reinstall them. */
export function dependencyTables(pyproject: string): string {
  const { project, "dependency-groups": groups, tool } = parseToml("pyproject.toml", pyproject);
  const uv = isObject(tool) ? tool.uv : undefined;
  return stringify({
    ...(project === undefined ? {} : { project: resolutionPart(project) }),
    ...(groups === undefined ? {} : { "dependency-groups": groups }),
    ...(uv === undefined ? {} : { tool: { uv } }),
  });
}

/** The keys of the project table that determine the dependencies, so without version, readme and authors. */
function resolutionPart(project: unknown): unknown {
  if (!isObject(project)) return project;
  const { name, dependencies, "requires-python": python, "optional-dependencies": optional } = project;
  const kept = { name, dependencies, "requires-python": python, "optional-dependencies": optional };
  return { version: "0", ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) };
}

import { posix } from "node:path";
import { type Container, type Directory, dag, type File } from "@dagger.io/dagger";
import { stringify } from "smol-toml";
import { parseToml } from "../config/toml.ts";
import { UserError } from "../errors.ts";
import { canonicalJson, isObject } from "../json.ts";
import { requirementsOf, withoutEditable } from "../project/dependencies/files.ts";
import { type Dependencies, MADE, MADE_FOR_DEVELOPMENT } from "../project/dependencies/read.ts";
import type { Project } from "../project/project.ts";
import { inRepository } from "../project/repository.ts";
import { withCondaPackages } from "./conda.ts";
import type { PythonImage } from "./images.ts";
import { pythonBase } from "./images.ts";
import { withInstalled } from "./install.ts";
import { BUILD_FILES, withOwnPackage } from "./own-package.ts";
import { PDM_TOOL, POETRY_TOOL, VENV } from "./paths.ts";
import { programPath, withoutProgram, withProgram } from "./programs.ts";
import { uvCommand, withoutUv, withTools, withUv } from "./tools.ts";

/*
 * The project's dependencies, in a virtual environment in its own layer. Only the files that lock the dependencies are
 * inputs of that layer, so that a change of the source or the configuration does not reinstall them.
 */

/** Mount point of the requirements during the installation. */
const LOCK = "/opt/ml-pipeline/lock";

/** Installs what the project needs to train and to serve into `/opt/venv` and puts that first on PATH. */
export function withDependencies(base: Container, project: Project, image: PythonImage): Container {
  return withOwnPackage(withRequirements(base, project, image), project, image);
}

/** The packages that the project needs, without the project itself. */
function withRequirements(base: Container, project: Project, image: PythonImage): Container {
  const { dependencies } = project;
  const ready = withSystemPackages(base, dependencies.systemPackages, image);
  return install(ready, project, image, runtimeCommands(dependencies));
}

/** What the serving image has: the same, with its own packages of Debian. */
export function withServingDependencies(base: Container, project: Project, image: PythonImage): Container {
  const { dependencies } = project;
  const { systemPackages, servingSystemPackages } = dependencies;
  if (systemPackages.join() === servingSystemPackages.join()) return withDependencies(base, project, image);
  // What was built with a compiler runs without it.
  const built = withDependencies(base, project, image).directory(VENV);
  const served = withSystemPackages(base, servingSystemPackages, image)
    .withDirectory(VENV, built)
    .withEnvVariable("VIRTUAL_ENV", VENV)
    .withEnvVariable("PATH", `${VENV}/bin:/usr/local/bin:/usr/bin:/bin`);
  return dependencies.conda?.solution === undefined ? served : served.withEnvVariable("CONDA_PREFIX", VENV);
}

/** Installs packages of Debian in a layer of their own. */
function withSystemPackages(base: Container, packages: readonly string[], image: PythonImage): Container {
  if (packages.length === 0) return base;
  const ready = withProgram(base, "install_debian.py");
  const installed = withInstalled(ready, image, [["python3", programPath("install_debian.py"), ...packages]]);
  return withoutProgram(installed, "install_debian.py");
}

/** As `withDependencies`, plus the development dependencies that the project declares, for tests and type checks. */
export function withDevelopmentDependencies(base: Container, project: Project, image: PythonImage): Container {
  const runtime = withRequirements(base, project, image);
  const commands = developmentCommands(project.dependencies);
  // `uv sync` removes what the lock file does not have, so the project comes last.
  const ready = commands.length === 0 ? runtime : install(runtime, project, image, commands);
  return withOwnPackage(ready, project, image);
}

function install(base: Container, project: Project, image: PythonImage, commands: readonly string[][]): Container {
  const { staleLock } = project.dependencies;
  if (staleLock !== undefined) {
    throw new UserError(`uv.lock is stale: ${staleLock}. Run "uv lock" and commit it.`);
  }
  const ready = withUv(base, image)
    .withMountedDirectory(LOCK, lockFolder(project, image))
    .withWorkdir(posix.join(LOCK, project.repository.root))
    .withEnvVariable("UV_PROJECT_ENVIRONMENT", VENV)
    .withEnvVariable("VIRTUAL_ENV", VENV)
    .withEnvVariable("PATH", `${VENV}/bin:/usr/local/bin:/usr/bin:/bin`);
  // Requirements have their paths in the repository, and the project's folder is where they are read.
  const at = (argument: string): string =>
    project.dependencies.files.requirements[argument] === undefined
      ? argument
      : posix.relative(project.repository.root, argument);
  const lines = commands.map((command) => uvCommand(image, "dropped", ...command.map(at)));
  const { conda } = project.dependencies;
  const packed = conda?.solution === undefined ? ready : withCondaPackages(ready, conda.solution, image);
  const installed = withInstalled(packed, image, lines, VENV);
  return withoutUv(installed).withoutMount(LOCK).withoutEnvVariable("UV_PROJECT_ENVIRONMENT").withWorkdir("/");
}

const CREATE = ["venv", "--quiet", "--allow-existing", "--python", "python3", VENV];
const SYNC = ["sync", "--quiet", "--frozen", "--no-install-project", "--no-editable"];

function runtimeCommands(dependencies: Dependencies): string[][] {
  const { kind, extras, runtime } = dependencies;
  switch (kind) {
    case "uv.lock":
      return [CREATE, [...SYNC, "--no-default-groups", ...flags("--extra", extras)]];
    case "pylock.toml":
      return [CREATE, ["pip", "install", "--quiet", "--requirement", "pylock.toml"]];
    case "poetry.lock":
    case "pdm.lock":
      return [CREATE, ["pip", "install", "--quiet", "--requirement", MADE]];
    case "none":
      return [CREATE];
    case "environment.yml":
      return dependencies.conda?.solution === undefined
        ? [CREATE, ...pipInstall(dependencies, runtime, extras)]
        : pipInstall(dependencies, runtime, extras);
    default:
      return [CREATE, ...pipInstall(dependencies, runtime, extras)];
  }
}

function developmentCommands(dependencies: Dependencies): string[][] {
  const { kind, development, extras, developmentExtras, developmentGroups } = dependencies;
  const locked = locksDevelopment(dependencies)
    ? [["pip", "install", "--quiet", "--requirement", MADE_FOR_DEVELOPMENT]]
    : kind === "uv.lock" && development.length === 0
      ? [[...SYNC, ...flags("--extra", [...extras, ...developmentExtras]), ...flags("--group", developmentGroups)]]
      : [];
  const ofMetadata =
    dependencies.metadata === undefined || developmentExtras.length + developmentGroups.length === 0
      ? []
      : [metadataInstall(dependencies.metadata, [...extras, ...developmentExtras], developmentGroups)];
  const files = development.filter((path) => (dependencies.files.requirements[path] ?? "").trim() !== "");
  return [...locked, ...ofMetadata, ...pipInstall({ ...dependencies, metadata: undefined }, files, [])];
}

const locksDevelopment = ({ kind }: Dependencies): boolean => kind === "poetry.lock" || kind === "pdm.lock";

const flags = (flag: string, values: readonly string[]): string[] => values.flatMap((value) => [flag, value]);

/** If the files or those that they name have hashes, every requirement must have one and match it. */
function pipInstall(
  { files, metadata }: Dependencies,
  paths: readonly string[],
  extras: readonly string[],
): string[][] {
  const texts = paths.flatMap((path) => Object.values(requirementsOf(path, files)));
  const hashes = texts.some((text) => /(^|\s)--hash=/.test(text)) ? ["--require-hashes"] : [];
  return [
    ...(paths.length === 0 ? [] : [["pip", "install", "--quiet", ...hashes, ...flags("--requirement", paths)]]),
    ...(metadata === undefined ? [] : [metadataInstall(metadata, extras, [])]),
  ];
}

/** Groups are pyproject.toml's alone. */
const metadataInstall = (metadata: string, extras: readonly string[], groups: readonly string[]): string[] => [
  ...["pip", "install", "--quiet", "--requirement", metadata, ...flags("--extra", extras)],
  ...flags("--group", groups),
];

/** The packages of the project's own that are installed; undefined where it has none. */
export function localPackages({ source, repository, dependencies }: Project): Directory | undefined {
  const { packages } = dependencies.files;
  const own = buildFiles(dependencies);
  if (packages.length + own.length === 0) return undefined;
  const { root } = repository;
  // The project may be a member of its own workspace, and is no package that it needs.
  const others = root === "" ? repository.source : repository.source.withoutDirectory(root);
  const named = others.filter({ include: packages.flatMap((path) => [path, `${path}/**`]) });
  const found = packages.length === 0 ? dag.directory() : named;
  return own.length === 0 ? found : found.withDirectory(root === "" ? "/" : root, source.filter({ include: [...own] }));
}

/** What the metadata of a package may be made of, where a program makes them. Its modules are not among it. */
const buildFiles = ({ metadata }: Dependencies): readonly string[] =>
  metadata === "setup.py" || metadata === "setup.cfg" ? [...BUILD_FILES, "pyproject.toml"] : [];

function lockFolder(project: Project, image: PythonImage): Directory {
  const { files, source, dependencies, repository } = project;
  const at = (path: string): string => inRepository(repository, path);
  const packages = localPackages(project);
  let folder = packages === undefined ? dag.directory() : dag.directory().withDirectory("/", packages);
  for (const [path, text] of Object.entries(dependencies.files.requirements)) {
    folder = folder.withNewFile(path, withoutEditable(text));
  }
  for (const lock of ["uv.lock", "pylock.toml"]) {
    if (dependencies.kind === lock && dependencies.workspace === undefined) {
      folder = folder.withFile(at(lock), source.file(lock));
    }
  }
  if (dependencies.workspace !== undefined) {
    const { folder: above, pyproject } = dependencies.workspace;
    const lock = posix.join(above, "uv.lock");
    folder = folder
      .withFile(lock, repository.source.file(lock))
      .withNewFile(posix.join(above, "pyproject.toml"), dependencyTables(pyproject));
  }
  if (
    files.pyproject !== undefined &&
    (dependencies.kind === "uv.lock" || dependencies.metadata === "pyproject.toml")
  ) {
    folder = folder.withNewFile(at("pyproject.toml"), dependencyTables(files.pyproject));
  }
  const exported = exportedLock(project, image);
  return exported === undefined
    ? folder
    : folder.withFile(at(MADE), exported.runtime).withFile(at(MADE_FOR_DEVELOPMENT), exported.development);
}

/** What a lock file has that only its own tool can read. */
function exportedLock(
  project: Project,
  image: PythonImage,
): { readonly runtime: File; readonly development: File } | undefined {
  const { dependencies, files, source, repository } = project;
  const { kind, extras } = dependencies;
  if (kind !== "poetry.lock" && kind !== "pdm.lock") return undefined;
  const tool = kind === "poetry.lock" ? POETRY_TOOL : PDM_TOOL;
  const module = kind === "poetry.lock" ? "poetry" : "pdm";
  const inputs = source.filter({ include: [kind] }).withNewFile("pyproject.toml", lockedTables(files.pyproject ?? ""));
  // Packages of the repository are exported with their whole paths, so the project lies where it will be installed from.
  const folder = posix.join(LOCK, repository.root);
  const container = withTools(pythonBase(image), tool, image)
    .withMountedDirectory(LOCK, localPackages(project) ?? dag.directory())
    .withMountedDirectory(folder, inputs)
    .withWorkdir(folder);
  const run = (file: string, ...args: readonly string[]): File =>
    container
      .withExec([
        // The folder of a package is gone after the installation, so none is installed as a link to it.
        ...["sh", "-ec", `"$@"; sed -i 's/^-e //' /tmp/${file}`, "sh"],
        ...["env", `PYTHONPATH=${tool}`, "POETRY_VIRTUALENVS_CREATE=false", "PDM_CHECK_UPDATE=false"],
        ...["python3", "-m", module, "export", ...args, "--output", `/tmp/${file}`],
      ])
      .file(`/tmp/${file}`);
  // PDM exports hashes for all packages or for none, and a folder has none.
  const plain = ["--format", "requirements", ...(dependencies.files.packages.length === 0 ? [] : ["--no-hashes"])];
  return module === "poetry"
    ? {
        runtime: run(MADE, "--format", "requirements.txt", ...flags("--extras", extras)),
        development: run(MADE_FOR_DEVELOPMENT, "--format", "requirements.txt", "--all-groups", "--all-extras"),
      }
    : {
        runtime: run(MADE, ...plain, "--prod", ...flags("--group", extras)),
        development: run(MADE_FOR_DEVELOPMENT, ...plain, "--group", ":all"),
      };
}

/** The parts of pyproject.toml that a lock file was made of. */
function lockedTables(pyproject: string): string {
  const { tool, "build-system": build, project, "dependency-groups": groups } = parseToml("pyproject.toml", pyproject);
  const { poetry, pdm } = isObject(tool) ? tool : {};
  const tools = { ...(poetry === undefined ? {} : { poetry }), ...(pdm === undefined ? {} : { pdm }) };
  return stringify({
    ...(project === undefined ? {} : { project }),
    ...(groups === undefined ? {} : { "dependency-groups": groups }),
    ...(build === undefined ? {} : { "build-system": build }),
    ...(Object.keys(tools).length === 0 ? {} : { tool: tools }),
  });
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

/**
 * What the runtime environment is made of, to be hashed; beside it there are the packages of the project's own.
 *
 * @param texts those of `lockTexts`
 */
export function lockedContent({ files, dependencies }: Project, texts: Readonly<Record<string, string>>): unknown {
  const { kind, extras, metadata, systemPackages } = dependencies;
  const lock = isLockFile(kind) ? texts[kind] : texts;
  const tables = metadata === "pyproject.toml" ? [dependencyTables(files.pyproject ?? "")] : [];
  const more = extras.length + systemPackages.length === 0 ? [] : [extras, systemPackages];
  const solution = dependencies.conda?.solution === undefined ? [] : [dependencies.conda.solution];
  return [kind, lock, ...tables, ...more, ...solution, ...(dependencies.isPackage ? ["package"] : [])];
}

/** What lint and tests have beside it, to be hashed. */
export function developmentContent(project: Project): unknown {
  const { files, dependencies } = project;
  const { kind, metadata } = dependencies;
  const ofTables = kind === "uv.lock" || metadata === "pyproject.toml";
  const tables = ofTables && files.pyproject !== undefined ? [dependencyTables(files.pyproject)] : [];
  return [developmentCommands(dependencies), developmentTexts(project), ...tables];
}

/** Requirements that only lint and tests need, by their paths. */
export const developmentTexts = ({ dependencies: { development, files } }: Project): Record<string, string> =>
  Object.assign({}, ...development.map((path) => requirementsOf(path, files)));

/** The same as texts by the paths of the files that they are from, to name one that changed. */
export function dependencyTexts(
  { files, dependencies: { conda, metadata } }: Project,
  texts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (conda?.solution !== undefined) return { [conda.file]: canonicalJson([conda.solution, texts]) };
  const tables = metadata === "pyproject.toml" ? dependencyTables(files.pyproject ?? "") : undefined;
  return tables === undefined ? texts : { ...texts, "pyproject.toml": tables };
}

/** The texts of the lock file, or of the requirements and all that they name. */
export async function lockTexts({ source, dependencies, repository }: Project): Promise<Record<string, string>> {
  const { kind, runtime, workspace } = dependencies;
  if (!isLockFile(kind)) {
    return Object.assign({}, ...runtime.map((path) => requirementsOf(path, dependencies.files)));
  }
  const locks = workspace === undefined ? source : repository.source.directory(workspace.folder || ".");
  return { [kind]: await locks.file(kind).contents() };
}

const isLockFile = (kind: Dependencies["kind"]): boolean =>
  kind === "uv.lock" || kind === "poetry.lock" || kind === "pdm.lock" || kind === "pylock.toml";

import { posix } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { parseToml } from "../../config/toml.ts";
import { isObject } from "../../json.ts";
import { foldersAbove, inRepository, type Repository } from "../repository.ts";
import { type CondaEnvironment, condaEnvironment } from "./conda.ts";
import { type DependencyFiles, dependencyFiles, localSources } from "./files.ts";
import { CONDA_FILES, type DependencyKind, dependencyKind } from "./kind.ts";
import { isPackage } from "./own-package.ts";
import { pipfileRequirements } from "./pipfile.ts";
import { poetryRequirements } from "./poetry.ts";
import { withoutSelf } from "./self.ts";
import type { EnvironmentSettings } from "./settings.ts";
import { staleLock } from "./uv-lock.ts";

/** What a project's environment is installed from. */
export interface Dependencies {
  readonly kind: DependencyKind;
  /** Texts of requirements by their paths, and packages of the project's own. */
  readonly files: DependencyFiles;
  /** The requirements to install, by their paths, and those that only lint and tests need. */
  readonly runtime: readonly string[];
  /** The workspace above the project that uv.lock is of; absent where the project has its own. */
  readonly workspace?: Workspace;
  readonly development: readonly string[];
  /** The file whose metadata name dependencies, beside or in place of requirements. */
  readonly metadata?: MetadataFile | undefined;
  /** Extras of the project, and extras and groups that only lint and tests need. */
  readonly extras: readonly string[];
  readonly developmentExtras: readonly string[];
  readonly developmentGroups: readonly string[];
  /** How uv.lock differs from pyproject.toml; undefined where it does not. */
  readonly staleLock?: string | undefined;
  /** Packages of Debian for building, training and tests, and for the serving image. */
  readonly systemPackages: readonly string[];
  readonly servingSystemPackages: readonly string[];
  /** An environment of conda; absent where there is none. */
  readonly conda?: CondaEnvironmentFile | undefined;
  /** Whether the project is installed among its own requirements, so that its packages can be imported. */
  readonly installsItself: boolean;
  /** Whether it is installed as a package, with metadata and commands. */
  readonly isPackage: boolean;
}

/** What a file of conda asks for, and what was found for it. */
export interface CondaEnvironmentFile extends CondaEnvironment {
  readonly file: string;
  /** The text of conda-lock.yml; empty where there is none. */
  readonly lock: string;
  /** The packages that a channel has for it. Absent where none was asked, or none answers. */
  readonly solution?: CondaSolution;
}

/** What was found for an environment of conda. */
export interface CondaSolution {
  /** The text of a lock file: packages with their addresses and hashes. */
  readonly packages: string;
  /** Requirements for pip that conda-lock.yml has; empty where it was not made of that. */
  readonly pip: readonly string[];
}

/** A folder above a project that locks the dependencies of several. */
export interface Workspace {
  /** Its path in the repository. */
  readonly folder: string;
  readonly pyproject: string;
}

export type MetadataFile = "pyproject.toml" | "setup.py" | "setup.cfg";

/** The name under which requirements lie that were made of another form. */
export const MADE = "ml-pipeline-requirements.txt";
export const MADE_FOR_DEVELOPMENT = "ml-pipeline-requirements-dev.txt";

const REQUIREMENTS = ["requirements.txt", ...inFolder("base", "prod", "production", "main", "requirements", "common")];
const DEVELOPMENT_REQUIREMENTS = [
  ...["requirements-dev.txt", "dev-requirements.txt", "requirements_dev.txt", "requirements-test.txt"],
  ...["test-requirements.txt", "requirements_test.txt"],
  ...inFolder("dev", "development", "test", "tests", "testing"),
];
const DEVELOPMENT_GROUPS = ["dev", "development", "test", "tests", "testing", "lint"];

function inFolder(...names: string[]): string[] {
  return names.map((name) => `requirements/${name}.txt`);
}

/** What dependencies are read from. */
export interface DependencySource {
  readonly source: Directory;
  readonly repository: Repository;
  /** Names of the files at the root, and paths of all files. */
  readonly root: ReadonlySet<string>;
  readonly listing: ReadonlySet<string>;
  readonly pyproject: string | undefined;
}

/** Reads what a project's environment is installed from. */
export async function readDependencies(given: DependencySource, settings: EnvironmentSettings): Promise<Dependencies> {
  const { source, repository, root, listing, pyproject } = given;
  const at = (path: string): string => inRepository(repository, path);
  const runtime = settings.requirements ?? REQUIREMENTS.filter((path) => listing.has(path)).slice(0, 1);
  const workspace = await workspaceLock(given);
  const own = workspace === undefined ? root : new Set([...root, "uv.lock"]);
  const kind =
    settings.requirements === undefined ? dependencyKind(own, pyproject, runtime.length > 0) : "requirements.txt";
  const development =
    settings["development-requirements"] ?? DEVELOPMENT_REQUIREMENTS.filter((path) => listing.has(path));
  const made = await madeRequirements(kind, given);
  const files = kind === "requirements.txt" ? runtime : [];
  const found = await dependencyFiles(repository, [...files, ...development].map(at), pyproject);
  const members =
    kind === "uv.lock" && workspace !== undefined ? localSources(workspace.pyproject, workspace.folder) : [];
  const self = Object.fromEntries(Object.entries(found.requirements).map(([path, text]) => [path, withoutSelf(text)]));
  const installsItself = Object.values(self).some((one) => one !== undefined);
  const facts = { pyproject, listing, requiresItself: installsItself };
  const metadata = metadataOf(kind, given, installsItself);
  const extras = [...new Set([...settings.extras, ...Object.values(self).flatMap((one) => one?.extras ?? [])])];
  const { optional, groups } = declaredGroups(pyproject);
  const wanted = settings["development-groups"] ?? DEVELOPMENT_GROUPS;
  return {
    kind,
    files: {
      packages: [...new Set([...found.packages, ...members])].sort(),
      requirements: {
        ...Object.fromEntries(
          Object.entries(found.requirements).map(([path, text]) => [path, self[path]?.text ?? text]),
        ),
        ...(made === undefined ? {} : { [at(MADE)]: made.runtime, [at(MADE_FOR_DEVELOPMENT)]: made.development }),
      },
    },
    runtime: (made === undefined ? files : [MADE]).map(at),
    development: (made === undefined ? development : [MADE_FOR_DEVELOPMENT, ...development]).map(at),
    ...(kind === "uv.lock" && workspace !== undefined ? { workspace } : {}),
    metadata,
    extras,
    developmentExtras: wanted.filter((name) => optional.includes(name) && !extras.includes(name)),
    developmentGroups: wanted.filter((name) => groups.includes(name)),
    staleLock:
      kind === "uv.lock" && pyproject !== undefined && workspace === undefined
        ? staleLock(pyproject, await source.file("uv.lock").contents())
        : undefined,
    systemPackages: settings["system-packages"],
    servingSystemPackages: settings["serving-system-packages"] ?? settings["system-packages"],
    conda: made?.conda,
    installsItself: installsItself || hasBuildSystem(pyproject) || metadata === "setup.py" || metadata === "setup.cfg",
    isPackage: settings["install-project"] ?? isPackage(facts),
  };
}

/** The nearest uv.lock above a project that has none itself. */
async function workspaceLock({ repository, root }: DependencySource): Promise<Workspace | undefined> {
  if (root.has("uv.lock")) return undefined;
  const { source } = repository;
  for (const folder of foldersAbove(repository)) {
    const [lock, pyproject] = ["uv.lock", "pyproject.toml"].map((file) => posix.join(folder, file));
    if (lock === undefined || pyproject === undefined || !(await source.exists(lock))) continue;
    return (await source.exists(pyproject))
      ? { folder, pyproject: await source.file(pyproject).contents() }
      : undefined;
  }
  return undefined;
}

/** The requirements of a project that has them in another form than pip reads. */
async function madeRequirements(
  kind: DependencyKind,
  { source, root, pyproject = "" }: DependencySource,
): Promise<{ runtime: string; development: string; conda?: CondaEnvironmentFile } | undefined> {
  switch (kind) {
    case "poetry": {
      const { runtime, development } = poetryRequirements(pyproject);
      return { runtime: lines(runtime), development: lines(development) };
    }
    case "Pipfile.lock": {
      const { runtime, development } = pipfileRequirements(await source.file("Pipfile.lock").contents());
      return { runtime: lines(runtime), development: lines(development) };
    }
    case "environment.yml": {
      const file = CONDA_FILES.find((name) => root.has(name)) ?? "environment.yml";
      const lock = root.has("conda-lock.yml") ? await source.file("conda-lock.yml").contents() : "";
      const conda = { ...condaEnvironment(await source.file(file).contents()), file, lock };
      return { runtime: lines(conda.requirements), development: "", conda };
    }
    default:
      return undefined;
  }
}

/** The environment of a project once a channel was asked: its packages, and of the requirements the pip part alone. */
export function withSolution(
  dependencies: Dependencies,
  solution: CondaSolution,
  repository: Repository,
): Dependencies {
  const { conda, files } = dependencies;
  if (conda === undefined) return dependencies;
  const pip = solution.pip.length === 0 ? conda.pip : solution.pip;
  const requirements = { ...files.requirements, [inRepository(repository, MADE)]: lines(pip) };
  return { ...dependencies, conda: { ...conda, solution }, files: { ...files, requirements } };
}

const lines = (list: readonly string[]): string => `${list.join("\n")}\n`;

function metadataOf(
  kind: DependencyKind,
  { root, pyproject }: DependencySource,
  installsItself: boolean,
): MetadataFile | undefined {
  if (kind === "pyproject.toml" || kind === "setup.py" || kind === "setup.cfg") return kind;
  if (!installsItself) return undefined;
  if (pyproject !== undefined && isObject(parseToml("pyproject.toml", pyproject).project)) return "pyproject.toml";
  return (["setup.py", "setup.cfg"] as const).find((file) => root.has(file));
}

/** The names of the extras and of the dependency groups that pyproject.toml declares. */
function declaredGroups(pyproject: string | undefined): { readonly optional: string[]; readonly groups: string[] } {
  const { project, "dependency-groups": groups } =
    pyproject === undefined ? {} : parseToml("pyproject.toml", pyproject);
  const optional = isObject(project) ? project["optional-dependencies"] : undefined;
  return {
    optional: isObject(optional) ? Object.keys(optional) : [],
    groups: isObject(groups) ? Object.keys(groups) : [],
  };
}

function hasBuildSystem(pyproject: string | undefined): boolean {
  if (pyproject === undefined) return false;
  const { project, tool, "build-system": build } = parseToml("pyproject.toml", pyproject);
  return isObject(build) && (isObject(project) || (isObject(tool) && isObject(tool.poetry)));
}

import { posix } from "node:path";
import { type Directory, ExistsType } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { ciFolders, isThisModule } from "./ci-folders.ts";
import { DATA_FOLDER, dataFolderOf, notCode } from "./commands/data-folders.ts";
import {
  CONVENTION,
  type EntryPoint,
  type EntryPoints,
  entryPoints,
  FETCH_WINDOW_FILE,
  type ScriptName,
} from "./commands/entry-point.ts";
import type { CommandsSettings } from "./commands/settings.ts";
import { CONDA_FILES } from "./dependencies/kind.ts";
import { type Dependencies, readDependencies } from "./dependencies/read.ts";
import type { EnvironmentSettings } from "./dependencies/settings.ts";
import { appFiles, type TestLayer } from "./files.ts";
import { exactPattern, type IgnoreFiles, ignoredByGit, type LeftOut, selectFiles } from "./left-out.ts";
import { packageFolders } from "./packages.ts";
import { foldersAbove, inRepository, projectIn, type Repository, repositoryOf } from "./repository.ts";
import { rootText } from "./root-text.ts";
import { type Protocol, protocolOf } from "./serving/protocol.ts";
import { type RequestSource, requestSource } from "./serving/requests.ts";
import type { ServeSettings } from "./serving/settings.ts";
import type { ImageSettings, SourceSettings } from "./settings.ts";
import type { TestSettings } from "./test-settings.ts";
import { hasOnlyTests, misplacedScripts, type TestFolders, testFolders, testLayersOf } from "./tests.ts";

/** A user's project, read once: what it has. */
export interface Project extends Layout {
  readonly dependencies: Dependencies;
  /** What it runs to train, to evaluate and to serve. */
  readonly entryPoints: EntryPoints;
  /** How its server is asked, and where the rows of requests come from. */
  readonly protocol: Protocol;
  readonly requests: RequestSource;
  /** Where its data are: a folder of it, `.` for its own. */
  readonly dataFolder: string;
  /** Folders of its code, which lint looks at and coverage counts; empty where it has none. */
  readonly packages: readonly string[];
  /** What trains and evaluates, and serves while it is judged: no secrets, and nothing that git ignores. */
  readonly app: Directory;
  /** The part of it that the image takes: nothing that Docker ignores. */
  readonly image: Directory;
  /** Where its tests are, and the layers of them that it may have. */
  readonly testFolders: TestFolders;
  readonly testLayers: ReadonlySet<TestLayer>;
  /** What the image does not take, and why. */
  readonly leftOut: LeftOut;
  /** The name of the file that says what Docker ignores. */
  readonly dockerIgnore: string;
}

/** What a project's files say before its configuration is known. */
export interface Layout {
  /** As given, without what no stage gets. */
  readonly source: Directory;
  /** What the project is a folder of. */
  readonly repository: Repository;
  readonly files: {
    readonly pyproject?: string | undefined;
    readonly mlPipeline?: string | undefined;
  };
  /** Paths of its files, without folders. */
  readonly listing: ReadonlySet<string>;
  /** Modules in src/: `src.evaluate`, `src.serve` … */
  readonly modules: ReadonlySet<string>;
  /** Names of the files and folders at its root. */
  readonly root: ReadonlySet<string>;
  /** Texts of files at its root that configure or name tools, by their names. */
  readonly toolTexts: Readonly<Record<string, string>>;
  /** Paths of its Python files. */
  readonly pythonFiles: readonly string[];
}

/**
 * Reads a project's layout.
 *
 * @param folder the project's folder in what was given
 * @param mayBeEmpty whether there need be nothing in it, because the call is about data alone
 * @throws UserError when there is nothing in it, or the module itself was given in place of a project
 */
export async function readLayout(given: Directory, folder = "", mayBeEmpty = false): Promise<Layout> {
  const repository = await repositoryOf(given, folder);
  const uploaded = projectIn(repository);
  const listing = await uploaded.glob("**");
  const root = new Set(listing.map(withoutSlash).filter((path) => !path.includes("/")));
  if (root.has("dagger.json") && isThisModule(await uploaded.file("dagger.json").contents())) {
    throw new UserError(
      "The source is ml-pipeline itself, which is also what dagger -m takes when no --source is given. Pass your project: --source=.",
    );
  }
  if (root.size === 0 && !mayBeEmpty) {
    throw new UserError(
      "There is nothing in the source directory. Pass the project's root: --source=PATH.",
      "your-project",
    );
  }
  const ofCi = await ciFolders(uploaded, listing);
  const source = ofCi.length === 0 ? uploaded : uploaded.filter({ exclude: ofCi.map(exactPattern) });
  const read = (file: string): Promise<string | undefined> =>
    root.has(file) ? rootText(source, file) : Promise.resolve(undefined);
  const [pyproject, mlPipeline, modules, pythonFiles, toolTexts] = await Promise.all([
    read("pyproject.toml"),
    read("ml-pipeline.toml"),
    root.has("src") ? modulesOf(source.directory("src")) : [],
    source.glob("**/*.py"),
    Promise.all(TOOL_TEXTS.map(async (file): Promise<[string, string | undefined]> => [file, await read(file)])),
  ]);
  return {
    source,
    repository,
    files: { pyproject, mlPipeline },
    listing: new Set(listing.filter((path) => !path.endsWith("/"))),
    root,
    toolTexts: Object.fromEntries(toolTexts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text]]))),
    modules: new Set(modules.map((name) => `src.${name}`)),
    pythonFiles,
  };
}

/** Modules of a folder, but a file of pytest's that has the name of a script: run as one, it would test nothing, and pass. */
async function modulesOf(folder: Directory): Promise<string[]> {
  const entries = (await folder.entries()).map(withoutSlash);
  const tests =
    entries.includes(PYTEST_OR_SCRIPT) && hasOnlyTests(await folder.file(PYTEST_OR_SCRIPT).contents())
      ? PYTEST_OR_SCRIPT
      : undefined;
  return entries.filter((entry) => entry !== tests).map((entry) => entry.replace(/\.py$/, ""));
}

/** A script of the contract whose name pytest takes as well. */
const PYTEST_OR_SCRIPT = "test_model.py";

/** Modules that may be run by convention: those in src/, and one that lies deeper. */
const modulesToRun = ({ modules, listing }: Layout): ReadonlySet<string> =>
  listing.has(FETCH_WINDOW_FILE)
    ? new Set([...modules, FETCH_WINDOW_FILE.replace(/\.py$/, "").replaceAll("/", ".")])
    : modules;

/** What a project's configuration says of its files and commands. */
export interface ProjectSettings {
  readonly image: ImageSettings;
  readonly source: SourceSettings;
  readonly commands: CommandsSettings;
  readonly serve: ServeSettings;
  readonly test: Pick<TestSettings, "folders">;
  readonly environment: EnvironmentSettings;
  readonly data: { readonly folder?: string | undefined };
}

/**
 * Decides what a project runs, and what training and the image get of it. What is left out is taken out here, not where the caller's files are read,
 * so that the same project has the same hash whoever calls.
 *
 * @throws UserError when a pattern in an ignore file or in the configuration cannot be understood
 */
export async function readProject(
  read: Layout,
  { image, source, commands, serve, test, environment, data }: ProjectSettings,
): Promise<Project> {
  const dataFolder = dataFolderOf(data);
  const layout = await withoutData(read, dataFolder);
  const files = appFiles(layout.source, layout.files.pyproject, source.include);
  const [listing, ignore] = await Promise.all([files.glob("**"), readIgnoreFiles(layout)]);
  const { notApp, notImage, leftOut } = selectFiles(listing, ignore, image);
  const folders = testFolders(test.folders);
  const { root, listing: paths } = layout;
  const { pyproject } = layout.files;
  return {
    ...layout,
    testFolders: folders,
    testLayers: testLayersOf(layout.pythonFiles, folders),
    dependencies: await readDependencies(
      { source: layout.source, repository: layout.repository, root, listing: paths, pyproject },
      environment,
    ),
    entryPoints: entryPoints(modulesToRun(layout), commands),
    protocol: protocolOf(serve),
    requests: requestSource(serve.requests, paths),
    dataFolder,
    packages: source.packages ?? packageFolders(layout.pythonFiles),
    app: without(files, notApp),
    image: without(files, notImage),
    leftOut,
    dockerIgnore: ignore.docker?.name ?? DEFAULT_IGNORE,
  };
}

/** A project without the data in it, so that a change of them is none of its code. */
async function withoutData(layout: Layout, dataFolder: string): Promise<Layout> {
  const exclude = notCode(layout.pythonFiles, dataFolder, exactPattern);
  // Nothing is read of the folder by default, whoever calls.
  if (dataFolder === DATA_FOLDER || exclude.length === 0) return layout;
  const source = layout.source.filter({ exclude });
  const listing = await source.glob("**");
  return { ...layout, source, listing: new Set(listing.filter((path) => !path.endsWith("/"))) };
}

/** What git ignores of a project's code and other files, with a folder in place of all that is in it. */
export async function gitIgnoredPaths(layout: Layout): Promise<string[]> {
  const listing = await layout.source.glob("**");
  return ignoredByGit(listing, { git: await readGitignores(layout, listing), root: layout.repository.root });
}

const without = (files: Directory, paths: readonly string[]): Directory =>
  paths.length === 0 ? files : files.filter({ exclude: paths.map(exactPattern) });

/** Files of the root whose text may configure or name a tool, beside pyproject.toml. */
const TOOL_TEXTS = [
  ...["setup.cfg", "tox.ini", "pytest.ini", ".coveragerc", ".pre-commit-config.yaml", "Pipfile"],
  ...["requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements_dev.txt"],
  ...["requirements-test.txt", ".python-version", "runtime.txt", "setup.py"],
  ...CONDA_FILES,
];

/** Docker prefers the file that is named after the Dockerfile, and podman has one of its own. */
const DEFAULT_IGNORE = ".dockerignore";
const DOCKER_IGNORE = ["Dockerfile.dockerignore", DEFAULT_IGNORE, ".containerignore"];

/** The text of each `.gitignore`, of the project and of the folders above it, by its folder. */
async function readGitignores(
  { source, repository }: Layout,
  listing: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  // Folders end in a slash, whatever their name is.
  const named = listing.filter((path) => !path.endsWith("/") && posix.basename(path) === ".gitignore");
  // Git does not follow links here, wherever they lead.
  const areFiles = await Promise.all(
    named.map((path) => source.exists(path, { expectedType: ExistsType.RegularType, doNotFollowSymlinks: true })),
  );
  const git = named.filter((_, index) => areFiles[index]);
  const [above, texts] = await Promise.all([
    gitignoresAbove(repository),
    Promise.all(git.map((path) => source.file(path).contents())),
  ]);
  return new Map([
    ...above,
    ...git.map((path, index): [string, string] => [
      folderName(inRepository(repository, posix.dirname(path))),
      texts[index] ?? "",
    ]),
  ]);
}

async function readIgnoreFiles(layout: Layout): Promise<IgnoreFiles> {
  const { source, repository } = layout;
  const listing = await source.glob("**");
  const docker = DOCKER_IGNORE.find((name) => listing.includes(name));
  if (docker !== undefined && !(await source.exists(docker))) {
    throw new UserError(
      `${docker} is a link that leads nowhere within the project, so what it names would be in the image. Put the file in its place.`,
      "your-project",
    );
  }
  return {
    root: repository.root,
    git: await readGitignores(layout, listing),
    docker: docker === undefined ? undefined : { name: docker, text: await source.file(docker).contents() },
  };
}

/** The `.gitignore` of each folder above the project, which are about its files as well. */
async function gitignoresAbove(repository: Repository): Promise<[string, string][]> {
  const found = await Promise.all(
    foldersAbove(repository).map(async (folder): Promise<[string, string][]> => {
      const path = posix.join(folder, ".gitignore");
      const options = { expectedType: ExistsType.RegularType, doNotFollowSymlinks: true };
      if (!(await repository.source.exists(path, options))) return [];
      return [[folder, await repository.source.file(path).contents()]];
    }),
  );
  return found.flat();
}

/** A folder's name, where the top is no name. */
const folderName = (path: string): string => (path === "." ? "" : path);

const MAIN_SCRIPTS = ["train", "evaluate", "serve"] as const;

/** @throws UserError when a stage cannot do without a command, and the project has none */
export function requireEntryPoint(project: Project, name: ScriptName, purpose: string): EntryPoint {
  const found = project.entryPoints[name];
  if (found !== undefined) return found;
  const { module } = CONVENTION[name];
  const others = MAIN_SCRIPTS.filter((other) => other !== name && project.entryPoints[other] === undefined);
  const none = others.map((other) => `, nor ${CONVENTION[other].module.replaceAll(".", "/")}.py`).join("");
  throw new UserError(
    `The project has no ${module.replaceAll(".", "/")}.py, which ${purpose}${none}${elsewhere(project, module)}. Where it has another name, commands.${name} says how it is called: \`ml-pipeline init\` finds that out.`,
    "your-project",
  );
}

/** The folder of the project that its model is in: where training writes it whatever it is told, and where evaluation and the server find it. */
export const modelFolder = ({ entryPoints: { train } }: Pick<Project, "entryPoints">): string =>
  train?.outputFolder ?? "models";

/** Where else a script seems to be, to add to a message that it is missing; empty where nothing is like it. */
export function elsewhere({ pythonFiles }: Pick<Project, "pythonFiles">, module: string): string {
  const found = misplacedScripts(pythonFiles, module);
  return found.length === 0
    ? ""
    : `; ${found.slice(0, 3).join(", ")} is not run: the pipeline runs ${module.replaceAll(".", "/")}.py`;
}

/** Dagger lists folders with a slash at the end. */
const withoutSlash = (entry: string): string => entry.replace(/\/$/, "");

import { posix } from "node:path";
import { type Directory, ExistsType } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { ciFolders, isThisModule } from "./ci-folders.ts";
import { REQUESTS } from "./contract.ts";
import { type DependencyFiles, dependencyFiles } from "./dependency-files.ts";
import { type DependencyKind, dependencyKind } from "./dependency-kind.ts";
import { appFiles, type TestLayer } from "./files.ts";
import { exactPattern, type IgnoreFiles, type LeftOut, selectFiles } from "./left-out.ts";
import { NOT_SOURCE } from "./not-source.ts";
import type { ImageSettings } from "./settings.ts";
import { misplacedScripts, testLayersOf } from "./tests.ts";
import { staleLock } from "./uv-lock.ts";

/** A user's project, read once: what it has. */
export interface Project extends Layout {
  /** What trains and evaluates, and serves while it is judged: no secrets, and nothing that git ignores. */
  readonly app: Directory;
  /** The part of it that the image takes: nothing that Docker ignores. */
  readonly image: Directory;
  /** What the image does not take, and why. */
  readonly leftOut: LeftOut;
  /** The name of the file that says what Docker ignores. */
  readonly dockerIgnore: string;
}

/** What a project's files say before its configuration is known. */
export interface Layout {
  /** As given, without what no stage gets. */
  readonly source: Directory;
  readonly dependencies: DependencyKind;
  /** What an installation reads beside the files at the root. */
  readonly dependencyFiles: DependencyFiles;
  /** How uv.lock differs from pyproject.toml; undefined where it does not. */
  readonly staleLock: string | undefined;
  readonly files: {
    readonly pyproject?: string | undefined;
    readonly mlPipeline?: string | undefined;
    readonly requirements?: string | undefined;
    readonly developmentRequirements?: string | undefined;
  };
  /** Modules of the contract that the project has: `src.evaluate`, `src.serve` … */
  readonly modules: ReadonlySet<string>;
  /** Paths of its Python files. */
  readonly pythonFiles: readonly string[];
  /** Layers of tests that the project may have. */
  readonly testLayers: ReadonlySet<TestLayer>;
  /** Whether it has recorded requests in tests/shadow/requests.jsonl. */
  readonly recordedRequests: boolean;
}

/**
 * Reads a project's layout.
 *
 * @throws UserError when there is no `src/` folder, or the module itself was given in place of a project
 */
export async function readLayout(given: Directory): Promise<Layout> {
  const uploaded = given.filter({ exclude: NOT_SOURCE });
  const listing = await uploaded.glob("**");
  const root = new Set(listing.map(withoutSlash).filter((path) => !path.includes("/")));
  if (root.has("dagger.json") && isThisModule(await uploaded.file("dagger.json").contents())) {
    throw new UserError(
      "The source is ml-pipeline itself, which is also what dagger -m takes when no --source is given. Pass your project: --source=. and, where data is read, --data=./data.",
    );
  }
  if (!root.has("src")) {
    const found = [...root].sort().slice(0, 8).join(", ");
    throw new UserError(
      `No src/ folder in the source directory (it has ${found === "" ? "nothing" : found}). Pass the project's root: --source=PATH.`,
      "your-project",
    );
  }
  const ofCi = await ciFolders(uploaded, listing);
  const source = ofCi.length === 0 ? uploaded : uploaded.filter({ exclude: ofCi.map(exactPattern) });
  const read = (file: string): Promise<string | undefined> =>
    root.has(file) ? source.file(file).contents() : Promise.resolve(undefined);
  const [pyproject, mlPipeline, requirements, developmentRequirements, lock, modules, pythonFiles] = await Promise.all([
    read("pyproject.toml"),
    read("ml-pipeline.toml"),
    read("requirements.txt"),
    read("requirements-dev.txt"),
    read("uv.lock"),
    source.directory("src").entries(),
    source.glob("**/*.py"),
  ]);
  return {
    source,
    dependencies: dependencyKind(root),
    dependencyFiles: await dependencyFiles(
      source,
      { "requirements.txt": requirements, "requirements-dev.txt": developmentRequirements },
      pyproject,
    ),
    staleLock: pyproject === undefined || lock === undefined ? undefined : staleLock(pyproject, lock),
    files: { pyproject, mlPipeline, requirements, developmentRequirements },
    modules: new Set(modules.map(withoutSlash).map((entry) => `src.${entry.replace(/\.py$/, "")}`)),
    pythonFiles,
    testLayers: testLayersOf(pythonFiles),
    recordedRequests: root.has("tests") && (await source.exists(REQUESTS)),
  };
}

/**
 * Decides what training and the image get of a project. What is left out is taken out here, not where the caller's files are read,
 * so that the same project has the same hash whoever calls.
 *
 * @throws UserError when a pattern in an ignore file or in the configuration cannot be understood
 */
export async function withServedFiles(layout: Layout, settings: ImageSettings): Promise<Project> {
  const files = appFiles(layout.source, layout.files.pyproject);
  const [listing, ignore] = await Promise.all([files.glob("**"), readIgnoreFiles(layout.source)]);
  const { notApp, notImage, leftOut } = selectFiles(listing, ignore, settings);
  return {
    ...layout,
    app: without(files, notApp),
    image: without(files, notImage),
    leftOut,
    dockerIgnore: ignore.docker?.name ?? DEFAULT_IGNORE,
  };
}

const without = (files: Directory, paths: readonly string[]): Directory =>
  paths.length === 0 ? files : files.filter({ exclude: paths.map(exactPattern) });

/** Docker prefers the file that is named after the Dockerfile, and podman has one of its own. */
const DEFAULT_IGNORE = ".dockerignore";
const DOCKER_IGNORE = ["Dockerfile.dockerignore", DEFAULT_IGNORE, ".containerignore"];

async function readIgnoreFiles(source: Directory): Promise<IgnoreFiles> {
  const listing = await source.glob("**");
  // Folders end in a slash, whatever their name is.
  const named = listing.filter((path) => !path.endsWith("/") && posix.basename(path) === ".gitignore");
  // Git does not follow links here, wherever they lead.
  const areFiles = await Promise.all(
    named.map((path) => source.exists(path, { expectedType: ExistsType.RegularType, doNotFollowSymlinks: true })),
  );
  const git = named.filter((_, index) => areFiles[index]);
  const docker = DOCKER_IGNORE.find((name) => listing.includes(name));
  if (docker !== undefined && !(await source.exists(docker))) {
    throw new UserError(
      `${docker} is a link that leads nowhere within the project, so what it names would be in the image. Put the file in its place.`,
      "your-project",
    );
  }
  const text = (path: string): Promise<string> => source.file(path).contents();
  const texts = await Promise.all(git.map(text));
  return {
    git: new Map(git.map((path, index) => [path === ".gitignore" ? "" : posix.dirname(path), texts[index] ?? ""])),
    docker: docker === undefined ? undefined : { name: docker, text: await text(docker) },
  };
}

/** @throws UserError when the project lacks a module that a stage cannot do without */
export function requireModule(project: Project, module: string, purpose: string): void {
  if (project.modules.has(module)) return;
  throw new UserError(
    `The project has no ${module.replaceAll(".", "/")}.py, which ${purpose}${elsewhere(project, module)}.`,
  );
}

/** Where else a script seems to be, to add to a message that it is missing; empty where nothing is like it. */
export function elsewhere({ pythonFiles }: Pick<Project, "pythonFiles">, module: string): string {
  const found = misplacedScripts(pythonFiles, module);
  return found.length === 0
    ? ""
    : `; ${found.slice(0, 3).join(", ")} is not run: the pipeline runs ${module.replaceAll(".", "/")}.py`;
}

/** Dagger lists folders with a slash at the end. */
const withoutSlash = (entry: string): string => entry.replace(/\/$/, "");

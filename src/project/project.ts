import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { jsonOf } from "../json.ts";
import { REQUESTS } from "./contract.ts";
import { type DependencyFiles, dependencyFiles } from "./dependency-files.ts";
import { type DependencyKind, dependencyKind } from "./dependency-kind.ts";
import { appFiles, type TestLayer } from "./files.ts";
import { misplacedScripts, testLayersOf } from "./tests.ts";
import { staleLock } from "./uv-lock.ts";

/** A user's project, read once: what it has. */
export interface Project {
  /** As given, without what was filtered before upload. */
  readonly source: Directory;
  /** What trains, evaluates and serves. */
  readonly app: Directory;
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
 * Reads the project's layout.
 *
 * @throws UserError when there is no `src/` folder, or the module itself was given in place of a project
 */
export async function readProject(source: Directory): Promise<Project> {
  const root = new Set((await source.entries()).map(withoutSlash));
  if (root.has("dagger.json") && isThisModule(await source.file("dagger.json").contents())) {
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
    app: appFiles(source, pyproject),
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

/** Dagger resolves the defaults of a module that is named by -m in the module's own repository, not where it is called. */
export function isThisModule(daggerJson: string): boolean {
  const { success, data } = moduleSchema.safeParse(jsonOf(daggerJson));
  return success && data.name === "ml-pipeline" && data.sdk.source === "typescript";
}

const moduleSchema = z.object({ name: z.string(), sdk: z.object({ source: z.string() }) });

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

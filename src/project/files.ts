import type { Directory } from "@dagger.io/dagger";
import { stringify } from "smol-toml";
import { parseToml } from "../config/toml.ts";

/*
 * Selects the files that each stage gets. A stage runs again only when one of its files changes, so a file that is left out here
 * cannot retrain a model or rebuild an image. A file that may matter stays in.
 */

/** Text for people, and what only a forge, a CI system or an editor reads: no stage sees it. */
const DOCUMENTS = [
  ...["*.md", "*.rst", "docs", "LICENSE*", "NOTICE*", "AUTHORS*", "CITATION*", "CODEOWNERS", "mkdocs.yml"],
  ...[".git*", ".github", ".gitlab", ".gitlab-ci.yml", ".circleci", "Jenkinsfile*", ".pre-commit-config.yaml"],
  ...[".editorconfig", ".vscode", ".idea", "**/.DS_Store", "Dockerfile*", ".dockerignore", ".readthedocs.y*ml"],
  ...[
    "Containerfile*",
    ".containerignore",
    "*.dockerignore",
    ".devcontainer",
    "docker-compose*.y*ml",
    "compose.y*ml",
    "compose.*.y*ml",
  ],
  ...["azure-pipelines*.yml", "bitbucket-pipelines.yml", ".travis.yml", "appveyor.yml", ".appveyor.yml", ".drone.yml"],
  ...[".woodpecker*", ".buildkite", ".semaphore", ".teamcity", ".cirrus.yml", "cloudbuild.y*ml", "buildspec.y*ml"],
  ...["codecov.yml", ".codecov.yml", "sonar-project.properties", "renovate.json*", ".renovaterc*", "cliff.toml"],
  ...[".bumpversion.*", ".cz.toml", ".secrets.baseline", ".gitleaks*", ".snyk", ".trivyignore*"],
];

/** Modules of Dagger and other programs that run a project's tasks, with the files that lock their own packages. */
const TASKS = [
  ...["dagger.json", "dagger.toml", "dagger.lock", "dagger-module.toml", "Makefile", "GNUmakefile", "makefile"],
  ...["justfile", "Justfile", "Taskfile*.y*ml", ".tool-versions", "mise.toml", ".mise.toml", "mise.lock", "aqua*.yaml"],
  ...["flake.nix", "flake.lock", "devbox.json", "devbox.lock", ".terraform.lock.hcl", "go.mod", "go.sum", "go.work*"],
  ...["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", ".yarnrc*", "pnpm-lock.yaml"],
  ...["pnpm-workspace.yaml", "bun.lock*", "deno.lock", "tsconfig.json"],
];

/** Settings of linters and test runners that are files of their own. */
const LINT_SETTINGS = [
  ...["ruff.toml", ".ruff.toml", "mypy.ini", ".mypy.ini", ".flake8", ".pylintrc", "pylintrc", ".pylintrc.toml"],
  ...["pylintrc.toml", ".isort.cfg", "pyrightconfig.json", "ty.toml"],
];
const TEST_SETTINGS = ["pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", ".coveragerc", "noxfile.py"];
/** They may hold settings of both. */
const TOOL_SETTINGS = ["setup.cfg", "tox.ini"];

/** They reach the stages as the environment that they describe. */
const DEPENDENCY_FILES = [
  ...["requirements*.txt", "uv.lock", ".python-version"],
  ...["poetry.lock", "pdm.lock", "pylock*.toml", "Pipfile", "Pipfile.lock", "pixi.lock", "conda-lock.yml"],
];

/** Tables of pyproject.toml that no training code reads. */
const TOOL_TABLES = [
  ...["ruff", "black", "isort", "flake8", "pylint", "mypy", "pyright", "bandit", "pydocstyle", "vulture"],
  ...["pytest", "coverage", "tox", "nox", "hatch", "setuptools", "poetry", "pdm", "uv", "ml-pipeline"],
];

export const TEST_LAYERS = ["unit", "integration", "data", "model", "e2e"] as const;
export type TestLayer = (typeof TEST_LAYERS)[number];

/** What lint looks at. */
export const filesToLint = (source: Directory, folders: readonly string[]): Directory =>
  source.filter({ include: [...folders, "pyproject.toml", ...LINT_SETTINGS, ...TOOL_SETTINGS] });

/**
 * What one layer of tests sees: everything but documents and the tests of the other layers. What else is in their folders stays,
 * because tests share fixtures: a `tests/data` may hold files that unit tests read.
 */
export const testFiles = (source: Directory, otherFolders: readonly string[], include: readonly string[]): Directory =>
  withIncluded(source, include, {
    exclude: [
      ...DOCUMENTS,
      ...TASKS,
      ...LINT_SETTINGS,
      ...DEPENDENCY_FILES,
      "ml-pipeline.toml",
      ...otherFolders.flatMap((folder) => [`${folder}/**/test_*.py`, `${folder}/**/*_test.py`]),
    ],
  });

/**
 * What a model is judged by: the tests of models, and the cases and requests that the served model answers.
 *
 * @param testsOfModel their folder
 * @param requests the files of recorded requests
 */
export const judgingFiles = (source: Directory, testsOfModel: string, requests: readonly string[]): Directory =>
  source.filter({ include: ["tests/conftest.py", testsOfModel, ...asked(requests)] });

/** What the served model is asked while it is judged. */
export const askedFiles = (source: Directory, requests: readonly string[]): Directory =>
  source.filter({ include: asked(requests) });

const asked = (requests: readonly string[]): string[] => ["tests/failure_modes", ...requests];

/**
 * What trains, evaluates and serves before secrets and what git ignores are taken out: the project without tests, documents, and
 * settings of tools.
 *
 * @param pyproject the text of pyproject.toml, where there is one
 * @param include patterns of what stays in all the same
 */
export function appFiles(source: Directory, pyproject: string | undefined, include: readonly string[]): Directory {
  const files = withIncluded(source, include, {
    exclude: [
      ...DOCUMENTS,
      ...TASKS,
      ...LINT_SETTINGS,
      ...TEST_SETTINGS,
      ...TOOL_SETTINGS,
      ...DEPENDENCY_FILES,
      ...["tests", "notebooks", "**/*.ipynb", "pyproject.toml", "ml-pipeline.toml", "report"],
    ],
  });
  const rest = pyproject === undefined ? "" : pyprojectForTraining(pyproject);
  return rest.trim() === "" ? files : files.withNewFile("pyproject.toml", rest);
}

/** The files that the settings name, whatever their kind, with those that are not of an excluded kind. */
const withIncluded = (
  source: Directory,
  include: readonly string[],
  { exclude }: { readonly exclude: string[] },
): Directory => {
  const files = source.filter({ exclude });
  return include.length === 0 ? files : files.withDirectory("/", source.filter({ include: [...include] }));
};

/** pyproject.toml without dependencies (they are the environment) and without tables that only tools read. */
export function pyprojectForTraining(text: string): string {
  const {
    "build-system": _build,
    "dependency-groups": _groups,
    tool,
    project,
    ...rest
  } = parseToml("pyproject.toml", text);
  const kept = without(tool, TOOL_TABLES);
  const identity = pick(project, ["name", "version"]);
  return stringify({
    ...rest,
    ...(Object.keys(identity).length > 0 ? { project: identity } : {}),
    ...(Object.keys(kept).length > 0 ? { tool: kept } : {}),
  });
}

const entries = (table: unknown): [string, unknown][] =>
  typeof table === "object" && table !== null ? Object.entries(table) : [];
const without = (table: unknown, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(entries(table).filter(([key]) => !keys.includes(key)));
const pick = (table: unknown, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(entries(table).filter(([key]) => keys.includes(key)));

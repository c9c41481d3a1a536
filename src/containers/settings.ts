import type { Secret } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { nearest } from "../text.ts";

/** Pinned versions of the pipeline's tools. A tool among the project's own dependencies takes precedence. */
export const TOOLS = {
  uv: "0.13.9",
  ruff: "0.17.6",
  black: "26.10.1",
  mypy: "2.4.1",
  isort: "9.0.2",
  flake8: "7.5.0",
  pylint: "4.1.4",
  pyright: "1.1.414",
  ty: "0.0.108",
  poetry: "2.5.1",
  "poetry-plugin-export": "1.10.1",
  pdm: "2.29.4",
  "py-rattler": "0.28.0",
  pytest: "9.2.0",
  "pytest-cov": "7.1.0",
  "duckdb-cli": "1.5.6",
  zstandard: "0.25.0",
  locust: "2.47.0",
  kubernetes: "35.0.0",
  "vl-convert-python": "1.9.0.post1",
  dvc: "3.67.1",
  "dvc-s3": "3.3.0",
  "dvc-ssh": "4.3.0",
  "ruamel.yaml": "0.19.1",
} as const;

export type ToolName = keyof typeof TOOLS;

/** The newest versions that an older Python runs, of tools whose pinned version needs a newer one. */
export const OLDER_TOOLS: Readonly<Record<string, Readonly<Partial<Record<ToolName, string>>>>> = {
  "3.8": {
    black: "24.8.0",
    mypy: "1.14.1",
    isort: "5.13.2",
    flake8: "5.0.4",
    pylint: "3.2.7",
    poetry: "1.8.5",
    "poetry-plugin-export": "1.8.0",
    pdm: "2.20.1",
    pytest: "8.3.5",
    "pytest-cov": "5.0.0",
    locust: "2.25.0",
    dvc: "3.42.0",
    "dvc-s3": "3.0.1",
    "dvc-ssh": "3.0.0",
    "ruamel.yaml": "0.18.16",
  },
  "3.9": {
    black: "25.11.0",
    mypy: "1.19.1",
    isort: "6.1.0",
    flake8: "7.3.0",
    pylint: "3.3.9",
    poetry: "2.2.1",
    "poetry-plugin-export": "1.9.0",
    pdm: "2.26.9",
    pytest: "8.4.2",
    locust: "2.34.0",
  },
  "3.10": { flake8: "7.4.1", locust: "2.46.0" },
};

/** The versions of the tools for a project's Python. What a site chose itself stays. */
export function toolsFor(python: string, tools: Settings["tools"]): Settings["tools"] {
  const older = Object.entries(OLDER_TOOLS[python] ?? {}).filter(
    ([name]) => isTool(name) && tools[name] === TOOLS[name],
  );
  return { ...tools, ...Object.fromEntries(older) };
}

/** The images, the package index and the tool versions of a site. */
export interface Settings {
  /** Image of the CPU stages and of the served model; `{version}` stands for the project's Python version. */
  readonly pythonImage: string;
  /** Image of the training stage on a GPU. */
  readonly cudaImage: string;
  /** Address of a package index; the public one when empty. */
  readonly packageIndex: string;
  /** Text of a `.netrc`: who installs from the indexes and the Git servers that it names. */
  readonly packageCredentials?: Secret | undefined;
  readonly tools: Readonly<Record<ToolName, string>>;
}

/**
 * The tool versions with replacements.
 *
 * @param replacements requirements such as `ruff==0.14.0`
 * @throws UserError for a tool that the pipeline does not use, or a requirement that is not NAME==VERSION
 */
export function toolVersions(replacements: readonly string[]): Record<ToolName, string> {
  const versions: Record<ToolName, string> = { ...TOOLS };
  for (const replacement of replacements) {
    const [, tool, version] = /^([\w.-]+)==([\w.!+-]+)$/.exec(replacement) ?? [];
    if (tool === undefined || version === undefined) {
      throw new UserError(`--tools=${replacement}: expected NAME==VERSION, for example ruff==${TOOLS.ruff}.`);
    }
    if (!isTool(tool)) {
      const close = nearest(tool, Object.keys(TOOLS));
      throw new UserError(
        `--tools=${replacement}: ${tool} is not a tool of the pipeline${close === undefined ? "." : `; did you mean ${close}?`} It uses ${Object.keys(TOOLS).join(", ")}.`,
      );
    }
    versions[tool] = version;
  }
  return versions;
}

const isTool = (name: string): name is ToolName => Object.hasOwn(TOOLS, name);

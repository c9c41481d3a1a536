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
  pytest: "9.2.0",
  "pytest-cov": "7.1.0",
  "duckdb-cli": "1.5.6",
  zstandard: "0.25.0",
  locust: "2.47.0",
  "vl-convert-python": "1.9.0.post1",
  dvc: "3.67.1",
  "dvc-s3": "3.3.0",
  "dvc-ssh": "4.3.0",
  "ruamel.yaml": "0.19.1",
} as const;

export type ToolName = keyof typeof TOOLS;

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

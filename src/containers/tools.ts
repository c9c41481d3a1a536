import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { type PythonImage, pythonBase } from "./images.ts";
import { withInstalled } from "./install.ts";
import {
  CONDA_TOOL,
  DATA_TOOLS,
  DVC_TOOLS,
  FLAKE8_TOOL,
  ISORT_TOOL,
  KUBERNETES_TOOLS,
  LINT_TOOLS,
  LOAD_TOOLS,
  PDM_TOOL,
  PLOT_TOOLS,
  POETRY_TOOL,
  PYLINT_TOOL,
  PYRIGHT_TOOL,
  TEST_TOOLS,
  TY_TOOL,
  UV,
  YAML_TOOLS,
} from "./paths.ts";
import { type ToolName, toolsFor } from "./settings.ts";

/*
 * Tools are installed into separate folders, which are mounted where they are needed. So no change of the project
 * reinstalls them, and none of them gets into the project's environment.
 */

const TOOLS_OF_FOLDER = {
  [LINT_TOOLS]: ["ruff", "black", "mypy"],
  [POETRY_TOOL]: ["poetry", "poetry-plugin-export"],
  [PDM_TOOL]: ["pdm"],
  [CONDA_TOOL]: ["py-rattler"],
  [ISORT_TOOL]: ["isort"],
  [FLAKE8_TOOL]: ["flake8"],
  [PYLINT_TOOL]: ["pylint"],
  [PYRIGHT_TOOL]: ["pyright"],
  [TY_TOOL]: ["ty"],
  [TEST_TOOLS]: ["pytest", "pytest-cov"],
  [DATA_TOOLS]: ["duckdb-cli", "zstandard"],
  [LOAD_TOOLS]: ["locust"],
  [KUBERNETES_TOOLS]: ["kubernetes"],
  [PLOT_TOOLS]: ["vl-convert-python"],
  [YAML_TOOLS]: ["ruamel.yaml"],
  [DVC_TOOLS]: ["dvc", "dvc-s3", "dvc-ssh", "ruamel.yaml"],
} as const satisfies Record<string, readonly ToolName[]>;

/** Pyright is a program for Node, which one of its extras brings. */
const packageOf = (tool: ToolName): string => (tool === "pyright" ? "pyright[nodejs]" : tool);

export type ToolFolder = keyof typeof TOOLS_OF_FOLDER;

/** The tools of a folder. */
export const toolsIn = (folder: ToolFolder): readonly ToolName[] => TOOLS_OF_FOLDER[folder];

/** `uv`, which the image's pip installs; `uv` installs everything else. */
export function uvFolder(image: PythonImage): Directory {
  const { settings } = image;
  const cached = pythonBase(image).withMountedCache("/root/.cache/pip", dag.cacheVolume("ml-pipeline-pip"));
  const installed = withInstalled(cached, image, [
    [
      // An option that an older pip does not know would end it, and a variable does not.
      ...["env", "PIP_ROOT_USER_ACTION=ignore", "python", "-m", "pip", "install", "--quiet"],
      "--disable-pip-version-check",
      ...["--target", UV, `uv==${settings.tools.uv}`],
      ...(settings.packageIndex === "" ? [] : ["--index-url", settings.packageIndex]),
    ],
  ]);
  return installed.directory(UV);
}

/** Adds `uv` to a container. */
export const withUv = (container: Container, image: PythonImage): Container =>
  container.withMountedDirectory(UV, uvFolder(image));

/** Removes what `withUv` added, so that only the installed packages stay. */
export const withoutUv = (container: Container): Container => container.withoutMount(UV);

/**
 * What becomes of the packages that `uv` has downloaded and built. They are kept for the pipeline's own tools alone: building a
 * project's packages runs their code, and a project chooses what its lock file calls a package, so what one project left in a
 * cache could be installed by another.
 */
type Downloads = "kept" | "dropped";

/** Where `uv` keeps its downloads. */
const CACHE = "/root/.cache/uv";

const CACHE_SETTINGS: Readonly<Record<Downloads, readonly string[]>> = {
  kept: [`UV_CACHE_DIR=${CACHE}`, "UV_LINK_MODE=copy"],
  // The temporary cache is on the same file system as the packages.
  dropped: ["UV_NO_CACHE=1", "UV_LINK_MODE=hardlink"],
};

/** The command that runs `uv`. Its settings are part of the command, so that no variables stay in an image. */
export const uvCommand = ({ settings }: PythonImage, downloads: Downloads, ...args: readonly string[]): string[] => [
  "env",
  "UV_PYTHON_DOWNLOADS=never",
  ...CACHE_SETTINGS[downloads],
  ...(settings.packageIndex === "" ? [] : [`UV_DEFAULT_INDEX=${settings.packageIndex}`]),
  `${UV}/bin/uv`,
  ...args,
];

/** Of gevent, which locust needs in any version, an older Python gets the last one with a wheel: images have no compiler. */
const INSTALL = ["pip", "install", "--quiet", "--python", "python", "--only-binary", "gevent"];

/** Installs the tools of one folder and mounts it, outside of any environment. */
export const withTools = (container: Container, folder: ToolFolder, image: PythonImage): Container =>
  container.withMountedDirectory(folder, toolFolder(folder, image));

/** The tools of one folder, installed. */
export function toolFolder(folder: ToolFolder, image: PythonImage): Directory {
  const versions = toolsFor(image.python, image.settings.tools);
  const requirements = TOOLS_OF_FOLDER[folder].map((tool) => `${packageOf(tool)}==${versions[tool]}`);
  // Nothing but pinned tools is ever installed with this cache, so no project can leave anything in it.
  const cached = withUv(pythonBase(image), image).withMountedCache(CACHE, dag.cacheVolume("ml-pipeline-tools"));
  const command = uvCommand(image, "kept", ...INSTALL, "--target", folder, ...requirements);
  const installed = withInstalled(cached, image, [command], folder);
  return installed.directory(folder);
}

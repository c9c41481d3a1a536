import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { type PythonImage, pythonBase } from "./images.ts";
import { DATA_TOOLS, DVC_TOOLS, LINT_TOOLS, LOAD_TOOLS, PLOT_TOOLS, TEST_TOOLS, UV, YAML_TOOLS } from "./paths.ts";
import type { ToolName } from "./settings.ts";

/*
 * Tools live in folders of their own that are mounted where they are needed. They are keyed by their versions alone, so
 * neither the project's dependencies nor its source reinstall them, and none of them gets into the project's environment.
 */

const INSTALLED = {
  [LINT_TOOLS]: ["ruff", "black", "mypy"],
  [TEST_TOOLS]: ["pytest", "pytest-cov"],
  [DATA_TOOLS]: ["duckdb-cli"],
  [LOAD_TOOLS]: ["locust"],
  [PLOT_TOOLS]: ["vl-convert-python"],
  [YAML_TOOLS]: ["ruamel.yaml"],
  [DVC_TOOLS]: ["dvc", "dvc-s3", "dvc-ssh", "ruamel.yaml"],
} as const satisfies Record<string, readonly ToolName[]>;

export type ToolFolder = keyof typeof INSTALLED;

/** `uv`, brought in by the image's own pip: the one thing that pip installs. */
export function uvFolder(image: PythonImage): Directory {
  const { settings } = image;
  return pythonBase(image)
    .withMountedCache("/root/.cache/pip", dag.cacheVolume("ml-pipeline-pip"))
    .withExec([
      ...["python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"],
      ...["--target", UV, `uv==${settings.tools.uv}`],
      ...(settings.packageIndex === "" ? [] : ["--index-url", settings.packageIndex]),
    ])
    .directory(UV);
}

/** A container in which `uv` can be called, with its download cache. */
export const withUv = (container: Container, image: PythonImage): Container =>
  container
    .withMountedDirectory(UV, uvFolder(image))
    .withMountedCache("/root/.cache/uv", dag.cacheVolume("ml-pipeline-uv"));

/** Takes away what `withUv` added, so that only what was installed stays. */
export const withoutUv = (container: Container): Container =>
  container.withoutMount(UV).withoutMount("/root/.cache/uv");

/** The words that run `uv`. Its settings are among them, so that no image is left with variables to take away again. */
export const uvCommand = ({ settings }: PythonImage, ...args: readonly string[]): string[] => [
  "env",
  "UV_PYTHON_DOWNLOADS=never",
  "UV_LINK_MODE=copy",
  // Byte code is compiled once here instead of by every stage, and checked by nothing: a layer never changes.
  "UV_COMPILE_BYTECODE=1",
  "PYC_INVALIDATION_MODE=UNCHECKED_HASH",
  ...(settings.packageIndex === "" ? [] : [`UV_DEFAULT_INDEX=${settings.packageIndex}`]),
  `${UV}/bin/uv`,
  ...args,
];

/** Mounts the tools of one folder, installed side by side with everything else. */
export function withTools(container: Container, folder: ToolFolder, image: PythonImage): Container {
  const requirements = INSTALLED[folder].map((tool) => `${tool}==${image.settings.tools[tool]}`);
  const installed = withUv(pythonBase(image), image).withExec(
    uvCommand(image, "pip", "install", "--quiet", "--python", "python", "--target", folder, ...requirements),
  );
  return container.withMountedDirectory(folder, installed.directory(folder));
}

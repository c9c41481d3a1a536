import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { type PythonImage, pythonBase } from "./images.ts";
import { DATA_TOOLS, DVC_TOOLS, LINT_TOOLS, LOAD_TOOLS, PLOT_TOOLS, TEST_TOOLS, UV, YAML_TOOLS } from "./paths.ts";
import type { ToolName } from "./settings.ts";

/*
 * Tools are installed into separate folders, which are mounted where they are needed. So no change of the project
 * reinstalls them, and none of them gets into the project's environment.
 */

const TOOLS_OF_FOLDER = {
  [LINT_TOOLS]: ["ruff", "black", "mypy"],
  [TEST_TOOLS]: ["pytest", "pytest-cov"],
  [DATA_TOOLS]: ["duckdb-cli"],
  [LOAD_TOOLS]: ["locust"],
  [PLOT_TOOLS]: ["vl-convert-python"],
  [YAML_TOOLS]: ["ruamel.yaml"],
  [DVC_TOOLS]: ["dvc", "dvc-s3", "dvc-ssh", "ruamel.yaml"],
} as const satisfies Record<string, readonly ToolName[]>;

export type ToolFolder = keyof typeof TOOLS_OF_FOLDER;

/** `uv`, which the image's pip installs; `uv` installs everything else. */
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

/** Adds `uv` and its download cache to a container. */
export function withUv(container: Container, image: PythonImage): Container {
  const { packageIndex } = image.settings;
  const ready = container
    .withMountedDirectory(UV, uvFolder(image))
    .withMountedCache("/root/.cache/uv", dag.cacheVolume("ml-pipeline-uv"))
    .withEnvVariable("UV_PYTHON_DOWNLOADS", "never")
    .withEnvVariable("UV_LINK_MODE", "copy")
    // Compile byte code once here instead of in every stage. A layer never changes, so nothing need check it against
    // the source.
    .withEnvVariable("UV_COMPILE_BYTECODE", "1")
    .withEnvVariable("PYC_INVALIDATION_MODE", "UNCHECKED_HASH");
  return packageIndex === "" ? ready : ready.withEnvVariable("UV_DEFAULT_INDEX", packageIndex);
}

/** Removes what `withUv` added, so that only the installed packages stay. */
export const withoutUv = (container: Container): Container =>
  ["UV_PYTHON_DOWNLOADS", "UV_LINK_MODE", "UV_COMPILE_BYTECODE", "PYC_INVALIDATION_MODE", "UV_DEFAULT_INDEX"].reduce(
    (bare, variable) => bare.withoutEnvVariable(variable),
    container.withoutMount(UV).withoutMount("/root/.cache/uv"),
  );

/** Installs the tools of one folder and mounts it, outside of any environment. */
export function withTools(container: Container, folder: ToolFolder, image: PythonImage): Container {
  const requirements = TOOLS_OF_FOLDER[folder].map((tool) => `${tool}==${image.settings.tools[tool]}`);
  const installed = withUv(pythonBase(image), image).withExec([
    ...[`${UV}/bin/uv`, "pip", "install", "--quiet", "--python", "python", "--target", folder],
    ...requirements,
  ]);
  return container.withMountedDirectory(folder, installed.directory(folder));
}
